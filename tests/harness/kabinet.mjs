// Runs the real binary: stores of both kinds, commands, servers. A test says what it wants and closes it.
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const binary = process.env.KABINET ?? path.join(root, 'build/release-gcc/kabinet')
export const binaryAsan = process.env.KABINET_ASAN ?? path.join(root, 'build/asan-gcc/kabinet')

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

// Polls until ask() gives something true; its last answer or error is in the complaint.
export async function until(what, ask, { ms = 15000, every_ms = 25 } = {}) {
	const end = Date.now() + ms
	let last
	while (Date.now() < end) {
		try {
			last = await ask()
			if (last) return last
		} catch (e) {
			last = e
		}
		await sleep(every_ms)
	}
	throw new Error(`waited ${ms} ms for ${what}: ${last instanceof Error ? last.message : last}`)
}

export function alive(pid) {
	try {
		// A zombie has ended: whoever is to bury it may be busy.
		return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
	} catch {
		return false
	}
}

// Some port that nobody listens at, or this one if so: else it fails.
export function freePort(wanted = 0) {
	return new Promise((done, fail) => {
		const probe = net.createServer()
		probe.on('error', fail)
		probe.listen(wanted, '127.0.0.1', () => {
			const { port } = probe.address()
			probe.close(() => done(port))
		})
	})
}

// --- PostgreSQL: one server for the run (KABINET_TEST_PG is its URL), one database for each store -----------
export const pgUrl = process.env.KABINET_TEST_PG
export const kinds = pgUrl ? ['sqlite', 'postgres'] : ['sqlite']
export const noPostgres = pgUrl ? false : 'KABINET_TEST_PG is not set'

export function pgUrlOf(url, database) {
	return url.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${database}`)
}

export function psql(url, sql) {
	const r = spawnSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', sql], { encoding: 'utf8', maxBuffer: 64 << 20 })
	if (r.status !== 0) throw new Error(`psql: ${r.stderr}`)
	return r.stdout.trim()
}

let counter = 0

// --- a place of its own for one test -------------------------------------------------------------------------
export class Place {
	constructor(kind, { bin = binary, url, dir, prefix = [] } = {}) {
		this.kind = kind
		this.bin = bin
		this.prefix = prefix // before the binary: taskset and the like
		this.kept = Boolean(dir)
		this.dir = dir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'kabinet-test-'))
		// Not beneath the store's folder, which a role may read.
		this.settings = { 'keys.dir': `${this.dir}-keys`, 'vault.journal': `${this.dir}-keys/vault.journal` }
		this.servers = []
		this.others = []
		if (kind === 'sqlite') {
			this.url = path.join(this.dir, 'kabinet.db')
		} else {
			this.database = url ? null : `t_${process.pid}_${Date.now().toString(36)}_${counter++}`
			this.url = url ?? pgUrlOf(pgUrl, this.database)
			if (this.database)
				psql(pgUrl, `CREATE DATABASE ${this.database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'`)
		}
		this.settings['store.url'] = this.url
	}

	file(name) {
		return path.join(this.dir, name)
	}

	args(command, extra = {}) {
		const ini = this.file(`kabinet-${counter++}.ini`)
		const sections = {}
		for (const [key, value] of Object.entries({ ...this.settings, ...extra })) {
			const [section, name] = key.split('.')
			;(sections[section] ??= []).push(`${name} = ${value}`)
		}
		fs.writeFileSync(ini, Object.entries(sections).map(([s, rows]) => `[${s}]\n${rows.join('\n')}\n`).join(''))
		return ['--config', ini, ...command]
	}

	// A command to its end: { status, out, err }.
	run(...command) {
		const [program, ...args] = [...this.prefix, this.bin, ...this.args(command)]
		const r = spawnSync(program, args, { encoding: 'utf8', cwd: root, maxBuffer: 64 << 20, timeout: command[0] === 'serve' ? 10000 : 0 })
		return { status: r.status, signal: r.signal, out: r.stdout, err: r.stderr }
	}

	// The same, and it has to succeed.
	must(...command) {
		const r = this.run(...command)
		if (r.status !== 0)
			throw new Error(`kabinet ${command.join(' ')}: exit ${r.status ?? r.signal}\n${r.out}${r.err}`)
		return r.out
	}

	// init, migrate, and the demonstration operator as `make run` makes it.
	demo() {
		this.empty()
		for (const what of ['tariffs', 'sims', 'subscribers', 'charges', 'payments'])
			this.must('import', '--demo', what, path.join(root, 'demo', `${what}.csv`))
		return this
	}

	empty() {
		if (!fs.existsSync(this.settings['keys.dir'])) this.must('init')
		this.must('migrate')
		return this
	}

	// SQL past the program, as somebody with the disk would: for what only a damaged or aged store shows.
	sql(text) {
		if (this.kind === 'postgres') return psql(this.url, text)
		const r = spawnSync('sqlite3', ['-cmd', '.timeout 10000', this.url, text], { encoding: 'utf8', maxBuffer: 64 << 20 })
		if (r.status !== 0) throw new Error(`sqlite3: ${r.stderr}`)
		return r.stdout.trim()
	}

	async serve(extra = {}) {
		const server = new Server(this, extra)
		this.servers.push(server)
		await server.ready()
		return server
	}

	// A second place that is closed with this one.
	another(kind) {
		const place = new Place(kind, { bin: this.bin })
		this.others.push(place)
		return place
	}

	async close() {
		for (const place of this.others) await place.close()
		for (const server of this.servers) await server.stop()
		if (this.database) psql(pgUrl, `DROP DATABASE IF EXISTS ${this.database} WITH (FORCE)`)
		if (this.kept) return
		for (const dir of [this.dir, `${this.dir}-keys`]) fs.rmSync(dir, { recursive: true, force: true })
	}
}

