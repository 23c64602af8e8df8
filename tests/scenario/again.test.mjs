// More sign-ins at once than the slow lane takes: who is turned away keeps what was typed, but for the password.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, kinds } from '../harness/kabinet.mjs'
import { Client, words } from '../harness/client.mjs'

const MANY = 40

for (const kind of kinds) {
	describe(`a full slow lane on ${kind}`, { timeout: 60000 }, () => {
		let place, server

		before(async () => {
			place = new Place(kind).empty()
			server = await place.serve({ 'argon2.queue_max': 1 })
		})
		after(() => place.close())

		it('says when to come again, and leads back to the form', async () => {
			const visitors = Array.from({ length: MANY }, (_, i) => ({ client: new Client(server), login: `92100001${10 + i}` }))
			for (const { client } of visitors) await client.get('/?next=/history')
			const answers = await Promise.all(visitors.map(({ client, login }) =>
				client.post('/signin', { login, password: 'planted-secret', next: '/history' })))
			const away = visitors.filter((_, i) => answers[i].status === 503)
			assert.ok(away.length > 0, 'nobody was turned away')
			for (const [i, r] of answers.entries()) {
				if (r.status !== 503) continue
				assert.match(r.headers['retry-after'], /^\d+$/)
				assert.match(r.text, /action="\/again\?to=\/signin"/)
				assert.match(r.text, new RegExp(`name="login" value="${visitors[i].login}"`))
				assert.doesNotMatch(r.text, /planted-secret/)
				assert.match(words(r.text), /слишком много желающих войти/)
			}
			const [{ client, login }] = away
			const back = await client.post('/again?to=/signin', { login, next: '/history' })
			assert.equal(back.status, 200)
			assert.match(back.text, new RegExp(`value="${login}"`))
			assert.match(back.text, /name="next" value="\/history"/)
			assert.doesNotMatch(back.text, /aria-invalid/)
		})
	})
}
