// make bench. The server (and PostgreSQL, and nginx) on core 0, the load on core 1, everything in one run. A ratio is
// the median over alternations of page and nginx. Prints a table and writes build/bench.json.
import { spawn, spawnSync } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { Place, freePort, root, sleep } from '../tests/harness/kabinet.mjs'
import { Client } from '../tests/harness/client.mjs'
import { startNginx } from '../tests/harness/nginx.mjs'
import { smsRates, smsRatios } from './sms.mjs'
import { firstVisit } from './visit.mjs'

const seconds = Number(process.env.BENCH_S ?? 4)
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const big = Number(process.env.BENCH_BIG ?? 600000)
const small = 6000
const keep = path.join(root, 'build/bench')
const onServer = ['taskset', '-c', '0']
// The limits on attempts would end a storm of sign-ins at once: here the hashes are to be felt.
const loose = { 'limit.first_network_day': 100000, 'limit.first_system_day': 1000000, 'limit.password_account_day': 1000, 'limit.password_device_hour': 1000,
	'limit.password_network_hour': 100000, 'limit.password_system_day': 10000000 }
const figures = {}
const rows = []

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)]
const round = (x, digits = 3) => Number(x.toFixed(digits))
const log = (text) => process.stderr.write(`${text}\n`)

// --- stores ---------------------------------------------------------------------------------------------------
function fill(place, n) {
	place.empty()
	const begin = Date.now()
	place.must('demo', '--subscribers', String(n))
	const s = (Date.now() - begin) / 1000
	log(`${place.kind}: ${n} subscribers in ${s.toFixed(1)} s`)
	return n / s
}

// The big SQLite store is kept, and brought up like any other; where it cannot be (another text of a migration that was
// applied: before the first release) it is made anew.
function bigStore() {
	const dir = path.join(keep, `sqlite-${big}`)
	const rate = path.join(dir, 'rate')
	if (!fs.existsSync(rate) || new Place('sqlite', { dir, prefix: onServer }).run('migrate').status !== 0) {
		fs.rmSync(dir, { recursive: true, force: true })
		fs.mkdirSync(dir, { recursive: true })
		fs.writeFileSync(rate, String(fill(new Place('sqlite', { dir, prefix: onServer }), big)))
	}
	return { place: new Place('sqlite', { dir, prefix: onServer }), rate: Number(fs.readFileSync(rate, 'utf8')) }
}

// Sessions of subscribers from all over the store, as their sign-in would have made them.
function sessions(place, n) {
	const tokens = Array.from({ length: n }, () => crypto.randomBytes(32))
	const total = Number(place.sql('SELECT count(*) FROM subscriber'))
	const step = Math.max(1, Math.floor(total / n))
	const blob = (b) => (place.kind === 'postgres' ? `'\\x${b.toString('hex')}'::bytea` : `x'${b.toString('hex')}'`)
	const people = place.sql(`SELECT id, number_id, epoch FROM (SELECT id, number_id, epoch, row_number() OVER (ORDER BY id) AS r FROM subscriber WHERE closed_ms IS NULL) t WHERE r % ${step} = 0 ORDER BY id LIMIT ${n}`)
		.split('\n').map((line) => line.split('|'))
	const now = Date.now()
	const values = people.map(([id, number, epoch], i) => `(${blob(crypto.createHash('sha256').update(tokens[i]).digest())}, ${i + 1}, 'full', ${number}, ${epoch}, ${id}, ${now}, ${now}, 'bench')`)
	place.sql(`DELETE FROM session WHERE device = 'bench'`)
	for (let i = 0; i < values.length; i += 200)
		place.sql(`INSERT INTO session (token_hash, id, kind, number_id, epoch, subscriber_id, created_ms, used_ms, device) VALUES ${values.slice(i, i + 200).join(', ')}`)
	const file = place.file('cookies')
	const cookies = tokens.slice(0, people.length).map((t) => t.toString('base64url'))
	fs.writeFileSync(file, cookies.join('\n') + '\n')
	return { file, cookies }
}

