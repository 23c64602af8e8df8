// The vault as a process: it is there with the office, has nothing but its key and its journal, and comes back.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import fs from 'node:fs'
import path from 'node:path'
import { Place, freePort, until } from '../harness/kabinet.mjs'

describe('the vault', { timeout: 120000 }, () => {
	let place
	before(() => (place = new Place('sqlite').empty()))
	after(() => place.close())

	const journal = () => place.settings['vault.journal']
	const serve = async (extra = {}) => {
		const server = await place.serve({ 'roles.sandbox': 'require', 'office.listen': `127.0.0.1:${await freePort()}`, ...extra })
		await until('the vault and those behind it', () => server.pids.vault && server.pids.worker && /"event":"serving"/.test(server.log))
		return server
	}

	it('is served with the office only, and never by hand', async () => {
		const server = await place.serve()
		await until('the roles', () => server.pids.web && server.pids.worker)
		assert.deepEqual(Object.keys(server.pids).sort(), ['parent', 'web', 'worker'])
		await server.stop()
		place.settings['office.listen'] = '127.0.0.1:0'
		const r = place.run('serve', '--role', 'vault')
		delete place.settings['office.listen']
		assert.equal(r.status, 2, r.err)
		assert.match(r.err, /the vault is served by `kabinet serve` only/)
	})

	it('is confined, with no store and no way out', async () => {
		const server = await serve()
		const { vault } = server.pids
		const status = fs.readFileSync(`/proc/${vault}/status`, 'utf8')
		assert.match(status, /^Seccomp:\t2$/m)
		assert.match(status, /^NoNewPrivs:\t1$/m)
		const files = fs.readdirSync(`/proc/${vault}/fd`).filter((fd) => fd > 2).map((fd) => fs.readlinkSync(`/proc/${vault}/fd/${fd}`))
		assert.deepEqual(files.filter((f) => f.startsWith(place.dir)), [journal()])
		// Its end of the way to the office.
		assert.equal(files.filter((f) => f.startsWith('socket:')).length, 1, files.join())
		await server.stop()
		assert.doesNotMatch(server.log, /vault_shut|sandbox_lacks/)
	})

	it('kill -9: it comes back by itself, and the others are not disturbed', async () => {
		const server = await serve()
		const { vault, office } = server.pids
		process.kill(vault, 'SIGKILL')
		await until('another vault', () => server.pids.vault && server.pids.vault !== vault)
		assert.equal(server.pids.office, office)
		assert.deepEqual(await server.stop(), { code: 0, signal: null })
		assert.match(server.log, /"event":"role_died","role":"vault","signal":9/)
	})

	it('a journal that is not as it was written: it is shut, says so, and the rest is served', async () => {
		fs.writeFileSync(journal(), 'no line of ours\n')
		const server = await serve()
		await server.stop()
		assert.match(server.log, /"event":"vault_shut","why":"the chain of the journal is broken","line":1/)
		assert.equal(fs.readFileSync(journal(), 'utf8'), 'no line of ours\n')
		fs.unlinkSync(journal())
	})

	it('a vault.key that is kept elsewhere: likewise', async () => {
		const key = path.join(place.settings['keys.dir'], 'vault.key')
		fs.renameSync(key, `${key}.away`)
		const server = await serve()
		await server.stop()
		fs.renameSync(`${key}.away`, key)
		assert.match(server.log, /"event":"vault_shut","why":"vault.key is not here/)
	})

	it('a journal that roles could write to is refused', () => {
		const kept = journal()
		place.settings['vault.journal'] = place.file('vault.journal')
		Object.assign(place.settings, { 'roles.sandbox': 'require', 'office.listen': '127.0.0.1:0' })
		fs.writeFileSync(place.file('vault.journal'), '')
		const r = place.run('serve')
		place.settings['vault.journal'] = kept
		for (const name of ['roles.sandbox', 'office.listen']) delete place.settings[name]
		assert.equal(r.status, 1, r.err)
		assert.match(r.err, /\[vault\] journal or a gateway's password_file lies where this role may read/)
	})
})
