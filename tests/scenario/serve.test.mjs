// Serving: unix socket, metrics, two processes on one store, kill -9 under writes, a stopped PostgreSQL.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { Place, freePort, kinds, noPostgres, root, sleep, until } from '../harness/kabinet.mjs'
import { Client, words } from '../harness/client.mjs'
import { readMetrics } from '../harness/metrics.mjs'
import { freshSims, person } from '../harness/people.mjs'
import { talk } from '../harness/wire.mjs'

const loose = Object.fromEntries(['password_account_day', 'password_network_hour', 'first_network_day', 'first_system_day'].map((k) => [`limit.${k}`, 1000]))

// Registers the first n SIM cards; gives who they are.
async function settle(place, server, n) {
	const made = []
	for (const [i, sim] of freshSims().slice(0, n).entries()) {
		const who = { login: sim.login, ...person(i + 1) }
		const client = new Client(server)
		await client.mustSignIn(sim.login, sim.password)
		const { login, ...form } = who
		await client.register(form)
		made.push(who)
	}
	return made
}

for (const kind of kinds) {
	describe(`serving on ${kind}`, { timeout: 240000 }, () => {
		let place
		before(() => (place = new Place(kind).demo()))
		after(() => place.close())

		it('a unix socket, its front believed about address and scheme', async () => {
			const server = await place.serve({ 'http.listen': `unix:${place.file('web.sock')}` })
			assert.equal((await server.raw({ path: '/' })).status, 200)
			const secure = await server.raw({ path: '/', headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.7' } })
			assert.match(secure.headers['strict-transport-security'] ?? '', /max-age=\d{7,}/)
			const plain = await server.raw({ path: '/' })
			assert.equal(plain.headers['strict-transport-security'], undefined)
			assert.deepEqual(await server.stop(), { code: 0, signal: null })
			assert.ok(!fs.existsSync(place.file('web.sock')), 'the socket is left behind')
		})

		it('metrics on a listener of their own, in Prometheus format', async () => {
			const port = await freePort()
			const server = await place.serve({ 'http.metrics': `127.0.0.1:${port}` })
			await server.raw({ path: '/' })
			assert.equal((await server.raw({ path: '/metrics' })).status, 404)
			const r = await fetch(`http://127.0.0.1:${port}/metrics`)
			assert.equal(r.status, 200)
			assert.match(r.headers.get('content-type'), /^text\/plain/)
			const text = await r.text()
			for (const line of text.trim().split('\n'))
				assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.eE+-]+)$/)
			const metrics = readMetrics(text)
			assert.ok([...metrics.keys()].every((name) => name.startsWith('kabinet_')), [...metrics.keys()].join(' '))
			assert.ok(metrics.size >= 8)
			assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404)
			await server.stop()
		})

		it('headers of every page', async () => {
			const server = await place.serve()
			for (const path of ['/', '/recover', '/consent', '/help', '/nowhere']) {
				const { headers } = await server.raw({ path })
				const csp = headers['content-security-policy'] ?? ''
				assert.match(csp, /default-src 'none'/, path)
				assert.match(csp, /form-action 'self'/, path)
				assert.match(csp, /frame-ancestors 'none'/, path)
				assert.doesNotMatch(csp, /unsafe|\*/, path)
				assert.equal(headers['referrer-policy'], 'same-origin', path)
				assert.equal(headers['x-content-type-options'], 'nosniff', path)
				assert.ok(headers['permissions-policy'], path)
				assert.ok(!headers.server && !headers['x-powered-by'], path)
				for (const cookie of headers['set-cookie'] ?? []) {
					assert.match(cookie, /^__Host-/, path)
					assert.match(cookie, /; *Secure/i, path)
					assert.match(cookie, /; *Path=\/(;|$)/i, path)
					assert.match(cookie, /; *SameSite=(Lax|Strict)/i, path)
					assert.match(cookie, /; *HttpOnly/i, path)
				}
			}
			await server.stop()
		})

		it('static files: hashed names, for ever, compressed, 304', async () => {
			const server = await place.serve()
			const page = await server.raw({ path: '/' })
			const css = /<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"/.exec(page.text)[1]
			const plain = await server.raw({ path: css })
			assert.equal(plain.status, 200)
			assert.match(plain.headers['cache-control'], /immutable/)
			assert.match(plain.headers['content-type'], /^text\/css/)
			assert.ok(plain.bytes.length < 16 * 1024, `the style sheet has ${plain.bytes.length} bytes`)
			for (const encoding of ['gzip', 'br']) {
				const packed = await server.raw({ path: css, headers: { 'accept-encoding': encoding } })
				assert.equal(packed.headers['content-encoding'], encoding)
				assert.ok(packed.bytes.length < plain.bytes.length / 2)
				assert.match(packed.headers.vary ?? '', /accept-encoding/i)
			}
			const again = await server.raw({ path: css, headers: { 'if-none-match': plain.headers.etag } })
			assert.equal(again.status, 304)
			assert.equal(again.bytes.length, 0)
			await server.stop()
		})

		it('two processes on one store: a session of one is good at the other', async () => {
			const [a, b] = [await place.serve(loose), await place.serve(loose)]
			const people = await settle(place, a, 6)
			const [who] = people
			const client = new Client(a)
			await client.mustSignIn(who.login, who.password)
			client.server = b
			assert.equal((await client.get('/home')).status, 200)
			// Both write at once; nobody starves.
			const counts = [0, 0]
			const end = Date.now() + 2500
			await Promise.all([a, b].flatMap((server, i) => people.slice(3 * i, 3 * i + 3).map(async (person) => {
				while (Date.now() < end) {
					const c = new Client(server)
					await c.mustSignIn(person.login, person.password)
					counts[i]++
				}
			})))
			assert.ok(counts[0] >= 5 && counts[1] >= 5, `sign-ins: ${counts}`)
			// Signing out at one ends it at the other.
			client.server = b
			await client.get('/home')
			await client.post('/signout', {})
			client.server = a
			assert.notEqual((await client.get('/home')).status, 200)
			await a.stop()
			await b.stop()
			place.must('check')
		})

		it('kill -9 under writes: what was acknowledged is there, the books are right', async () => {
			const server = await place.serve(loose)
			const sims = freshSims().slice(6, 12)
			const registered = [], sessions = []
			const work = sims.map(async (sim, i) => {
				const client = new Client(server)
				const { ...form } = person(50 + i)
				try {
					await client.mustSignIn(sim.login, sim.password)
					await client.register(form)
					registered.push({ login: sim.login, password: form.password })
					for (;;) {
						const c = new Client(server)
						await c.mustSignIn(sim.login, form.password)
						sessions.push(c)
					}
				} catch (e) {
					if (!/socket hang up|ECONNRE|ECONNREFUSED/.test(String(e))) throw e
				}
			})
			await until('some registrations', () => registered.length >= 3 && sessions.length >= 6, { ms: 20000 })
			await server.kill('SIGKILL')
			await Promise.all(work)
			place.must('check')
			const after = await place.serve(loose)
			for (const c of sessions) {
				c.server = after
				assert.equal((await c.get('/home')).status, 200, 'an acknowledged session is gone')
			}
			for (const { login, password } of registered) await new Client(after).mustSignIn(login, password)
			await after.stop()
		})
	})
}

