// What an administrator's slips lead to: a message that names the thing, and nothing made or lost.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { Place, binary } from '../harness/kabinet.mjs'

const kabinet = (...args) => {
	const r = spawnSync(binary, args, { encoding: 'utf8' })
	return { status: r.status, out: r.stdout, err: r.stderr }
}

describe('slips of an administrator', { timeout: 60000 }, () => {
	let place
	before(() => (place = new Place('sqlite').empty()))
	after(() => place.close())

	it('a command that is none is named', () => {
		const r = kabinet('migrat')
		assert.equal(r.status, 2)
		assert.match(r.err, /^kabinet: no such command: migrat\n/)
	})

	it('help is asked for on the standard output, and is no fault', () => {
		for (const word of ['--help', '-h', 'help']) {
			const r = kabinet(word)
			assert.equal(r.status, 0, word)
			assert.match(r.out, /^usage: kabinet [\s\S]*migrate/, word)
			assert.equal(r.err, '', word)
		}
	})

	it('an option that is none is named', () => {
		const r = kabinet('--conifg', 'x.ini', 'serve')
		assert.equal(r.status, 2)
		assert.match(r.err, /^kabinet: no such option: --conifg\n/)
	})

	it('a store that is not there is said to be missing, and none is made but by migrate', () => {
		const url = place.file('tpyo.db')
		for (const command of [['check'], ['serve'], ['backup', place.file('of-nothing.db')], ['demo-signins']]) {
			const r = kabinet('--set', `store.url=${url}`, '--set', `keys.dir=${place.settings['keys.dir']}`, ...command)
			assert.notEqual(r.status, 0, command[0])
			assert.match(r.err, /no store at .*tpyo\.db/, command[0])
		}
		assert.deepEqual(fs.readdirSync(place.dir).filter((name) => /tpyo|nothing/.test(name)), [])
		assert.equal(kabinet('--set', `store.url=${url}`, 'migrate').status, 0)
		assert.ok(fs.existsSync(url))
	})

	it('an address that cannot be listened on is named with its setting', async () => {
		const server = await place.serve()
		place.settings['http.listen'] = `127.0.0.1:${server.port}`
		assert.match(place.run('serve').err, new RegExp(`^\\[http\\] listen: .*127\\.0\\.0\\.1:${server.port}`, 'm'))
		place.settings['http.listen'] = '127.0.0.1:0'
		place.settings['http.metrics'] = '127.0.0.1:none'
		assert.match(place.run('serve').err, /^\[http\] metrics: .*127\.0\.0\.1:none/m)
		delete place.settings['http.metrics']
		await server.stop()
	})

	it('an origin without a scheme, or with a path, would refuse every form: it is refused at start', () => {
		for (const origin of ['lk.example.ru', 'https://lk.example.ru/', 'https://', 'HTTPS://LK.EXAMPLE.RU']) {
			place.settings['http.origin'] = origin
			const r = place.run('serve')
			assert.equal(r.status, 2, origin)
			assert.match(r.err, /\[http\] origin: /, origin)
		}
		delete place.settings['http.origin']
	})
})
