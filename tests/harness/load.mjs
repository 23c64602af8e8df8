// Visitors who press, as fast as they are answered, what messages come of: codes, new passwords, sign-ins. They keep account of
// what they were promised: an answer that the message of it is written down for good.
import { strict as assert } from 'node:assert'
import fs from 'node:fs'
import path from 'node:path'
import { Client } from './client.mjs'
import { root, sleep, until } from './kabinet.mjs'

const CODE_MS = 4000 // a code that has not come by then is not waited for: its worker may have died

// The same numbers for the same seed.
export function random(seed) {
	let state = seed >>> 0
	return (below) => {
		state = (state + 0x6d2b79f5) >>> 0
		let t = Math.imul(state ^ (state >>> 15), state | 1)
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
		return ((t ^ (t >>> 14)) >>> 0) % below
	}
}

// --- whose numbers ------------------------------------------------------------------------------------------------

function iccid(n) {
	const digits = `897010199${String(n).padStart(9, '0')}`
	let sum = 0
	for (const [i, d] of [...digits].reverse().entries()) {
		const weighed = i % 2 ? Number(d) : 2 * Number(d)
		sum += weighed > 9 ? weighed - 9 : weighed
	}
	return `${digits}${(10 - (sum % 10)) % 10}`
}

const seven = (n) => String(n).padStart(7, '0')

// What stands in a number tells the centre (tests/support/smpp_peer.mjs) what to do: 04 sends the receipt before the answer, 06 does
// not bring it to the phone.
const OPERATORS = ['11', '12', '04', '13', '06', '14']

// Numbers whose cards nobody has used, and subscribers who came over from another portal with a confirmed phone.
export function makePeople(place, sims, subscribers) {
	const cards = Array.from({ length: sims }, (_, i) => ({ login: `9${OPERATORS[i % OPERATORS.length]}${seven(i)}`, iccid: iccid(i) }))
	const owners = Array.from({ length: subscribers }, (_, i) => ({ login: `931${seven(i)}`, phone: `921${seven(i)}`, iccid: iccid(sims + i) }))
	const write = (name, head, rows) => {
		fs.writeFileSync(place.file(`${name}.csv`), [head, ...rows].join('\n'))
		place.must('import', name, place.file(`${name}.csv`))
	}
	place.must('import', 'tariffs', path.join(root, 'demo/tariffs.csv'))
	write('sims', 'number;iccid;operator;tariff;issued', cards.map((c) => `${c.login};${c.iccid};mts;corp-750;20.11.2026`))
	write('subscribers', 'number;iccid;operator;tariff;tariff_since;contract;family;given;contact_phone;phone_confirmed',
		owners.map((o, i) => `${o.login};${o.iccid};mts;corp-750;01.12.2023;K-${i};Ветров;Илья;${o.phone};yes`))
	return { cards, owners }
}

// --- what they do -------------------------------------------------------------------------------------------------

export class Load {
	constructor(site, centre, people, rnd) {
		Object.assign(this, { site, centre, people, rnd })
		this.promised = new Set() // 'phone message'
		this.counts = { visits: 0, unanswered: 0, refused: 0, 'code not waited for': 0 }
		this.codes = new Map() // of each phone, the last one
		this.read = 0
		this.left = 0
		this.open()
	}

	// So many visits more; visitors who are quicker than that wait.
	ration(visits) {
		this.left += visits
	}

	// While there is nobody to ask, nobody does.
	shut() {
		if (!this.over) this.gate = new Promise((done) => (this.open = done))
	}

	open() {}

	// Visitors come while ${work} lasts. What fails first, it or a visitor, is what is heard: then the others go, and work ends
	// when it sees that the load is not going any more.
	async during(visitors, work) {
		this.going = true
		const all = Array.from({ length: visitors }, () => this.visitor())
		const working = work()
		try {
			const result = await Promise.race([working, Promise.all(all).then(() => working)])
			this.going = false
			await Promise.all(all)
			return result
		} catch (e) {
			this.giveUp(e)
			await Promise.allSettled([working, ...all])
			throw e
		}
	}

	giveUp(why) {
		this.over = why
		this.going = false
		this.open()
	}

	async visitor() {
		while (this.going) {
			await this.gate
			if (this.left <= 0) {
				await sleep(20)
				continue
			}
			this.left--
			this.counts.visits++
			await (this.rnd(4) ? this.askForCode() : this.recover())
		}
	}

	// The answer to one press, or undefined: it may have been heard or not.
	async press(client, where, fields) {
		let answer
		try {
			answer = await client.post(where, fields)
		} catch {
			this.counts.unanswered++
			return undefined
		}
		if (answer.status === 303) return answer
		this.counts.refused++
		return undefined
	}

	// A page can be asked for until it comes, or the load is given up.
	async see(client, where) {
		await until(`the page ${where}`, async () => {
			await this.gate
			return this.over || (await client.get(where)).status === 200
		}, { ms: 60000 })
		if (this.over) throw this.over
	}

	async askForCode() {
		const card = this.people.cards.pop()
		assert.ok(card, 'more numbers are needed for so many kills')
		const client = new Client(this.site)
		await this.see(client, '/recover')
		if (await this.press(client, '/recover', { login: card.login })) this.promised.add(`${card.login} first_code`)
	}

	async recover() {
		const owner = this.people.owners.pop()
		if (!owner) return this.askForCode()
		const password = `синий трамвай ${owner.login.slice(-5)}`
		const client = new Client(this.site)
		await this.see(client, '/recover')
		if (!(await this.press(client, '/recover', { login: owner.login }))) return undefined
		this.promised.add(`${owner.phone} recovery_code`)
		const code = await this.codeTo(owner.phone)
		if (!code) return undefined
		await this.see(client, '/recover/code')
		if (!(await this.press(client, '/recover/code', { code }))) return undefined
		await this.see(client, '/recover/new')
		if (!(await this.press(client, '/recover/new', { last4: owner.iccid.slice(-4), want: password }))) return undefined
		this.promised.add(`${owner.phone} password_changed`)
		return this.signIn(owner, password)
	}

	async signIn(owner, password) {
		const client = new Client(this.site)
		await this.see(client, '/')
		if (await this.press(client, '/signin', { login: owner.login, password })) this.promised.add(`${owner.phone} signin_new_device`)
	}

	// What the phone shows by now, or soon.
	async codeTo(phone) {
		for (const end = Date.now() + CODE_MS; Date.now() < end && !this.codes.has(phone); await sleep(20)) {
			for (const { event, to, text } of this.centre.heard.slice(this.read)) {
				const code = event === 'submit' && /\b\d{8}\b/.exec(text)
				if (code) this.codes.set(to.slice(1), code[0])
			}
			this.read = this.centre.heard.length
		}
		if (!this.codes.has(phone)) this.counts['code not waited for']++
		return this.codes.get(phone)
	}
}
