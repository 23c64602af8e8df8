// Signing in and registering over HTTP: S1-S5, S8, the limits on attempts, and the sweep over every route.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import fs from 'node:fs'
import path from 'node:path'
import { Place, kinds, root, until } from '../harness/kabinet.mjs'
import { Client, words } from '../harness/client.mjs'
import { freshSims, person } from '../harness/people.mjs'
import { Phones } from '../harness/sms.mjs'

const refusal = /Номер или пароль не подошли\. Проверьте оба и попробуйте еще раз/

for (const kind of kinds) {
	describe(`signing in on ${kind}`, { timeout: 240000 }, () => {
		let place, server
		const [first, second, third, fourth] = freshSims()
		before(async () => {
			place = new Place(kind).demo()
			server = await place.serve()
		})
		after(() => place.close())

		it('S1: the number in every form in which people paste it', async () => {
			const n = first.login
			const forms = [n, `+7${n}`, `8${n}`, `7${n}`, `+7 (${n.slice(0, 3)}) ${n.slice(3, 6)}-${n.slice(6, 8)}-${n.slice(8)}`,
				` ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)} `, `${n.slice(0, 3)}\u00a0${n.slice(3, 6)}\u2011${n.slice(6)}`, `8 ${n.slice(0, 3)}.${n.slice(3, 6)}.${n.slice(6)}`]
			for (const form of forms) {
				const client = new Client(server)
				const r = await client.signIn(form, first.password)
				assert.equal(r.status, 303, `«${form}»: ${words(r.text).slice(0, 200)}`)
				assert.equal(r.headers.location, '/register', form)
			}
		})

		it('S5: one neutral answer, whatever was wrong, and nothing of the password comes back', async () => {
			const bodies = []
			for (const [login, password] of [['9000000000', '0000'], [second.login, '0000'], ['9112045133', 'wrong password'], ['not a number', 'x']]) {
				const client = new Client(server)
				const r = await client.signIn(login, password)
				assert.equal(r.status, 403, `${login}: ${r.status}`)
				assert.match(words(r.text), refusal)
				assert.ok(!r.text.includes(`value="${password}"`))
				bodies.push(r.text.replaceAll(login, 'LOGIN').replace(/name="(csrf|ticket)"[^>]*/g, '').replace(/value="[0-9A-Za-z_+/=.-]{20,}"/g, ''))
			}
			for (const body of bodies) assert.equal(words(body), words(bodies[0]))
		})

		it('S4: before registration nothing else opens', async () => {
			const client = new Client(server)
			await client.mustSignIn(first.login, first.password)
			for (const target of ['/home', '/history', '/history.csv', '/profile']) {
				const r = await client.get(target)
				assert.equal(r.status, 303, target)
				assert.equal(r.headers.location, '/register', target)
			}
			assert.equal((await client.get('/register')).status, 200)
			const r = await client.post('/profile/password', { now: first.password, want: 'синий трамвай 7' })
			assert.ok([303, 403].includes(r.status), `${r.status}`)
		})

		it('S3: faults beside their fields, nothing typed is lost but the password', async () => {
			const client = new Client(server)
			await client.mustSignIn(first.login, first.password)
			await client.get('/register')
			const wrong = { ...person(1), birth: '31.02.1987', passport: '99 10 12345', email: 'zoya', contact_phone: '12', passport_code: '78', family: 'Канaрейкина', password: 'короткий7', consent: '' }
			delete wrong.consent
			wrong.password = '1234567'
			const r = await client.post('/register', wrong)
			assert.ok(r.status === 422 || r.status === 400 || r.status === 200, `${r.status}`)
			for (const name of ['birth', 'passport', 'email', 'contact_phone', 'passport_code', 'family', 'password', 'consent'])
				assert.match(r.text, new RegExp(`(id|name)="${name}"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*(id|name)="${name}"`), name)
			for (const name of ['given', 'family', 'birth', 'email', 'city', 'street', 'house', 'passport'])
				assert.ok(r.text.includes(wrong[name].replace(/"/g, '&quot;')), `${name} is lost`)
			assert.ok(!r.text.includes(wrong.password), 'the password comes back')
		})

		it('S2, S3: registered; the four digits no longer work, the password does; S8: changing it ends the others', async () => {
			const who = person(2)
			const client = new Client(server)
			await client.mustSignIn(first.login, first.password)
			const done = await client.register(who)
			assert.equal(done.headers.location, '/home')
			assert.match(words((await client.get('/home')).text), /Зоя/)
			const old = await new Client(server).signIn(first.login, first.password)
			assert.equal(old.status, 403)
			const other = new Client(server)
			await other.mustSignIn(first.login, who.password)
			await client.get('/profile')
			const wrong = await client.post('/profile/password', { now: 'not the present one', want: 'другой трамвай 5' })
			assert.match(wrong.text, /aria-invalid="true"/)
			await client.get('/profile')
			const changed = await client.post('/profile/password', { now: who.password, want: 'другой трамвай 5' })
			assert.equal(changed.status, 303, words(changed.text).slice(0, 300))
			assert.equal((await client.get('/home')).status, 200)
			assert.notEqual((await other.get('/home')).status, 200, 'the other session goes on')
			assert.equal((await new Client(server).signIn(first.login, who.password)).status, 403)
			await new Client(server).mustSignIn(first.login, 'другой трамвай 5')
		})

		it('the session cookie is new after every change of privilege', async () => {
			const client = new Client(server)
			await client.get('/')
			const anonymous = client.cookies.get('__Host-kabinet')
			await client.post('/signin', { login: second.login, password: second.password })
			const inside = client.cookies.get('__Host-kabinet')
			assert.ok(inside && inside !== anonymous)
			await client.register(person(3))
			const full = client.cookies.get('__Host-kabinet')
			assert.ok(full && full !== inside)
			const thief = new Client(server)
			for (const old of [anonymous, inside]) {
				thief.cookies.set('__Host-kabinet', old)
				assert.notEqual((await thief.get('/home')).status, 200)
			}
		})

		it('an expired session keeps the typed form over a new sign-in', async () => {
			const client = new Client(server)
			await client.mustSignIn(third.login, third.password)
			await client.get('/register')
			place.sql('DELETE FROM session')
			const half = { ...person(4), email: 'not yet' }
			const r = await client.post('/register', half)
			assert.equal(r.status, 403)
			assert.match(r.text, /name="password"/)
			assert.ok(!r.text.includes(half.password), 'the new password is carried in clear')
			const hidden = Object.fromEntries([...r.text.matchAll(/<input[^>]*type="hidden"[^>]*>|<textarea[^>]*hidden[^>]*>[\s\S]*?<\/textarea>/g)].map(([tag]) => [
				/name="([^"]*)"/.exec(tag)?.[1], (/value="([^"]*)"/.exec(tag)?.[1] ?? />([\s\S]*)</.exec(tag)?.[1] ?? '').replace(/&amp;/g, '&').replace(/&#39;/g, "'").replace(/&quot;/g, '"')]))
			const again = await client.post('/signin', { ...hidden, csrf: client.csrf, login: third.login, password: third.password })
			const page = again.status === 303 ? await client.get(again.headers.location) : again
			for (const name of ['family', 'city', 'street', 'email']) assert.ok(page.text.includes(half[name]), `${name} is lost`)
		})

		it('three wrong tries close the first sign-in for life, kill -9 or not; reopen opens it', async () => {
			for (const digits of ['0000', '0011', '0022']) assert.equal((await new Client(server).signIn(fourth.login, digits)).status, 403)
			assert.equal((await new Client(server).signIn(fourth.login, fourth.password)).status, 403, 'a fourth try is allowed')
			await server.kill('SIGKILL')
			server = await place.serve()
			assert.equal((await new Client(server).signIn(fourth.login, fourth.password)).status, 403, 'the counter is lost with the process')
			assert.notEqual(place.run('number', 'reopen', fourth.login).status, 0, 'without a reason')
			place.must('number', 'reopen', fourth.login, '--reason', 'звонок абонента')
			assert.equal((await new Client(server).signIn(fourth.login, fourth.password)).status, 303)
			assert.match(place.sql('SELECT action, reason FROM audit'), /reopen[\s\S]*звонок абонента/)
		})

		it('forty at once get no more than three tries', async () => {
			const sim = freshSims()[5]
			const digits = Array.from({ length: 40 }, (_, i) => String(1000 + i)).filter((d) => d !== sim.password)
			place.sql('DELETE FROM attempt_limit')
			const seen = await Promise.all(digits.map((d) => new Client(server).signIn(sim.login, d)))
			for (const r of seen) assert.ok([403, 429, 503].includes(r.status), `${r.status}`)
			place.sql("DELETE FROM attempt_limit WHERE key LIKE '%network%' OR key LIKE '%system%' OR key LIKE '%net%' OR key LIKE '%sys%'")
			assert.notEqual((await new Client(server).signIn(sim.login, sim.password)).status, 303, 'still open after forty wrong tries')
		})
	})
}

// --- what the owner hears of it -----------------------------------------------------------------------------
for (const kind of kinds) {
	describe(`a sign-in is told on ${kind}`, { timeout: 120000 }, () => {
		let place, server, phones
		const [sim] = freshSims()
		const who = person(5)
		const contact = who.contact_phone.replace(/\D/g, '').slice(-10)
		const isTold = /вход в кабинет .* с нового устройства/
		const told = () => phones.all().filter((m) => m.to === contact && isTold.test(m.text)).length
		const outside = () => place.sql("SELECT count(*) FROM outbox WHERE message = 'signin_new_device'")
		before(async () => {
			place = new Place(kind).demo()
			phones = new Phones(place)
			server = await place.serve(phones.settings)
			const owner = new Client(server)
			await owner.mustSignIn(sim.login, sim.password)
			await owner.register(who)
		})
		after(() => place.close())

		it('not to a phone that nobody has confirmed', async () => {
			await new Client(server).mustSignIn(sim.login, who.password)
			assert.equal(outside(), '0')
			place.sql(`UPDATE subscriber SET phone_confirmed_ms = 1 WHERE contact_phone = '${contact}'`)
		})

		it('from a new device, once: from then on it is known; its owner sees both', async () => {
			const client = new Client(server)
			await client.mustSignIn(sim.login, who.password)
			assert.match(await phones.text(contact, isTold), /Это не вы/)
			await client.get('/home')
			await client.post('/signout', {})
			await client.mustSignIn(sim.login, who.password)
			assert.equal(outside(), '1')
			const page = words((await client.get('/security?all=1')).text)
			assert.match(page, /Последние входы Вход \d.*Вход с нового устройства \d.*Вход с нового устройства \d.*Регистрация \d/)
			assert.ok(page.includes(`•••-••-${contact.slice(-2)}`))
			assert.ok(!page.includes(contact))
			const seen = async () => /(Отправлено|Доставлено)/.test(words((await client.get('/security')).text))
			await until('the notice among those that went out', seen)
			assert.equal(told(), 1)
		})

		it('not when the password was wrong', async () => {
			assert.equal((await new Client(server).signIn(sim.login, 'не тот пароль')).status, 403)
			assert.equal(outside(), '1')
			assert.equal(place.sql("SELECT count(*) FROM event WHERE kind = 'signin_new'"), '2')
		})
	})
}

// --- every route, by everybody -------------------------------------------------------------------------------
// What a visitor, one who may only register, and a subscriber get: of a GET; of a POST with its token and no fields.
const sweep = {
	'GET /': [200, 303, 303],
	'POST /signin': [422, 422, 422],
	'GET /signin/code': [303, 303, 303],
	'POST /signin/code': [403, 403, 403],
	'POST /signout': [303, 303, 303],
	'GET /recover': [200, 200, 200],
	'POST /recover': [422, 422, 422],
	'GET /recover/code': [303, 303, 303],
	'POST /recover/code': [303, 303, 303],
	'POST /recover/mail': [422, 422, 422],
	'GET /recover/new': [303, 303, 303],
	'POST /recover/new': [303, 303, 303],
	'GET /register': [303, 200, 303],
	'POST /register': [403, 422, 303],
	'GET /consent': [200, 200, 200],
	'GET /home': [303, 303, 200],
	'GET /history': [303, 303, 200],
	'GET /history.csv': [303, 303, 200],
	'GET /profile': [303, 303, 200],
	'POST /profile/password': [403, 303, 422],
	'GET /email': [303, 303, 303],
	'POST /email': [403, 303, 403],
	'POST /email/send': [403, 303, 303],
	'POST /email/cancel': [403, 303, 303],
	'GET /e': [200, 200, 200],
	'POST /e': [422, 422, 422],
	'GET /m': [200, 200, 200],
	'POST /m': [422, 422, 422],
	'GET /phone': [303, 303, 200],
	'POST /phone': [403, 303, 422],
	'POST /phone/send': [403, 303, 303],
	'GET /security': [303, 303, 200],
	'POST /security/sessions/end': [403, 303, 422],
	'POST /security/sessions/others': [403, 303, 303],
	'POST /totp': [403, 303, 422],
	'GET /totp': [303, 303, 303],
	'GET /totp/qr.svg': [303, 303, 404],
	'POST /totp/on': [403, 303, 303],
	'GET /totp/change': [303, 303, 303],
	'POST /totp/spares': [403, 303, 403],
	'POST /totp/off': [403, 303, 403],
	'GET /reauth': [303, 303, 303],
	'POST /reauth': [403, 303, 303],
	'POST /reauth/send': [403, 303, 303],
	'GET /phone/change': [303, 303, 200],
	'POST /phone/change': [403, 303, 422],
	'GET /phone/change/code': [303, 303, 303],
	'POST /phone/change/code': [403, 303, 303],
	'POST /phone/change/again': [403, 303, 303],
	'POST /phone/change/cancel': [403, 303, 303],
	'GET /c': [200, 200, 200],
	'POST /c': [422, 422, 422],
	'GET /again': [303, 303, 303],
	'POST /again': [403, 403, 403],
	'GET /help': [200, 200, 200],
	'GET /healthz': [200, 200, 200],
}

for (const kind of kinds) {
	describe(`every route on ${kind}`, { timeout: 240000 }, () => {
		let place, server, sims
		const rows = [...fs.readFileSync(path.join(root, 'src/web/routes.def'), 'utf8').matchAll(/^(PAGE|POST(?:_[A-Z]+)?)\("([^"]+)"/gm)]
			.map(([, method, target]) => `${method === 'PAGE' ? 'GET' : 'POST'} ${target}`)
		before(async () => {
			place = new Place(kind).demo()
			server = await place.serve()
			sims = freshSims()
			const c = new Client(server)
			await c.mustSignIn(sims[0].login, sims[0].password)
			await c.register(person(1))
		})
		after(() => place.close())

		// A visitor, somebody who may only register, a subscriber: fresh each time.
		const visitors = [
			async () => { const c = new Client(server); await c.get('/'); return c },
			async () => { const c = new Client(server); await c.mustSignIn(sims[1].login, sims[1].password); await c.get('/register'); return c },
			async () => { const c = new Client(server); await c.mustSignIn(sims[0].login, person(1).password); await c.get('/profile'); return c },
		]

		it('has a row of expectations', () => assert.deepEqual([...rows].sort(), Object.keys(sweep).sort()))

		for (const row of rows) {
			const [method, target] = row.split(' ')
			it(`${row}: access`, async () => {
				for (const [i, visit] of visitors.entries()) {
					const client = await visit()
					const r = method === 'GET' ? await client.get(target) : await client.post(target, {})
					assert.equal(r.status, sweep[row]?.[i], `${['a visitor', 'may register', 'a subscriber'][i]}: ${words(r.text).slice(0, 200)}`)
				}
			})
			if (method === 'GET') {
				it(`${row}: HEAD gives the same without a body, parameters from hell are no fault`, async () => {
					const client = await visitors[2]()
					const full = await client.get(target)
					const head = await server.raw({ method: 'HEAD', path: target, headers: { cookie: client.cookie() } })
					assert.equal(head.status, full.status)
					assert.equal(head.bytes.length, 0)
					for (const query of ['?from=x&to=%D0', '?from=2026-02-31&to=0', '?from=9999999999999999999', '?kind=%3Cscript%3E', '?lang=xx&a[]=1', `?from=${'1'.repeat(3000)}`, '?from=2026-01-01&from=2026-01-02', '?from=1900-01-01&to=2199-12-31']) {
						const r = await client.get(target + query)
						assert.ok(r.status < 500, `${query}: ${r.status}`)
						assert.ok(!/<script>/.test(r.text), query)
					}
				})
			} else {
				it(`${row}: no token, a wrong one, another's, a field twice, too much, other types`, async () => {
					const allowed = visitors[target === '/register' ? 1 : 2]
					const client = await allowed()
					const other = await allowed()
					for (const csrf of [null, '', 'x'.repeat(43), other.csrf]) {
						const r = await client.post(target, {}, { csrf })
						assert.equal(r.status, 403, `token «${csrf}»`)
					}
					const twice = new URLSearchParams([['csrf', client.csrf], ['a', '1'], ['a', '2']])
					assert.equal((await client.post(target, twice)).status, 400)
					assert.equal((await client.post(target, { a: 'x'.repeat(70000) })).status, 413)
					assert.equal((await client.post(target, {}, { headers: { origin: 'https://evil.test' } })).status, 403)
					assert.equal((await client.post(target, {}, { headers: { 'content-type': 'text/plain' } })).status, 415)
					assert.equal((await client.get(target === '/register' ? target : '/home')).status, 200, 'the session is gone')
				})
			}
		}

		it('a session of another cannot be ended, and it looks like one that is not there', async () => {
			const client = await visitors[2]()
			await visitors[1]()
			const theirs = place.sql("SELECT id FROM session WHERE kind = 'first' LIMIT 1")
			const foreign = await client.post('/security/sessions/end', { id: theirs })
			const missing = await client.post('/security/sessions/end', { id: '123456789' })
			assert.equal(foreign.status, 404)
			assert.equal(missing.status, 404)
			const but = (r) => words(r.text).replace(/поддержки: \d{8}/, '')
			assert.equal(but(foreign), but(missing))
			assert.equal(place.sql(`SELECT count(*) FROM session WHERE id = ${theirs}`), '1')
		})

		it('page views are no durable writes', async () => {
			const client = await visitors[2]()
			const before = place.sql('SELECT (SELECT count(*) FROM session), (SELECT count(*) FROM attempt_limit), (SELECT count(*) FROM audit), (SELECT count(*) FROM event), (SELECT count(*) FROM outbox)')
			for (const target of ['/', '/home', '/history', '/profile', '/security', '/help']) await client.get(target)
			assert.equal(place.sql('SELECT (SELECT count(*) FROM session), (SELECT count(*) FROM attempt_limit), (SELECT count(*) FROM audit), (SELECT count(*) FROM event), (SELECT count(*) FROM outbox)'), before)
		})

		it('CSV: the owner only, formulas defused, opens in a spreadsheet', async () => {
			const client = await visitors[2]()
			const r = await client.get('/history.csv?from=2024-01-01&to=2026-12-31')
			assert.equal(r.status, 200)
			assert.match(r.headers['content-type'], /^text\/csv/)
			assert.match(r.headers['content-disposition'], /attachment/)
			assert.match(r.headers['cache-control'], /no-store/)
			assert.doesNotMatch(r.text, /(^|[;,"])[=@]/m)
		})

		it('the language by parameter and by header', async () => {
			assert.match((await server.raw({ path: '/?lang=en' })).text, /<html lang="en"/)
			assert.match((await server.raw({ path: '/', headers: { 'accept-language': 'en-GB,en;q=0.9' } })).text, /<html lang="en"/)
			assert.match((await server.raw({ path: '/', headers: { 'accept-language': 'de, ru;q=0.5' } })).text, /<html lang="ru"/)
			assert.match((await server.raw({ path: '/' })).text, /<html lang="ru"/)
		})
	})
}
