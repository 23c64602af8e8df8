// Letters out of the real program: the address of the registration is confirmed by the link, and a password recovered by the
// code, in letters that npm smtp-server has taken from the worker.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, kinds } from '../harness/kabinet.mjs'
import { Client } from '../harness/client.mjs'
import { Mail } from '../harness/mail.mjs'
import { freshSims, person } from '../harness/people.mjs'

for (const kind of kinds) {
	describe(`mail on ${kind}`, { timeout: 120000 }, () => {
		const who = person(1)
		const [sim] = freshSims()
		let place
		let mail
		let server
		before(async () => {
			mail = await Mail.open()
			place = new Place(kind).demo()
			server = await place.serve(mail.settings)
		})
		after(async () => {
			await place.close()
			mail.close()
		})

		const letter = (about) => mail.letter(who.email, about)

		it('the link in the letter confirms the address, in any browser and by its button only', async () => {
			const client = new Client(server)
			await client.signIn(sim.login, sim.password)
			assert.equal((await client.register(who)).headers.location, '/home')
			await client.get('/profile')
			assert.equal((await client.post('/email/send')).headers.location, '/profile?done=email-sent')
			const { text, html, from, headerTo } = await letter('Подтвердите')
			assert.equal(from, 'noreply@lk.example.ru')
			assert.ok(headerTo.includes(who.email))
			const [, path, token] = /http:\/\/127\.0\.0\.1:\d+(\/e\?t=([\w-]{22}))/.exec(text)
			assert.ok(html.includes(path) && html.includes('lang="ru"'), html)
			const reader = new Client(server)
			for (const open of [reader, client]) assert.match((await open.get(path)).text, /Подтвердить почту/)
			assert.match((await client.get('/profile')).text, /Не подтверждена/)
			await reader.get(path)
			assert.equal((await reader.post('/e', { t: token })).headers.location, '/e?done=1')
			assert.doesNotMatch((await client.get('/profile')).text, /Не подтверждена/)
			assert.match((await reader.get(path)).text, /больше не действует/)
		})

		it('the code in the letter, with the digits of the card, sets a new password; the letter tells of it', async () => {
			const client = new Client(server)
			const want = 'розовый автобус 17'
			await client.get('/recover')
			assert.equal((await client.post('/recover', { login: sim.login })).headers.location, '/recover/code')
			assert.match((await client.get('/recover/code')).text, /Прислать код на почту/)
			assert.equal((await client.post('/recover/mail', { login: sim.login })).headers.location, '/recover/code')
			const [code] = /\d{8}/.exec((await letter('Код для нового пароля')).text)
			await client.get('/recover/code')
			assert.equal((await client.post('/recover/code', { login: sim.login, code })).headers.location, '/recover/new')
			await client.get('/recover/new')
			assert.equal((await client.post('/recover/new', { login: sim.login, want, last4: '' })).status, 422)
			const done = await client.post('/recover/new', { login: sim.login, want, last4: sim.password })
			assert.equal(done.headers.location, '/profile?done=password')
			await letter('Пароль кабинета сменен')
			assert.equal((await new Client(server).signIn(sim.login, want)).headers.location, '/home')
			for (const secret of [who.email, code, sim.login]) assert.ok(!server.log.includes(secret), server.log)
		})

		it('nothing went out twice, and the books of messages are whole', async () => {
			assert.deepEqual(await server.stop(), { code: 0, signal: null })
			const ids = mail.letters.map((l) => l.messageId)
			assert.equal(new Set(ids).size, ids.length)
			place.must('check')
		})
	})
}