// --- load -----------------------------------------------------------------------------------------------------
function wrk(script, port, env, { s = seconds, connections = 64, target = '/' } = {}) {
	return new Promise((done, fail) => {
		const child = spawn('wrk', ['-t1', `-c${connections}`, `-d${s}s`, '-s', path.join(root, 'bench', script), `http://127.0.0.1:${port}${target}`],
			{ env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
		let out = ''
		child.stdout.on('data', (d) => (out += d))
		child.on('exit', () => {
			const m = /^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$/m.exec(out)
			if (!m) return fail(new Error(`wrk: ${out}`))
			const [requests, us, p50, p99, errors] = m.slice(1).map(Number)
			done({ rate: (requests * 1e6) / us, p50, p99, errors, requests })
		})
	})
}

const page = (server, who, target, more) => wrk('pages.lua', server.port, { COOKIES: who.file, TARGET: target }, more)

// Requests at a fixed rate, whatever the server does: milliseconds of each.
async function steady(server, who, target, { rate = 250, s = seconds * 2 } = {}) {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
	const times = []
	const begin = process.hrtime.bigint()
	const all = []
	for (let i = 0; i < rate * s; i++) {
		const due = begin + BigInt(Math.round((i * 1e9) / rate))
		const wait = Number(due - process.hrtime.bigint()) / 1e6
		if (wait > 1) await sleep(wait)
		all.push(new Promise((done) => {
			const from = process.hrtime.bigint()
			const req = http.get({ host: '127.0.0.1', port: server.port, path: target, agent, headers: { cookie: `__Host-kabinet=${who.cookies[i % who.cookies.length]}` } }, (res) => {
				res.resume()
				res.on('end', () => (times.push(res.statusCode === 200 ? Number(process.hrtime.bigint() - from) / 1e6 : Infinity), done()))
			})
			req.on('error', () => (times.push(Infinity), done()))
		}))
	}
	await Promise.all(all)
	agent.destroy()
	times.sort((a, b) => a - b)
	return { p50: times[Math.floor(times.length * 0.5)], p99: times[Math.floor(times.length * 0.99)], failed: times.filter((t) => t === Infinity).length }
}

async function metrics(server) {
	const text = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text()
	return (name) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? NaN)
}

async function serve(place) {
	const metricsPort = await freePort()
	const server = await place.serve({ ...loose, 'http.io_threads': 1, 'http.work_threads': 64, 'log.level': 'error', 'roles.dumpable': process.getuid() ? 'yes' : 'no', 'http.metrics': `127.0.0.1:${metricsPort}` })
	server.metricsPort = metricsPort
	return server
}

// A page against nginx with a file of its size, in turns.
async function against(label, server, who, target) {
	const one = await server.raw({ path: target, headers: { cookie: `__Host-kabinet=${who.cookies[0]}` } })
	if (one.status !== 200) throw new Error(`${label}: status ${one.status}`)
	const dir = path.join(keep, `static-${label.replace(/\W+/g, '-')}`)
	fs.mkdirSync(dir, { recursive: true })
	fs.writeFileSync(path.join(dir, 'index.html'), one.bytes)
	const nginx = await startNginx(dir, { files: dir, prefix: onServer })
	await page(server, who, target, { s: 1 })
	await wrk('plain.lua', nginx.port, {}, { s: 1 })
	const ours = [], theirs = []
	for (let i = 0; i < rounds; i++) {
		ours.push(await page(server, who, target))
		theirs.push(await wrk('plain.lua', nginx.port, {}))
	}
	await nginx.stop()
	const ratio = median(ours.map((o, i) => o.rate / theirs[i].rate))
	rows.push([label, `${one.bytes.length} B`, Math.round(median(ours.map((o) => o.rate))), `${(median(ours.map((o) => o.p50)) / 1000).toFixed(2)} ms`,
		`${(median(ours.map((o) => o.p99)) / 1000).toFixed(2)} ms`, Math.round(median(theirs.map((t) => t.rate))), ratio.toFixed(3), ours.reduce((n, o) => n + o.errors, 0)])
	log(rows.at(-1).join('  '))
	return round(ratio)
}

// Megabytes of all processes of a server: what they share is counted once (Pss), or their peaks one by one.
const sum = (server, file, line) => Object.values(server.pids).reduce((n, pid) => n + Number(line.exec(fs.readFileSync(`/proc/${pid}/${file}`, 'utf8'))[1]) / 1024, 0)
const pss = (server) => sum(server, 'smaps_rollup', /^Pss:\s+(\d+)/m)
const peak = (server) => sum(server, 'status', /^VmHWM:\s+(\d+)/m)

// The period that holds the 24 movements of a generated subscriber.
function historyOf(place) {
	const [from, to] = place.sql('SELECT min(at_ms), max(at_ms) FROM entry').split('|').map((ms) => new Date(Number(ms)).toISOString().slice(0, 10))
	return `/history?from=${from}&to=${to}`
}

// --- the measurements -----------------------------------------------------------------------------------------
async function storm(server, who) {
	const target = '/home'
	const forms = path.join(keep, 'forms')
	const lines = []
	for (let i = 0; i < 200; i++) {
		const client = new Client(server)
		await client.get('/')
		lines.push(`${client.cookies.get('__Host-kabinet')} csrf=${client.csrf}&login=9${String(500000000 + i)}&password=wrong+password`)
	}
	fs.writeFileSync(forms, lines.join('\n') + '\n')
	const quiet = [], loud = []
	let signins = 0
	for (let i = 0; i < 3; i++) {
		quiet.push(await steady(server, who, target))
		const noise = wrk('forms.lua', server.port, { FORMS: forms, TARGET: '/signin', ORIGIN: server.base }, { s: seconds * 2 + 2, connections: 48 })
		await sleep(1000)
		loud.push(await steady(server, who, target))
		signins = (await noise).rate
	}
	const ratio = median(loud.map((l, i) => l.p99 / quiet[i].p99))
	rows.push(['home at 250/s, quiet', '', '', `${median(quiet.map((q) => q.p50)).toFixed(2)} ms`, `${median(quiet.map((q) => q.p99)).toFixed(2)} ms`, '', '', quiet.reduce((n, q) => n + q.failed, 0)])
	rows.push(['home at 250/s, storm of sign-ins', '', '', `${median(loud.map((q) => q.p50)).toFixed(2)} ms`, `${median(loud.map((q) => q.p99)).toFixed(2)} ms`, '', '', loud.reduce((n, q) => n + q.failed, 0)])
	figures.storm_signins_per_s = round(signins, 1)
	return round(ratio)
}

// 64 clients that write without a password hash: ending one's other sessions.
async function groups(server, who) {
	const lines = []
	for (let i = 0; i < 64; i++) {
		const client = new Client(server)
		client.cookies.set('__Host-kabinet', who.cookies[i])
		await client.get('/profile')
		lines.push(`${who.cookies[i]} csrf=${client.csrf}`)
	}
	const forms = path.join(keep, 'writes')
	fs.writeFileSync(forms, lines.join('\n') + '\n')
	const before = await metrics(server)
	const load = await wrk('forms.lua', server.port, { FORMS: forms, TARGET: '/profile/sessions/others', ORIGIN: server.base }, { connections: 64 })
	const after = await metrics(server)
	const delta = (name) => after(name) - before(name)
	rows.push(['writes by 64 clients', '', Math.round(load.rate), `${(load.p50 / 1000).toFixed(2)} ms`, `${(load.p99 / 1000).toFixed(2)} ms`, '', '', load.errors])
	return round(delta('kabinet_store_transactions_total') / Math.max(1, delta('kabinet_store_commits_total')), 1)
}

async function latencies(server, who, other, otherWho) {
	const ratios = []
	for (let i = 0; i < rounds; i++) {
		const a = await page(server, who, '/home', { connections: 8, s: seconds })
		const b = await page(other, otherWho, '/home', { connections: 8, s: seconds })
		ratios.push(b.p50 / a.p50)
	}
	return round(median(ratios))
}

async function shortMessages() {
	const names = { client: 'sms_client_ratio', sqlite: 'sms_ratio', postgres: 'sms_ratio_postgres' }
	const rates = await smsRates({ rounds })
	rows.push(["short messages, npm's client", '', median(rates.npm), '', '', '', '', 0])
	for (const { name, rate, ratio } of smsRatios(rates)) {
		figures[names[name]] = round(ratio)
		rows.push([`short messages, ${name}`, '', rate, '', '', '', ratio.toFixed(3), 0])
		log(rows.at(-1).join('  '))
	}
}

fs.mkdirSync(keep, { recursive: true })
const places = []
try {
	await shortMessages()

	// SQLite, 6,000
	const lite = new Place('sqlite', { prefix: onServer })
	places.push(lite)
	figures.demo_subscribers_per_s = Math.round(fill(lite, small))
	const who = sessions(lite, 1000)
	const server = await serve(lite)
	const idle = pss(server)
	const before = await metrics(server)
	figures.home_ratio_sqlite_6000 = await against('home, SQLite, 6,000', server, who, '/home')
	figures.history_ratio_sqlite_6000 = await against('history, SQLite, 6,000', server, who, historyOf(lite))
	const after = await metrics(server)
	const views = after('kabinet_http_requests_total') - before('kabinet_http_requests_total')
	figures.commits_per_view = round((after('kabinet_store_commits_total') - before('kabinet_store_commits_total')) / views, 6)
	await sleep(1500)
	figures.memory_mb_6000 = round(pss(server), 1)
	figures.memory_fresh_mb_6000 = round(idle, 1)
	const visit = await firstVisit(server.base)
	figures.first_visit_requests = visit.requests
	figures.first_visit_bytes = visit.bytes
	figures.storm_p99_ratio = await storm(server, who)
	figures.group_mean = await groups(server, who)
	figures.memory_peak_mb_6000 = round(peak(server), 1)

	// SQLite, 600,000
	if (big) {
		const { place, rate } = bigStore()
		places.push(place)
		figures.demo_subscribers_per_s = Math.round(rate)
		const many = sessions(place, 1000)
		const other = await serve(place)
		figures.home_ratio_sqlite_600000 = await against(`home, SQLite, ${big}`, other, many, '/home')
		sessions(lite, 1000)
		figures.growth_600000 = await latencies(server, sessions(lite, 1000), other, many)
		await other.stop()
	}
	await server.stop()

	// PostgreSQL, 6,000
	const pg = new Place('postgres', { prefix: onServer })
	places.push(pg)
	fill(pg, small)
	pg.sql('ANALYZE')
	const pgWho = sessions(pg, 1000)
	const pgServer = await serve(pg)
	figures.home_ratio_postgres_6000 = await against('home, PostgreSQL, 6,000', pgServer, pgWho, '/home')
	figures.history_ratio_postgres_6000 = await against('history, PostgreSQL, 6,000', pgServer, pgWho, historyOf(pg))
	await pgServer.stop()
} catch (e) {
	for (const { servers } of places)
		for (const server of servers) if (server.end) log(`the server on port ${server.port} has ended: ${JSON.stringify(server.end)}\n${server.log.slice(-2000)}`)
	throw e
} finally {
	for (const place of places) await place.close()
}

const header = ['', 'size', 'requests/s', 'p50', 'p99', 'nginx/s', 'ratio', 'errors']
const widths = header.map((h, i) => Math.max(h.length, ...rows.map((r) => String(r[i]).length)))
for (const row of [header, ...rows]) console.log(row.map((c, i) => (i ? String(c).padStart(widths[i]) : String(c).padEnd(widths[i]))).join('  '))
console.log('')
const goals = { home_ratio_sqlite_6000: '>= 0.5', growth_600000: '<= 1.2', storm_p99_ratio: '<= 2', first_visit_requests: '<= 4', first_visit_bytes: '<= 40960', memory_mb_6000: '<= 30', commits_per_view: '= 0', sms_ratio: '>= 0.7' }
for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(32)} ${String(value).padStart(10)}  ${goals[name] ? `goal ${goals[name]}` : ''}`)
fs.writeFileSync(path.join(root, 'build/bench.json'), `${JSON.stringify(figures, null, 2)}\n`)
