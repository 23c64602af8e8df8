// S6, S7, S9: confirming the contact phone, changing it, recovering the password, the first sign-in by a code: in a
// browser, with the codes from the messages that the worker has sent.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, freePort, kinds } from '../harness/kabinet.mjs'
import { inspect, launch, open, round } from '../harness/browser.mjs'
import { freshSims, person } from '../harness/people.mjs'
import { Phones, aMinuteLater } from '../harness/sms.mjs'

for (const kind of kinds) {
	for (const width of [360, 1280]) {
		for (const js of [true, false]) {
			if (!round(kind, width, js)) continue
			describe(`phone and recovery on ${kind}, ${width} px, ${js ? 'with' : 'without'} JavaScript`, { timeout: 240000 }, () => {
				let place, server, browser, view, page, phones
				const whole = kind === 'sqlite' || !js // the same pages come from both
				const [sim, spare] = freshSims()
				const who = person(1)
				const contact = who.contact_phone.replace(/\D/g, '').slice(1)
				const next = 'три зелёных фонаря'
				const see = (name) => inspect(view, name, { whole })
				const submit = (label, p = page) => p.getByRole('button', { name: label, exact: true }).click()
				const at = (p = page) => new URL(p.url()).pathname
				const signIn = async (login, password, p = page) => {
					await p.goto(server.base)
					await p.locator('[name="login"]').fill(login)
					await p.locator('[name="password"]').fill(password)
					await submit('Войти', p)
				}
				const type = async (code, label, p = page) => {
					const field = p.locator('[name="code"]')
					assert.equal(await field.getAttribute('autocomplete'), 'one-time-code')
					assert.equal(await field.getAttribute('inputmode'), 'numeric')
					await field.fill(code)
					await submit(label, p)
				}
				const main = (p = page) => p.locator('main').innerText()

				before(async () => {
					place = new Place(kind).demo()
					phones = new Phones(place)
					const port = await freePort()
					server = await place.serve({ ...phones.settings, 'http.listen': `127.0.0.1:${port}`, 'http.origin': `http://127.0.0.1:${port}` })
					browser = await launch()
					view = await open(browser, { width, js })
					page = view.page
				})
				after(async () => {
					await browser?.close()
					await place?.close()
				})

				it('after the registration the home page asks to confirm the phone', async () => {
					await signIn(sim.login, sim.password)
					for (const [name, value] of Object.entries(who)) {
						if (name === 'consent') await page.locator('#consent').check()
						else await page.locator(`[name="${name}"]`).fill(value)
					}
					await submit('Зарегистрировать данные')
					await page.waitForURL('**/home')
					assert.match(await main(), /Телефон не подтвержден|SIM-карта еще не работает/)
					await see('home-unconfirmed')
				})

				it('a wrong code is told, the right one confirms', async () => {
					await submit('Подтвердить телефон')
					await page.waitForURL('**/phone')
					assert.match(await main(), /Новый можно запросить с \d+:\d\d/)
					await see('phone-code')
					const code = await phones.code(contact)
					await type(code === '00000000' ? '11111111' : '00000000', 'Подтвердить')
					assert.match(await main(), /Цифры не подошли/)
					assert.equal(await page.locator('[name="code"]').inputValue(), '')
					await see('phone-code-wrong')
					await type(`${code.slice(0, 4)} ${code.slice(4)}`, 'Подтвердить')
					await page.waitForURL('**/home?done=phone')
					assert.match(await main(), /Телефон подтвержден/)
					assert.equal(await page.getByRole('button', { name: 'Подтвердить телефон' }).count(), 0)
				})

				it('another phone: password, code to the one so far, a day of hold', async () => {
					aMinuteLater(place)
					await page.goto(`${server.base}/profile`)
					await page.getByRole('link', { name: 'Изменить телефон' }).click()
					await see('phone-change')
					await page.locator('[name="phone"]').fill('905 300-00-01')
					await page.locator('[name="now"]').fill('не тот пароль')
					await submit('Получить код по SMS')
					assert.equal(await page.locator('[name="phone"]').inputValue(), '905 300-00-01')
					assert.match(await page.locator('[role=alert]').innerText(), /Пароль не подошел/)
					await see('phone-change-faults')
					await page.locator('[name="now"]').fill(who.password)
					await submit('Получить код по SMS')
					await page.waitForURL('**/phone/change/code')
					await see('phone-change-code')
					await type(await phones.code(contact), 'Изменить телефон')
					await page.waitForURL('**/profile?done=phone-held')
					assert.match(await main(), /контактным станет \+7\u00a0905\u00a0•••-••-01/)
					await see('profile-held')
				})

				it('the link in the notice stops it, and signs everybody out', async () => {
					const link = /http:\S+/.exec(await phones.text(contact, /http:/))[0]
					await phones.text('9053000001', /контактный телефон/)
					const owner = await open(browser, { width, js })
					await owner.page.goto(link)
					await inspect(owner, 'phone-refusal', { whole })
					await submit('Отменить смену', owner.page)
					assert.match(await main(owner.page), /Смена отменена/)
					await inspect(owner, 'phone-refusal-done', { whole })
					assert.deepEqual(owner.faults, [])
					await owner.context.close()
					await page.goto(`${server.base}/home`)
					assert.equal(at(), '/')
				})

				it('«Восстановить пароль»: a code to the contact phone, a new password', async () => {
					await page.getByRole('link', { name: 'Восстановить пароль' }).click()
					await see('recover')
					await page.locator('[name="login"]').fill(`+7 ${sim.login}`)
					await submit('Получить код')
					await page.waitForURL('**/recover/code')
					assert.match(await main(), /действует до \d+:\d\d/)
					await see('recover-code')
					await type(await phones.code(contact), 'Продолжить')
					await page.waitForURL('**/recover/new')
					await see('recover-new')
					await page.locator('[name="want"]').fill(next)
					await submit('Сохранить пароль')
					await page.waitForURL('**/profile?done=password')
					await phones.text(contact, /пароль/)
				})

				it('the new password signs in, the old one does not', async () => {
					const other = await open(browser, { width, js })
					await signIn(sim.login, who.password, other.page)
					assert.match(await other.page.locator('[role=alert]').innerText(), /не подошли/)
					await signIn(sim.login, next, other.page)
					assert.equal(at(other.page), '/home')
					await other.context.close()
				})

				it('digits used up: a code to the card itself, then its digits, open the registration', async () => {
					const fresh = await open(browser, { width, js })
					const p = fresh.page
					for (let i = 0; i < 3; i++) await signIn(spare.login, spare.password === '0000' ? '0001' : '0000', p)
					await signIn(spare.login, spare.password, p)
					assert.match(await p.locator('[role=alert]').innerText(), /не подошли/)
					await p.getByRole('link', { name: 'Восстановить пароль' }).click()
					await p.locator('[name="login"]').fill(spare.login)
					await submit('Получить код', p)
					await type(await phones.code(spare.login), 'Продолжить', p)
					await p.waitForURL('**/recover/new')
					await inspect(fresh, 'recover-first', { whole })
					await p.locator('[name="last4"]').fill(spare.password)
					await submit('Продолжить', p)
					await p.waitForURL('**/register')
					await fresh.context.close()
				})

				it('a number that nobody has gets the same pages, and nothing is sent', async () => {
					const sent = phones.all().length
					const stranger = await open(browser, { width, js })
					await stranger.page.goto(`${server.base}/recover`)
					await stranger.page.locator('[name="login"]').fill('900 000-00-00')
					await submit('Получить код', stranger.page)
					await stranger.page.waitForURL('**/recover/code')
					assert.match(await main(stranger.page), /она уже в пути/)
					await type('12345678', 'Продолжить', stranger.page)
					assert.match(await main(stranger.page), /Цифры не подошли/)
					assert.deepEqual(stranger.faults, [])
					await stranger.context.close()
					assert.equal(phones.all().length, sent)
				})

				it('the browser had nothing to complain about', () => assert.deepEqual(view.faults, []))
			})
		}
	}
}
