// The e-mail address in a browser: confirmed by the link of the letter, another one stopped by the link of the notice, a
// password recovered by the code of a letter. npm smtp-server takes the letters, and each is looked at as it is shown.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, freePort, kinds } from '../harness/kabinet.mjs'
import { inspect, launch, open, round, scrollsSideways } from '../harness/browser.mjs'
import { Mail } from '../harness/mail.mjs'
import { freshSims, person } from '../harness/people.mjs'
import { Phones, aMinuteLater } from '../harness/sms.mjs'

for (const kind of kinds) {
	for (const width of [360, 1280]) {
		for (const js of [true, false]) {
			if (!round(kind, width, js)) continue
			describe(`e-mail on ${kind}, ${width} px, ${js ? 'with' : 'without'} JavaScript`, { timeout: 240000 }, () => {
				let place, server, browser, view, page, phones, mail
				const whole = kind === 'sqlite' || !js // the same pages come from both
				const [sim] = freshSims()
				const who = person(1)
				const contact = who.contact_phone.replace(/\D/g, '').slice(1)
				const next = 'novaya.pochta@example.ru'
				const want = 'три зелёных фонаря'
				const see = (name) => inspect(view, name, { whole })
				const submit = (label, p = page) => p.getByRole('button', { name: label, exact: true }).click()
				const fill = (name, value, p = page) => p.locator(`[name="${name}"]`).fill(value)
				const main = (p = page) => p.locator('main').innerText()
				// By somebody who reads their mail elsewhere.
				const follow = async (letter, steps) => {
					const reader = await open(browser, { width, js })
					await reader.page.setContent(letter.html)
					assert.equal(await scrollsSideways(reader.page), '', letter.subject)
					await Promise.all([reader.page.waitForURL(/[?&]t=/), reader.page.locator('a[href*="?t="]').click()])
					await steps(reader, reader.page)
					assert.deepEqual(reader.faults, [])
					await reader.context.close()
				}

				before(async () => {
					place = new Place(kind).demo()
					phones = new Phones(place)
					mail = await Mail.open()
					const port = await freePort()
					server = await place.serve({
						...phones.settings, ...mail.settings, 'http.listen': `127.0.0.1:${port}`, 'http.origin': `http://127.0.0.1:${port}`,
					})
					browser = await launch()
					view = await open(browser, { width, js })
					page = view.page
				})
				after(async () => {
					await browser?.close()
					await place?.close()
					mail?.close()
				})

				it('whoever has registered confirms the phone first', async () => {
					await page.goto(server.base)
					await fill('login', sim.login)
					await fill('password', sim.password)
					await submit('Войти')
					for (const [name, value] of Object.entries(who)) {
						if (name === 'consent') await page.locator('#consent').check()
						else await fill(name, value)
					}
					await submit('Зарегистрировать данные')
					await page.waitForURL('**/home')
					await submit('Подтвердить телефон')
					await fill('code', await phones.code(contact))
					await submit('Подтвердить')
					await page.waitForURL('**/home?done=phone')
				})

				it('the link in the letter confirms the address of the registration', async () => {
					await page.goto(`${server.base}/profile`)
					assert.match(await main(), /Не подтверждена/)
					await submit('Подтвердить почту')
					await page.waitForURL('**/profile?done=email-sent')
					assert.match(await main(), /Отправили ссылку на/)
					await see('profile-email-sent')
					await follow(await mail.letter(who.email, 'Подтвердите адрес'), async (reader, p) => {
						assert.match(await main(p), /z•••@example\.ru/)
						await inspect(reader, 'email-link', { whole })
						await submit('Подтвердить почту', p)
						assert.match(await main(p), /Почта подтверждена/)
						await inspect(reader, 'email-link-done', { whole })
					})
					await page.goto(`${server.base}/profile`)
					assert.doesNotMatch(await main(), /Не подтверждена/)
					await phones.text(contact, /почт/i)
				})

				it('another address takes a proof of who asks, the password, its link, and a day', async () => {
					aMinuteLater(place)
					place.sql('UPDATE session SET reauth_ms = reauth_ms - 300000') // as if five minutes had gone by
					await page.getByRole('link', { name: 'Изменить или удалить почту' }).click()
					await page.waitForURL(/\/reauth/)
					await submit('Получить код по SMS')
					await fill('code', await phones.code(contact))
					await submit('Продолжить')
					await page.waitForURL(/\/email$/)
					await see('email')
					await fill('email', next)
					await fill('now', 'не тот пароль')
					await submit('Получить письмо')
					assert.match(await page.locator('[role=alert]').innerText(), /Пароль не подошел/)
					assert.equal(await page.locator('[name="email"]').inputValue(), next)
					await see('email-faults')
					await fill('now', who.password)
					await submit('Получить письмо')
					await page.waitForURL('**/profile?done=email-sent')
					await follow(await mail.letter(next, 'Подтвердите адрес'), async (reader, p) => {
						await submit('Подтвердить почту', p)
						assert.match(await main(p), /начнет действовать через сутки/)
						await inspect(reader, 'email-link-held', { whole })
					})
					await page.goto(`${server.base}/profile`)
					assert.match(await main(), new RegExp(`почтой станет ${next}`))
					await see('profile-email-held')
				})

				it('the link in the notice stops it, and signs everybody out', async () => {
					await phones.text(contact, /\/m\?t=/)
					await follow(await mail.letter(who.email, 'Почта кабинета сменится'), async (reader, p) => {
						await inspect(reader, 'email-refusal', { whole })
						await submit('Отменить смену', p)
						assert.match(await main(p), /Смена отменена/)
						await inspect(reader, 'email-refusal-done', { whole })
					})
					await page.goto(`${server.base}/home`)
					assert.equal(new URL(page.url()).pathname, '/')
				})

				it('«Восстановить пароль» by letter: a code and the digits of the card', async () => {
					aMinuteLater(place)
					await page.getByRole('link', { name: 'Восстановить пароль' }).click()
					await see('recover-or-mail')
					await fill('login', sim.login)
					await submit('Получить код')
					await page.waitForURL('**/recover/code')
					await see('recover-code-or-mail')
					await page.locator('summary', { hasText: 'Не приходит SMS?' }).click()
					await submit('Прислать код на почту')
					assert.match(await main(), /письмо с кодом уже в пути/)
					await see('recover-mail')
					const [code] = /\b\d{8}\b/.exec((await mail.letter(who.email, 'Код для нового пароля')).text)
					await fill('code', code === '00000000' ? '11111111' : '00000000')
					await submit('Продолжить')
					assert.match(await main(), /Цифры не подошли/)
					await see('recover-mail-wrong')
					await fill('code', code)
					await submit('Продолжить')
					await page.waitForURL('**/recover/new')
					await see('recover-new-mail')
					await fill('want', want)
					await submit('Сохранить пароль')
					await page.locator('[name="last4"][aria-invalid="true"]').waitFor()
					await fill('want', want)
					await fill('last4', sim.password)
					await submit('Сохранить пароль')
					await page.waitForURL('**/profile?done=password')
					assert.match(await main(), new RegExp(who.email.replace('.', '\\.')))
					await phones.text(contact, /пароль/i)
				})

				it('the browser had nothing to complain about', () => assert.deepEqual(view.faults, []))
			})
		}
	}
}
