// The second factor in a browser: switched on with codes that node computes, asked for when signing in, a code on paper
// in its place, switched off.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, kinds } from '../harness/kabinet.mjs'
import { inspect, launch, open, round } from '../harness/browser.mjs'
import { signIns } from '../harness/people.mjs'
import { Phones, aMinuteLater } from '../harness/sms.mjs'
import { code } from '../harness/totp.mjs'

for (const kind of kinds) {
	for (const width of [360, 1280]) {
		for (const js of [true, false]) {
			if (!round(kind, width, js)) continue
			describe(`second factor on ${kind}, ${width} px, ${js ? 'with' : 'without'} JavaScript`, { timeout: 240000 }, () => {
				let place, server, browser, view, page, phones, early, who, key, papers
				const whole = kind === 'sqlite' || !js // the same pages come from both
				const see = (name) => inspect(view, name, { whole })
				const submit = (label, p = page) => p.getByRole('button', { name: label, exact: true }).click()
				const at = () => new URL(page.url()).pathname
				const main = (p = page) => p.locator('main').innerText()
				const fill = (name, value, p = page) => p.locator(`[name="${name}"]`).fill(value)
				const password = async () => {
					await page.context().clearCookies()
					await page.goto(server.base)
					await fill('login', who.login)
					await fill('password', who.password)
					await submit('Войти')
				}

				before(async () => {
					place = new Place(kind).demo()
					who = signIns(place).debtor
					phones = new Phones(place)
					server = await place.serve(phones.settings)
					browser = await launch()
					view = await open(browser, { width, js })
					page = view.page
				})
				after(async () => {
					await browser?.close()
					await place?.close()
				})

				it('is switched on with a first code', async () => {
					await password()
					await page.waitForURL('**/home')
					early = await page.context().newPage()
					await early.goto(`${server.base}/phone/change`)
					await page.goto(`${server.base}/profile`)
					await page.getByRole('link', { name: 'Проверить безопасность' }).click()
					await see('security-off')
					await page.getByRole('link', { name: 'Подключить', exact: true }).click()
					await page.waitForURL('**/reauth?next=/security')
					await submit('Получить код по SMS')
					await fill('code', await phones.code(place.sql(`SELECT contact_phone FROM subscriber s JOIN number n ON n.id = s.number_id WHERE n.msisdn = '${who.login}'`).trim()))
					await submit('Продолжить')
					await page.waitForURL('**/security')
					await see('security-form')
					await fill('now', who.password)
					await submit('Подключить')
					await page.waitForURL('**/totp')
					assert.ok(await page.locator('img.qr').evaluate((img) => img.complete && img.naturalWidth > 0))
					await see('totp-on')
					key = await page.locator('.groups').innerText()
					await fill('code', '000000')
					await submit('Включить')
					assert.match(await main(), /Код не подошел/)
					await see('totp-on-wrong')
					await fill('code', code(key))
					await submit('Включить')
					papers = await page.locator('.codes li').allInnerTexts()
					assert.equal(papers.length, 10)
					await see('totp-spares')
					await page.getByRole('link', { name: 'Коды сохранены' }).click()
					assert.match(await main(), /Осталось кодов восстановления: 10/)
					await see('security-on')
				})

				it('is asked for before another contact phone, and loses nothing that was typed', async () => {
					aMinuteLater(place)
					await page.goto(`${server.base}/phone/change`)
					assert.equal(at(), '/reauth')
					await see('reauth')
					// The form was open since before.
					await early.locator('[name="phone"]').fill('905 300-00-02')
					await early.locator('[name="now"]').fill(who.password)
					await submit('Получить код по SMS', early)
					assert.match(await main(early), /Всё, что вы ввели, кроме пароля, сохранится/)
					await submit('Ввести код восстановления', early)
					await fill('code', 'abcde-abcde', early)
					await submit('Продолжить', early)
					assert.match(await main(early), /Код не подошел/)
					await fill('code', papers[2], early)
					await submit('Продолжить', early)
					assert.match(await main(early), /Код подошел/)
					assert.equal(await early.locator('[name="phone"]').inputValue(), '905 300-00-02')
					assert.equal(await early.locator('[name="now"]').inputValue(), '')
					await fill('now', who.password, early)
					await submit('Получить код по SMS', early)
					await early.waitForURL('**/phone/change/code')
					await early.close()
				})

				it('is asked for after the password', async () => {
					await password()
					await page.waitForURL('**/signin/code')
					const field = page.locator('[name="code"]')
					assert.equal(await field.getAttribute('autocomplete'), 'one-time-code')
					assert.equal(await field.getAttribute('inputmode'), 'numeric')
					await see('signin-code')
					await page.goto(`${server.base}/home`)
					assert.equal(at(), '/')
					await page.goto(`${server.base}/signin/code`)
					await fill('code', '12')
					await submit('Войти')
					assert.match(await main(), /Нужны 6 цифр/)
					await see('signin-code-wrong')
					await fill('code', code(key, 1))
					await submit('Войти')
					await page.waitForURL('**/home')
				})

				it('a code on paper does instead, once', async () => {
					await password()
					await page.waitForURL('**/signin/code')
					await submit('Ввести код восстановления')
					await see('signin-code-paper')
					await fill('code', papers[0].toUpperCase())
					await submit('Войти')
					await page.waitForURL('**/home')
					await page.goto(`${server.base}/security`)
					assert.match(await main(), /Осталось кодов восстановления: 8/)
				})

				it('is switched off by the password, soon after a code', async () => {
					await page.getByRole('link', { name: 'Новые коды или отключение' }).click()
					await page.waitForURL('**/totp/change')
					await see('totp-change')
					await fill('now', who.password)
					await submit('Отключить')
					await page.waitForURL('**/security?off=1')
					assert.match(await main(), /Код для входа отключен/)
					await password()
					await page.waitForURL('**/home')
				})
			})
		}
	}
}