describe('PostgreSQL of its own', { skip: noPostgres, timeout: 240000 }, () => {
	let place, dir, url
	const pg = (...args) => {
		const r = spawnSync('sh', ['tests/support/pg', ...args], { cwd: root, encoding: 'utf8' })
		if (r.status !== 0) throw new Error(`pg ${args}: ${r.stderr}`)
		return r.stdout.trim()
	}
	// Every process of that server: the postmaster and its children.
	const processes = () => {
		const master = fs.readFileSync(`${dir}/data/postmaster.pid`, 'utf8').split('\n')[0]
		return [master, ...spawnSync('pgrep', ['-P', master], { encoding: 'utf8' }).stdout.trim().split('\n').filter(Boolean)].map(Number)
	}

	before(() => {
		place = new Place('sqlite')
		fs.chmodSync(place.dir, 0o755)
		dir = place.file('pg')
		url = pg('start', dir)
		place.settings['store.url'] = url
		place.url = url
		place.kind = 'postgres'
		place.demo()
	})
	after(async () => {
		pg('stop', dir)
		await place.close()
	})

	it('stopped by SIGSTOP: /healthz and the style sheet answer, pages come when it goes on', async () => {
		const server = await place.serve()
		const page = await server.raw({ path: '/' })
		const css = /href="([^"]+\.css)"/.exec(page.text)[1]
		const client = new Client(server)
		const sim = freshSims()[0]
		await client.mustSignIn(sim.login, sim.password)
		const stopped = processes()
		for (const pid of stopped) process.kill(pid, 'SIGSTOP')
		try {
			const waiting = Array.from({ length: 40 }, () => client.get('/register').catch(() => ({ status: 0 })))
			await sleep(200)
			const begin = Date.now()
			for (let i = 0; i < 20; i++) {
				assert.equal((await server.raw({ path: '/healthz', timeout_ms: 2000 })).status, 200)
				assert.equal((await server.raw({ path: css, timeout_ms: 2000 })).status, 200)
			}
			assert.ok(Date.now() - begin < 2000, `${Date.now() - begin} ms for forty`)
			for (const pid of stopped) process.kill(pid, 'SIGCONT')
			for (const r of await Promise.all(waiting)) assert.ok([200, 503].includes(r.status), `status ${r.status}`)
			assert.equal((await client.get('/register')).status, 200)
		} finally {
			for (const pid of stopped) try { process.kill(pid, 'SIGCONT') } catch { /* gone */ }
		}
		await server.stop()
	})

	it('restarted under the server: it reconnects by itself', async () => {
		const server = await place.serve()
		const client = new Client(server)
		const sim = freshSims()[1]
		await client.mustSignIn(sim.login, sim.password)
		pg('restart', dir)
		await until('pages again', async () => (await client.get('/register')).status === 200, { ms: 10000 })
		await server.stop()
	})
})
