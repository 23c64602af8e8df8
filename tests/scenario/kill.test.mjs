// Messages survive: worker, web, the parent or all of it are killed again and again, at moments that nobody chose, while visitors
// press what messages come of and npm smpp takes them. Afterwards everything that was promised to a visitor is with the centre, or
// stands in the outbox with the reason why it is not; nothing was sent twice. KILLS=200 (make fault) for more than the few of make
// check; SEED= of a run that failed for the same choices again.
import { describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, alive, freePort, kinds, sleep, until } from '../harness/kabinet.mjs'
import { Centre } from '../harness/centre.mjs'
import { Load, makePeople, random } from '../harness/load.mjs'

const KILLS = Number(process.env.KILLS ?? 12)
const SEED = Number(process.env.SEED ?? Date.now() % 1000000)
const LEASE_MS = 2 * 60 * 1000
const VISITORS = 12
const VISITS_EACH = 200 // for each kill, at most: that many numbers there are
const LIFE_MS_MAX = 1500

// Everything that visitors may be held up by: the limits are there, and far away.
const settings = {
	'roles.sandbox': 'require', 'signin.first_days': '0', 'argon2.queue_max': '1000',
	'limit.code_phone_day': '100', 'limit.code_system_day': '10000000', 'limit.code_network_day': '100000', 'limit.code_reserve_percent': '0',
	'limit.password_network_hour': '100000', 'limit.password_system_day': '10000000',
}

// --- killing --------------------------------------------------------------------------------------------------------

class Killer {
	constructor(place, load, rnd) {
		Object.assign(this, { place, load, rnd })
		this.kills = { worker: 0, web: 0, parent: 0, all: 0 }
	}

	// Again at the same address: visitors do not notice but for the time it takes.
	async begin() {
		this.port = await until('the address', () => freePort(this.port), { ms: 5000 })
		this.server = await this.place.serve({ 'http.listen': `127.0.0.1:${this.port}` })
		this.load?.open()
		return this.server
	}

	// Both roles, unless this kill is to come while one of them begins.
	whole() {
		return until('all roles', () => {
			const { web, worker } = this.server.pids
			return web && worker
		}, { ms: 70000 })
	}

	// Who is killed with its children standing gets those by the kernel: two generations must not serve at once.
	async killProgram(what) {
		const { parent, ...roles } = this.server.pids
		this.load.shut()
		for (const pid of what === 'all' ? [...Object.values(roles), parent] : [parent]) process.kill(pid, 'SIGKILL')
		await this.server.ended
		await until('the roles to end with their parent', () => !Object.values(roles).some(alive), { ms: 5000 })
		await this.begin()
	}

	async kill() {
		if (this.rnd(4)) await this.whole()
		await sleep(this.rnd(LIFE_MS_MAX))
		const what = ['worker', 'web', 'parent', 'all'][this.rnd(4)]
		const pid = this.server.pids[what]
		if (what === 'all' || what === 'parent') await this.killProgram(what)
		else if (pid) process.kill(pid, 'SIGKILL')
		else return this.kill() // it has not been started again yet
		return this.kills[what]++
	}

	// All is killed a last time, and the leases of the dead run out; what follows is undisturbed.
	async settle() {
		await this.server.kill('SIGKILL')
		this.place.sql(`UPDATE outbox SET leased_until_ms = leased_until_ms - ${LEASE_MS} WHERE state = 'sending'`)
		await this.begin()
		let open = Infinity
		while (open > 0) {
			const before = open
			open = await until('the outbox to move', () => {
				const n = Number(this.place.sql("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"))
				return n === 0 ? -1 : n < before && n
			}, { ms: 90000, every_ms: 250 })
		}
		assert.deepEqual(await this.server.stop(), { code: 0, signal: null })
	}
}

// --- what became of it ------------------------------------------------------------------------------------------------

const KINDS = [['first_code', /для первого входа/], ['recovery_code', /для нового пароля/], ['password_changed', /сменен пароль/],
	['signin_new_device', /вход в кабинет/]]

