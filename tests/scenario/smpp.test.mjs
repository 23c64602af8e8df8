// Codes by SMS through a message centre that others wrote (npm smpp), from the page to the phone and back.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, kinds, until } from '../harness/kabinet.mjs'
import { Centre } from '../harness/centre.mjs'
import { Client, words } from '../harness/client.mjs'
import { freshSims, person } from '../harness/people.mjs'

const digits = (phone) => phone.replace(/\D/g, '').slice(-10)

for (const kind of kinds) {
	describe(`SMS over SMPP on ${kind}`, { timeout: 120000 }, () => {
		let place, centre
		before(async () => {
			place = new Place(kind).demo()
			centre = await Centre.open()
			Object.assign(place.settings, centre.settings(place), { 'roles.sandbox': 'require' })
		})
		after(async () => {
			await place.close()
			await centre.close()
		})

		const registered = async (server, n) => {
			const sim = freshSims()[n]
			const client = new Client(server)
			await client.mustSignIn(sim.login, sim.password)
			await client.register(person(n))
			return { login: sim.login, phone: digits(person(n).contact_phone) }
		}
		const ask = async (server, login) => {
			const client = new Client(server)
			await client.get('/recover')
			assert.equal((await client.post('/recover', { login })).status, 303)
			return client
		}
		const states = (phone) => place.sql(`SELECT state FROM outbox WHERE dest = '${phone}' ORDER BY id`).split('\n')

		it('a code arrives whole, opens what it is for, and is known to be delivered', async () => {
			const server = await place.serve()
			const who = await registered(server, 1)
			const client = await ask(server, who.login)
			const text = await centre.message(who.phone)
			const [code] = /\d{8}/.exec(text)
			assert.equal(centre.of('submit').at(-1).from, 'SmartKarta')
			await client.get('/recover/code')
			const r = await client.post('/recover/code', { code })
			assert.equal(r.status, 303, words(r.text).slice(0, 300))
			assert.equal(r.headers.location, '/recover/new')
			await until('the receipt', () => states(who.phone).every((state) => state === 'delivered'))
			assert.deepEqual(await server.stop(), { code: 0, signal: null })
			assert.doesNotMatch(server.log, /sandbox_lacks/)
			assert.ok(!server.log.includes(who.phone), 'a phone in the log')
			await until('the goodbye', () => centre.of('unbind').length === 1)
		})

		it('a message waits while the centre is away, and is sent once when it is back', async () => {
			const server = await place.serve()
			const who = await registered(server, 2)
			await until('the link', () => centre.of('bind').length === 2)
			const bound = centre.of('bind').length
			centre.say('refuse')
			centre.say('break')
			await until('the end of the link', () => /"event":"sms.down"/.test(server.log))
			await ask(server, who.login)
			centre.say('accept')
			await centre.message(who.phone)
			await until('the receipt', () => states(who.phone).every((state) => state === 'delivered'))
			assert.ok(centre.of('bind').length > bound)
			assert.equal(centre.of('submit').filter(({ to }) => to === `7${who.phone}`).length, states(who.phone).length)
			await server.stop()
			place.must('check')
		})

		it('over TLS, in the sandbox as well', async () => {
			const secure = await Centre.open({ tls: true, name: 'DNS:localhost' })
			try {
				const server = await place.serve(secure.settings(place))
				const who = await registered(server, 3)
				await ask(server, who.login)
				assert.match(await secure.message(who.phone), /\d{8}/)
				await until('the receipt', () => states(who.phone).every((state) => state === 'delivered'))
				assert.deepEqual(await server.stop(), { code: 0, signal: null })
				await until('the goodbye', () => secure.of('unbind').length === 1)
			} finally {
				await secure.close()
			}
		})
	})
}
