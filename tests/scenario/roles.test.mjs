// The processes of `kabinet serve`: who starts whom, what happens when one dies, how all of them end.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Place, alive, binaryAsan, freePort, kinds, root, until } from '../harness/kabinet.mjs'
import { Client } from '../harness/client.mjs'
import { freshSims, person } from '../harness/people.mjs'
import { readMetrics } from '../harness/metrics.mjs'

// Both roles are there, and the pages answer.
const whole = (server) => until('all roles', async () => {
	const { web, worker } = server.pids
	return web && worker && (await server.raw({ path: '/', timeout_ms: 5000 })).status === 200 && { web, worker }
})

for (const kind of kinds) {
	describe(`roles on ${kind}`, { timeout: 240000 }, () => {
		let place
		before(() => (place = new Place(kind).demo()))
		after(() => place.close())

		it('a process for each, and their parent', async () => {
			const server = await place.serve()
			const { parent, web, worker } = { ...server.pids, ...(await whole(server)) }
			assert.equal(new Set([parent, web, worker]).size, 3)
			assert.match(server.log, /"event":"role_started","role":"web"/)
			await until('the log says that it serves', () => /"event":"serving","port":\d+/.test(server.log))
			assert.deepEqual(await server.stop(), { code: 0, signal: null })
			assert.ok(![web, worker].some(alive))
			assert.doesNotMatch(server.log, /role_died/)
		})

		for (const role of ['web', 'worker'])
			it(`kill -9 of ${role}: it comes back by itself, and is counted`, async () => {
				const port = await freePort()
				const server = await place.serve({ 'http.metrics': `127.0.0.1:${port}` })
				const metrics = async () => readMetrics(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())
				const first = await whole(server)
				assert.equal((await metrics()).get(`kabinet_role_restarts_total{role="${role}"}`), 0)
				const who = freshSims()[role === 'web' ? 0 : 1]
				const client = new Client(server)
				await client.mustSignIn(who.login, who.password)

				process.kill(first[role], 'SIGKILL')
				await until('another process', () => server.pids[role] && server.pids[role] !== first[role])
				// The parent holds the socket: who comes meanwhile waits instead of being refused.
				assert.equal((await client.get('/register')).status, 200, 'the session is gone')
				const second = await whole(server)
				assert.notEqual(second[role], first[role])
				const other = role === 'web' ? 'worker' : 'web'
				assert.equal(second[other], first[other], 'the other role was disturbed')
				const seen = await until('ready again', async () => {
					const m = await metrics()
					return m.get(`kabinet_role_up{role="${role}"}`) === 1 && m
				})
				assert.equal(seen.get(`kabinet_role_restarts_total{role="${role}"}`), 1)
				assert.equal(seen.get(`kabinet_role_restarts_total{role="${other}"}`), 0)
				assert.match(server.log, new RegExp(`"event":"role_died","role":"${role}","signal":9`))
				assert.deepEqual(await server.stop(), { code: 0, signal: null })
			})

		it('a limit of the whole system that is reached is an event once, and a figure that stays up', async () => {
			const port = await freePort()
			const server = await place.serve({ 'http.metrics': `127.0.0.1:${port}`, 'limit.first_system_day': '1' })
			const alerts = async () => readMetrics(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).get('kabinet_role_limit_alerts{role="worker"}')
			const told = () => server.log.match(/"level":"error","event":"alert","limit":"first.system"/g)?.length ?? 0
			await whole(server)
			assert.equal(await alerts(), 0)
			const sim = freshSims()[2]
			await new Client(server).signIn(sim.login, sim.password === '0000' ? '1111' : '0000')
			// A worker looks when it begins, and each minute.
			for (let i = 0; i < 2; i++) {
				const { worker } = await whole(server)
				process.kill(worker, 'SIGKILL')
				await until('another worker', () => server.pids.worker && server.pids.worker !== worker)
				await until('the figure', async () => await alerts() === 1)
				await until('the event', () => told() === 1)
			}
			await server.stop()
			assert.equal(told(), 1)
		})

		it('SIGTERM to a role is a restart of that role', async () => {
			const server = await place.serve()
			const first = await whole(server)
			process.kill(first.web, 'SIGTERM')
			await until('another process', () => server.pids.web && server.pids.web !== first.web)
			await whole(server)
			assert.match(server.log, /"event":"role_died","role":"web","exit":0/)
			await server.stop()
		})

		it('who comes while the worker still drains is refused, and does not wait for nobody', async () => {
			const server = await place.serve()
			const { worker } = await whole(server)
			process.kill(worker, 'SIGSTOP')
			const stopped = server.stop()
			try {
				await until('nobody to listen', () => server.raw({ path: '/', timeout_ms: 500 }).then(() => false, (e) => /ECONNREFUSED/.test(String(e))))
			} finally {
				process.kill(worker, 'SIGCONT')
			}
			assert.deepEqual(await stopped, { code: 0, signal: null })
		})

		it('kill -9 of the parent: no role is left, and another server takes the address', async () => {
			const server = await place.serve()
			const { web, worker } = await whole(server)
			const sim = freshSims()[2]
			const client = new Client(server)
			await client.mustSignIn(sim.login, sim.password)
			await client.register(person(3))
			process.kill(server.pids.parent, 'SIGKILL')
			assert.deepEqual(await server.ended, { code: null, signal: 'SIGKILL' })
			await until('the roles to end', () => ![web, worker].some(alive))
			place.must('check')
			const again = await place.serve({ 'http.listen': server.listen })
			await new Client(again).mustSignIn(sim.login, person(3).password)
			await again.stop()
		})

		it('what web writes for others to read, the worker carries away, also one that was killed meanwhile', async () => {
			const port = await freePort()
			const sent = path.join(place.settings['keys.dir'], 'sms.log') // not where the store is
			const server = await place.serve({ 'roles.sandbox': 'require', 'http.metrics': `127.0.0.1:${port}`, 'sms.gateway': 'log', 'sms.log_file': sent })
			const lines = () => (fs.existsSync(sent) ? fs.readFileSync(sent, 'utf8').split('\n').filter(Boolean).length : 0)
			const write = async (n) => {
				const sim = freshSims()[n]
				const client = new Client(server)
				await client.mustSignIn(sim.login, sim.password)
				await client.register(person(n))
				const before = lines()
				const stranger = new Client(server)
				await stranger.get('/recover')
				await stranger.post('/recover', { login: sim.login })
				return before
			}
			const first = await write(3)
			await until('a message', () => lines() > first)
			const { worker } = await whole(server)
			process.kill(worker, 'SIGKILL')
			const second = await write(4)
			await until('a message of the next worker', () => lines() > second)
			await until('it is counted', async () => {
				const m = readMetrics(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())
				return m.get('kabinet_role_messages_sent_total{role="worker"}') > 0 && m.get('kabinet_role_messages_queued{role="worker"}') === 0
			})
			assert.deepEqual(await server.stop(), { code: 0, signal: null })
			assert.doesNotMatch(server.log, /sandbox_lacks/)
		})

		it('an address that is taken is said at the start, and no role is started', async () => {
			const server = await place.serve()
			place.settings['http.listen'] = server.listen
			const r = place.run('serve')
			delete place.settings['http.listen']
			assert.equal(r.status, 1, r.err)
			assert.match(r.err, /\[http\] listen: cannot serve on 127/)
			assert.doesNotMatch(r.err, /role_started/)
			await server.stop()
		})

		it('a role that cannot begin ends the start, and says why once', () => {
			const key = `${place.settings['keys.dir']}/app.key`
			fs.renameSync(key, `${key}.away`)
			place.settings['http.listen'] = '127.0.0.1:0'
			const r = place.run('serve')
			delete place.settings['http.listen']
			fs.renameSync(`${key}.away`, key)
			assert.notEqual(r.status, 0)
			assert.equal(r.err.match(/`kabinet init` makes what is missing/g).length, 1, r.err)
		})

		it('an installation that is older than the roots of the ledger serves without their key, and says so', async () => {
			const key = `${place.settings['keys.dir']}/root.key`
			fs.renameSync(key, `${key}.away`)
			const server = await place.serve()
			await until('the worker said so', () => server.log.includes('"root_key_missing"'))
			await server.stop()
			fs.renameSync(`${key}.away`, key)
			assert.equal(server.log.match(/"root_key_missing"/g)?.length, 1, server.log)
			assert.match(server.log, /root\.key: not there: `kabinet init` makes what is missing/)
		})

		it('a role alone in the foreground: web answers pages, worker runs until SIGTERM', async () => {
			const port = await freePort()
			const run = (role) => {
				const child = spawn(place.bin, place.args(['serve', '--role', role], { 'http.listen': `127.0.0.1:${port}` }), { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
				child.log = ''
				child.stderr.on('data', (d) => (child.log += d))
				child.ended = new Promise((done) => child.on('exit', (code, signal) => done({ code, signal })))
				return child
			}
			for (const role of ['web', 'worker']) {
				const child = run(role)
				await until(`${role} serves`, () => new RegExp(`"event":"serving","role":"${role}"`).test(child.log))
				if (role === 'web') assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200)
				child.kill('SIGTERM')
				assert.deepEqual(await child.ended, { code: 0, signal: null }, child.log)
			}
		})
	})
}

// The kernel's refusals are asked of the product: a program built for tests is confined less.
describe('what roles must not do', { timeout: 120000 }, () => {
	let place
	before(() => (place = new Place('sqlite').empty()))
	after(() => place.close())

	for (const role of ['web', 'office', 'vault', 'worker'])
		it(`${role}: each attempt is refused`, () => {
			const kept = { ...place.settings }
			place.settings['roles.sandbox'] = 'require'
			for (const of of ['sms_smpp', 'sms_kannel', 'mail_smtp']) {
				place.settings[`${of}.password_file`] = path.join(place.settings['keys.dir'], of)
				fs.writeFileSync(place.settings[`${of}.password_file`], 'secret\n', { mode: 0o600 })
			}
			place.settings['sms.gateway'] = 'smpp'
			const r = place.run('selftest', '--role', role)
			place.settings = kept
			assert.equal(r.status, 0, r.out + r.err)
			const lines = r.out.trim().split('\n')
			assert.ok(lines.length >= 12, r.out)
			for (const line of lines) assert.match(line, role === 'worker' ? /: refused: |: allowed, the role is there for it/ : /: refused: /)
			for (const what of [/connect/, /program/, /shadow: refused: Permission denied/, /its folder/]) assert.match(r.out, what)
			const secrets = ["the vault's private key", 'the key that signs the books', 'the key of the application', 'the folder of the keys',
				'the password of [sms_kannel]', 'the password of [mail_smtp]', ...(role === 'worker' ? [] : ['the password of [sms_smpp]'])]
			for (const what of secrets) assert.ok(r.out.includes(`${what}: refused: Permission denied`), r.out)
		})

	it('keys beneath the folder of the store: require refuses, and the attempt is let through', () => {
		const other = place.another('sqlite')
		other.settings['keys.dir'] = other.file('keys')
		other.empty()
		other.settings['roles.sandbox'] = 'require'
		const refused = other.run('serve')
		assert.equal(refused.status, 1, refused.err)
		assert.match(refused.err, /sandbox = require: \[keys\] dir.* lies where this role may read/)
		other.settings['roles.sandbox'] = 'try'
		const tried = other.run('selftest', '--role', 'web')
		assert.equal(tried.status, 1, tried.out)
		assert.match(tried.out, /private key: NOT REFUSED/)
	})

	it('the pages are served by processes that are confined', async () => {
		process.env.NOTIFY_SOCKET = place.file('nobody-listens')
		const server = await place.serve({ 'roles.sandbox': 'require' })
		delete process.env.NOTIFY_SOCKET
		for (const role of ['web', 'worker']) {
			assert.doesNotMatch(fs.readFileSync(`/proc/${server.pids[role]}/environ`, 'latin1'), /NOTIFY_SOCKET/)
			const status = fs.readFileSync(`/proc/${server.pids[role]}/status`, 'utf8')
			assert.match(status, /^Seccomp:\t2$/m)
			assert.match(status, /^NoNewPrivs:\t1$/m)
			for (const set of ['CapPrm', 'CapEff', 'CapInh', 'CapAmb']) assert.match(status, new RegExp(`^${set}:\t0+$`, 'm'))
			assert.match(fs.readFileSync(`/proc/${server.pids[role]}/limits`, 'utf8'), /Max core file size +0 +0/)
		}
		await server.stop()
		assert.doesNotMatch(server.log, /sandbox_lacks/)
	})

	it('a user that is not there, or root, is refused with a reason', () => {
		for (const [user, reason] of [['no-such-user', /there is no such user/], ['root', /less than root/]]) {
			place.settings['roles.web_user'] = user
			const r = place.run('serve')
			assert.equal(r.status, 2, r.err)
			assert.match(r.err, reason)
		}
		delete place.settings['roles.web_user']
	})

	it('started as root: each role becomes its user, and they share the store', { skip: process.getuid() !== 0 && 'not root' }, async () => {
		const other = place.another('sqlite').demo()
		// As with a group of their own: both may read and write it.
		fs.chmodSync(other.dir, 0o777)
		for (const f of fs.readdirSync(other.dir).filter((f) => f.startsWith('kabinet.db'))) fs.chmodSync(other.file(f), 0o666)
		const users = { web: 'nobody', worker: 'daemon' }
		const server = await other.serve({ 'roles.sandbox': 'require', 'roles.web_user': users.web, 'roles.worker_user': users.worker })
		for (const role of ['web', 'worker']) {
			const id = (...args) => spawnSync('id', [...args, users[role]], { encoding: 'utf8' }).stdout.trim()
			const status = fs.readFileSync(`/proc/${server.pids[role]}/status`, 'utf8')
			assert.match(status, new RegExp(`^Uid:(\t${id('-u')}){4}$`, 'm'))
			assert.match(status, new RegExp(`^Gid:(\t${id('-g')}){4}$`, 'm'))
			assert.match(status, /^CapBnd:\t0+$/m)
		}
		assert.doesNotMatch(server.log, /role_keeps_root/)
		const sim = freshSims()[0]
		const client = new Client(server)
		await client.mustSignIn(sim.login, sim.password)
		await client.register(person(1))
		await server.kill('SIGKILL')
		const again = await other.serve({ 'roles.web_user': users.web, 'roles.worker_user': users.worker })
		await new Client(again).mustSignIn(sim.login, person(1).password)
		await again.stop()
		other.must('check')
	})

	it('a program built with sanitizers serves in its sandbox, and ends clean', { skip: !fs.existsSync(binaryAsan) && `${binaryAsan} is not built` }, async () => {
		const other = place.another('sqlite')
		other.bin = binaryAsan
		other.demo()
		const server = await other.serve({ 'roles.sandbox': 'require' })
		await whole(server)
		assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.log)
		assert.doesNotMatch(server.log, /Sanitizer/)
	})
})

describe('roles', () => {
	it('a role that does not exist is refused', () => {
		const place = new Place('sqlite').empty()
		for (const args of [['--role'], ['--role', 'nobody'], ['web'], ['--role', 'web', 'more']]) {
			const r = place.run('serve', ...args)
			assert.equal(r.status, 2)
			assert.match(r.err, /usage: kabinet serve/)
		}
		return place.close()
	})
})
