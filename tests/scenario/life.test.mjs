// The life of a store: made, filled, served, stopped, backed up, restored, checked. On both databases.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import fs from 'node:fs'
import { Place, kinds, root, sleep } from '../harness/kabinet.mjs'
import { Client, words } from '../harness/client.mjs'
import { freshSims, person, signIns } from '../harness/people.mjs'

for (const kind of kinds) {
	describe(`life of a store on ${kind}`, { timeout: 240000 }, () => {
		let place
		before(() => (place = new Place(kind)))
		after(() => place.close())

		it('serve refuses a store that is not there yet, and says what to do', () => {
			place.must('init')
			const r = place.run('serve')
			assert.notEqual(r.status, 0)
			assert.match(r.out + r.err, /migrate|store/)
		})

		it('init makes the keys once, the private one for its owner only', () => {
			const dir = place.settings['keys.dir']
			const before = fs.readdirSync(dir).map((f) => [f, fs.readFileSync(`${dir}/${f}`).toString('hex')])
			for (const [f] of before) assert.equal(fs.statSync(`${dir}/${f}`).mode & 0o077, f.endsWith('.pub') ? fs.statSync(`${dir}/${f}`).mode & 0o044 : 0, f)
			place.run('init')
			assert.deepEqual(fs.readdirSync(dir).map((f) => [f, fs.readFileSync(`${dir}/${f}`).toString('hex')]), before)
		})

		it('migrate brings it up, and a second time does nothing', () => {
			assert.match(place.must('migrate'), /[1-9]/)
			assert.match(place.must('migrate'), /\b0\b/)
		})

		it('the demonstration operator is imported, a second time changes nothing', () => {
			place.demo()
			const count = () => place.sql('SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM number), (SELECT count(*) FROM sim), (SELECT CAST(sum(balance_kop) AS BIGINT) FROM account)')
			const first = count()
			assert.ok(Number(first.split('|')[1]) >= 200, first)
			place.demo()
			assert.equal(count(), first)
		})

		it('the sign-ins that it prints work', async () => {
			const server = await place.serve()
			const { fresh, debtor, overpaid } = signIns(place)
			assert.match(debtor.about, /долг/)
			for (const [who, to] of [[fresh, '/register'], [debtor, '/home'], [overpaid, '/home']])
				assert.equal((await new Client(server).mustSignIn(who.login, who.password)).headers.location, to)
			await server.stop()
		})

		it('check finds the books in order', () => {
			place.must('check')
			const json = place.run('check', '--json')
			assert.equal(json.status, 0, json.err)
			for (const line of json.out.trim().split('\n').filter(Boolean)) JSON.parse(line)
		})

		it('serves, and stops gracefully on SIGTERM: what is in flight is finished', async () => {
			const server = await place.serve()
			const client = new Client(server)
			await client.get('/')
			const slow = Array.from({ length: 6 }, () => client.post('/signin', { login: '9990000000', password: 'no such person' }))
			await sleep(15)
			server.child.kill('SIGTERM')
			const answers = await Promise.allSettled(slow)
			const done = answers.filter((a) => a.status === 'fulfilled')
			assert.ok(done.length >= 1, 'nothing was finished')
			for (const a of done) assert.ok(a.value.status < 500 || a.value.status === 503, `status ${a.value.status}`)
			assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log.slice(-2000))
		})

		it('SIGINT stops it as well', async () => {
			const server = await place.serve()
			server.child.kill('SIGINT')
			assert.deepEqual(await server.ended, { code: 0, signal: null })
		})

		it('a registration made by hand is there after a restart', async () => {
			const sim = freshSims()[0]
			const who = person(1)
			let server = await place.serve()
			const client = new Client(server)
			await client.mustSignIn(sim.login, sim.password)
			await client.register(who)
			await server.stop()
			server = await place.serve()
			const again = new Client(server)
			await again.mustSignIn(sim.login, who.password)
			assert.match(words((await again.get('/home')).text), /Зоя/)
			await server.stop()
		})

		it('no personal data in the log', async () => {
			const who = person(1)
			for (const server of place.servers)
				for (const secret of [who.family, who.passport.replace(/ /g, ''), who.passport, who.password, freshSims()[0].login, 'zoya1@'])
					assert.ok(!server.log.includes(secret), `${secret} is in the log`)
		})

		if (kind === 'sqlite') {
			it('backup under way while others write, restore elsewhere, check, sign in', async () => {
				const server = await place.serve()
				let busy = true
				const noise = (async () => {
					while (busy) {
						const c = new Client(server)
						await c.signIn('9990000001', 'wrong password').catch(() => {})
					}
				})()
				const copy = place.file('copy.db')
				place.must('backup', copy)
				busy = false
				await noise
				await server.stop()
				assert.notEqual(place.run('backup', copy).status, 0, 'a backup overwrites a file')

				const other = place.another('sqlite')
				other.settings['keys.dir'] = place.settings['keys.dir']
				other.must('restore', copy)
				assert.notEqual(other.run('restore', copy).status, 0, 'restore overwrites a store')
				other.must('check')
				const second = await other.serve()
				await new Client(second).mustSignIn(freshSims()[0].login, person(1).password)
				await second.stop()
			})
		}

		it('entries and postings refuse to be changed', () => {
			assert.throws(() => place.sql("UPDATE entry SET kind = 'fee'"), /append-only/)
			assert.throws(() => place.sql('DELETE FROM entry'), /append-only/)
			assert.throws(() => place.sql('DELETE FROM posting'), /append-only/)
		})

		it('a byte changed by hand in a posting is named', () => {
			const target = place.sql("SELECT account_id, seq FROM posting WHERE account_id > 100 AND hash <> '' ORDER BY account_id DESC, seq LIMIT 1").split('|')
			const where = `account_id = ${target[0]} AND seq = ${target[1]}`
			if (kind === 'sqlite') place.sql(`DROP TRIGGER posting_no_update; UPDATE posting SET amount_kop = amount_kop + 1 WHERE ${where}`)
			else place.sql(`ALTER TABLE posting DISABLE TRIGGER posting_append_only; UPDATE posting SET amount_kop = amount_kop + 1 WHERE ${where}`)
			const r = place.run('check')
			assert.equal(r.status, 1, r.out + r.err)
			for (const name of [target[0], target[1], 'I5']) assert.ok((r.out + r.err).includes(name), `${name} is not in: ${r.out}`)
		})
	})
}