export class Server {
	constructor(place, extra) {
		this.place = place
		this.extra = extra
		this.log = ''
	}

	// Every role is: one that is killed before ends the whole, which has not begun.
	async ready() {
		const settings = { ...this.extra }
		const quiet = ['warn', 'error'].includes(settings['log.level'])
		if (!settings['http.listen']) {
			this.port = await freePort()
			settings['http.listen'] = `127.0.0.1:${this.port}`
		}
		this.listen = settings['http.listen']
		this.port ??= Number(/^127\.0\.0\.1:(\d+)$/.exec(this.listen)?.[1])
		this.socketPath = this.listen.startsWith('unix:') ? this.listen.slice(5) : undefined
		this.base = `http://127.0.0.1:${this.port}`
		const [program, ...args] = [...this.place.prefix, this.place.bin, ...this.place.args(['serve'], settings)]
		this.child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
		this.ended = new Promise((done) => this.child.on('exit', (code, signal) => done((this.end = { code, signal }))))
		for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (d) => (this.log += d))
		await until('the server', async () => {
			if (this.end) throw new Error(`the server ended: ${JSON.stringify(this.end)}\n${this.log}`)
			return (await this.raw({ path: '/healthz' })).status === 200 && (quiet || /"event":"serving"/.test(this.log))
		})
	}

	// Its processes: { parent, web, worker }; a role that is just being started again is not among them.
	get pids() {
		const found = { parent: this.child.pid }
		for (const pid of spawnSync('pgrep', ['-P', String(this.child.pid)], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean)) {
			try {
				const name = fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
				if (name.startsWith('kabinet-')) found[name.slice('kabinet-'.length)] = Number(pid)
			} catch { /* it has ended meanwhile */ }
		}
		return found
	}

	// One request on a connection of its own; no cookies, no redirects followed.
	raw({ method = 'GET', path: target = '/', headers = {}, body, timeout_ms = 20000 }) {
		return new Promise((done, fail) => {
			const where = this.socketPath ? { socketPath: this.socketPath } : { host: '127.0.0.1', port: this.port }
			const req = http.request({ ...where, method, path: target, agent: false,
				headers: { ...(this.socketPath ? { host: 'lk.test' } : {}), ...headers } }, (res) => {
				const parts = []
				res.on('data', (d) => parts.push(d))
				res.on('error', fail)
				res.on('end', () => {
					const bytes = Buffer.concat(parts)
					done({ status: res.statusCode, headers: res.headers, bytes, text: bytes.toString('utf8') })
				})
			})
			req.setTimeout(timeout_ms, () => req.destroy(new Error(`no answer in ${timeout_ms} ms: ${method} ${target}`)))
			req.on('error', fail)
			req.end(body)
		})
	}

	// Of the parent, as an administrator would; it takes the roles with it.
	async kill(signal = 'SIGKILL') {
		const pids = Object.values(this.pids)
		if (!this.end) this.child.kill(signal)
		await until('the roles to end', () => pids.every((pid) => !alive(pid)))
		return this.ended
	}

	async stop() {
		if (this.end) return this.end
		this.child.kill('SIGTERM')
		const late = setTimeout(() => this.child.kill('SIGKILL'), 35000)
		const end = await this.ended
		clearTimeout(late)
		return end
	}
}