// 'phone message' of all that the centre has heard: how often it began, and how many of its parts came.
function heardBy(centre) {
	const heard = new Map()
	const byReference = new Map()
	for (const { to, text, ref, seq, total } of centre.of('submit')) {
		if (seq === 1) {
			const [kind] = KINDS.find(([, like]) => like.test(text)) ?? []
			assert.ok(kind, `what is this: ${text}`)
			const key = `${to.slice(1)} ${kind}`
			const message = heard.get(key) ?? { times: 0, parts: 0, total }
			message.times++
			heard.set(key, message)
			byReference.set(`${to} ${ref}`, message)
		}
		byReference.get(`${to} ${ref}`).parts++
	}
	return heard
}

function rowsOf(place) {
	const rows = new Map()
	for (const line of place.sql('SELECT dest, message, state, reason FROM outbox').split('\n')) {
		const [dest, message, state, reason] = line.split('|')
		assert.ok(!rows.has(`${dest} ${message}`), `two of ${dest} ${message}`)
		rows.set(`${dest} ${message}`, { state, reason })
	}
	return rows
}

const REASONS = { sent: ['none'], delivered: ['none'], failed: ['undelivered', 'late'], unknown: ['lost', 'silent'] }
const reached = ({ state, reason }) => state === 'sent' || state === 'delivered' || reason === 'undelivered'

function compare(promised, rows, heard) {
	const faults = []
	for (const key of promised) if (!rows.has(key)) faults.push(`${key}: promised, and lost`)
	for (const [key, row] of rows) {
		const there = heard.get(key)
		if (!REASONS[row.state]?.includes(row.reason)) faults.push(`${key}: ${row.state}, ${row.reason}`)
		if (reached(row) && !(there?.parts >= there?.total)) faults.push(`${key}: ${row.state}, and the centre has not got it`)
		if (there && !reached(row) && row.state !== 'unknown') faults.push(`${key}: ${row.state}, and the centre has got it`)
	}
	for (const [key, { times, parts, total }] of heard) {
		if (!rows.has(key)) faults.push(`${key}: nobody wrote it`)
		if (times > 1 || parts > total) faults.push(`${key}: sent ${times} times`)
	}
	return faults
}

function sums(rows) {
	const n = {}
	for (const { state, reason } of rows.values()) {
		const name = reason === 'none' ? state : `${state} (${reason})`
		n[name] = (n[name] ?? 0) + 1
	}
	return n
}

const said = (what) => Object.entries(what).map(([name, n]) => `${n} ${name}`).join(', ')

for (const kind of kinds) {
	describe(`kill -9 under load on ${kind}`, { timeout: 120000 + KILLS * 30000 }, () => {
		it('loses no message that was promised, and sends none twice', async (t) => {
			const begin = Date.now()
			const rnd = random(SEED)
			const place = new Place(kind).empty()
			const centre = await Centre.open()
			t.after(async () => {
				await place.close()
				await centre.close()
			})
			Object.assign(place.settings, centre.settings(place), settings)
			const people = makePeople(place, KILLS * VISITS_EACH, KILLS * (VISITS_EACH / 8))
			const killer = new Killer(place, undefined, rnd)
			const load = new Load(await killer.begin(), centre, people, random(SEED + 1))
			killer.load = load
			await load.during(VISITORS, async () => {
				for (let i = 0; i < KILLS && load.going; i++) {
					load.ration(VISITS_EACH)
					await killer.kill()
				}
				await killer.whole()
				await until('enough of a load', () => !load.going || load.promised.size > 10 * KILLS, { ms: 60000 })
			})
			await killer.settle()
			const rows = rowsOf(place)
			const heard = heardBy(centre)
			t.diagnostic(`SEED=${SEED}, ${Math.round((Date.now() - begin) / 1000)} s; killed: ${said(killer.kills)}`)
			t.diagnostic(`${said(load.counts)}; ${load.promised.size} promised, ${rows.size} written, ${heard.size} heard by the centre`)
			t.diagnostic(`in the outbox: ${said(sums(rows))}`)
			assert.deepEqual(compare(load.promised, rows, heard).slice(0, 20), [])
			for (const { log } of place.servers) assert.doesNotMatch(log, /"event":"role_died"[^\n]*"exit"/, 'a role ended by itself')
			place.must('check')
		})
	})
}