describe('settings', { timeout: 240000 }, () => {
	let place
	before(() => (place = new Place('sqlite')))
	after(() => place.close())

	it('an unknown key is named with file and line', () => {
		const ini = place.file('bad.ini')
		fs.writeFileSync(ini, '[http]\nlisten = 127.0.0.1:1\nlissten = x\n[session]\nidle_min = soon\n')
		place.args = () => ['--config', ini, 'config']
		const r = place.run()
		assert.equal(r.status, 2, r.err)
		assert.match(r.err, /bad\.ini:3:.*lissten/)
		assert.match(r.err, /bad\.ini:5:.*idle_min/)
	})

	it('every command with nothing says how it is used', () => {
		place.args = () => []
		const r = place.run()
		assert.equal(r.status, 2)
		for (const name of ['init', 'migrate', 'import', 'check', 'backup', 'restore', 'serve', 'number']) assert.ok(r.err.includes(name), name)
	})

	it('a plain-HTTP address other than loopback is refused with a reason', () => {
		const place2 = place.another('sqlite').empty()
		place2.settings['http.listen'] = '0.0.0.0:0'
		const r = place2.run('serve')
		assert.notEqual(r.status, 0)
		assert.match(r.out + r.err, /loopback|TLS|https|plain/i)
	})
})
