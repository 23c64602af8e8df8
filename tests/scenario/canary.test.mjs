// Seeded persons go through the whole program; then nothing of what must be sealed, hashed or wiped is found in
// clear in database, WAL, backup, log or a core dump of the serving process. `make canary` runs this alone.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { Place, kinds, psql, root } from '../harness/kabinet.mjs'
import { Client } from '../harness/client.mjs'
import { freshSims, person } from '../harness/people.mjs'

// The forms in which one secret may lie around.
function forms(who) {
	const digits = who.passport.replace(/\D/g, '')
	const [day, month, year] = who.birth.split('.')
	const address = [who.street]
	const plain = [who.passport, digits, `${digits.slice(0, 4)} ${digits.slice(4)}`, `${digits.slice(4)}`, who.birth, `${year}-${month}-${day}`, ...address, who.password]
	return plain.flatMap((s) => [s, encodeURIComponent(s), encodeURIComponent(s).replace(/%20/g, '+'), Buffer.from(s).toString('base64').replace(/=+$/, ''), Buffer.from(s).toString('hex')])
		// Six digits stand by chance in megabytes of identifiers and hashes.
		.filter((s) => s.length >= (/^\d+$/.test(s) ? 9 : 6))
}

const seeded = (i) => person(i, { birth: `1${i}.04.19${50 + i}`, passport_issued: '02.06.2007', street: `Канареечный проезд ${7000 + i}`, passport: `99 4${i} 73${1000 + 37 * i}` })

for (const kind of kinds) {
	describe(`canaries on ${kind}`, { timeout: 240000 }, () => {
		let place, server, patterns
		const people = Array.from({ length: 5 }, (_, i) => seeded(i + 1))
		before(async () => {
			place = new Place(kind).demo()
			// Only root looks into a role that does not let itself be looked into.
			server = await place.serve({ 'log.level': 'debug', 'roles.dumpable': process.getuid() ? 'yes' : 'no' })
			for (const [i, who] of people.entries()) {
				const sim = freshSims()[i]
				const client = new Client(server)
				await client.mustSignIn(sim.login, sim.password)
				await client.get('/register')
				// Once with a fault, so that the form is shown again, once right, then a sign-in.
				await client.post('/register', { ...who, email: 'wrong' })
				await client.register(who)
				await client.get('/profile')
				await new Client(server).mustSignIn(sim.login, who.password)
			}
			patterns = place.file('patterns')
			fs.writeFileSync(patterns, [...new Set(people.flatMap(forms))].join('\n') + '\n')
		})
		after(() => place.close())

		const search = (...paths) => {
			const r = spawnSync('sh', ['tools/canary', patterns, ...paths], { cwd: root, encoding: 'utf8' })
			assert.equal(r.status, 0, r.stdout + r.stderr)
		}

		it('the search finds what is there', () => {
			fs.writeFileSync(place.file('planted'), `noise\0${people[0].passport}\0noise`)
			assert.equal(spawnSync('sh', ['tools/canary', patterns, place.file('planted')], { cwd: root }).status, 1)
		})

		if (kind === 'sqlite') {
			it('not in the database and its WAL', () => search(...fs.readdirSync(place.dir).filter((f) => f.startsWith('kabinet.db')).map(place.file.bind(place))))
			it('not in a backup', () => {
				place.must('backup', place.file('backup.db'))
				search(place.file('backup.db'))
			})
		} else {
			it('not in the tables', () => {
				const dump = spawnSync('pg_dump', ['-d', place.url], { encoding: 'utf8', maxBuffer: 256 << 20 })
				assert.equal(dump.status, 0, dump.stderr)
				fs.writeFileSync(place.file('dump.sql'), dump.stdout)
				search(place.file('dump.sql'))
			})
			it('not in the files and the write-ahead log of the server', () => {
				psql(place.url, 'CHECKPOINT')
				search(psql(place.url, 'SHOW data_directory'))
			})
		}

		it('not in the log', () => {
			fs.writeFileSync(place.file('log'), server.log)
			search(place.file('log'))
		})

		for (const role of ['parent', 'web', 'worker'])
			it(`not in a core dump of the process ${role}`, () => {
				const pid = server.pids[role]
				const r = spawnSync('gcore', ['-o', place.file('core'), String(pid)], { encoding: 'utf8' })
				const core = place.file(`core.${pid}`)
				assert.ok(fs.existsSync(core), r.stdout + r.stderr)
				search(core)
			})

		it('the serving process has not opened the private key', async () => {
			const key = `${place.settings['keys.dir']}/vault.key`
			assert.ok(fs.existsSync(key))
			fs.renameSync(key, `${key}.away`)
			const without = await place.serve()
			assert.equal((await without.raw({ path: '/' })).status, 200)
			await without.stop()
			fs.renameSync(`${key}.away`, key)
		})
	})
}
