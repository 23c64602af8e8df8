// The first real run, in a browser: on both databases, on a phone and on a desktop, with and without JavaScript.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, kinds } from '../harness/kabinet.mjs'
import { inspect, launch, open, round } from '../harness/browser.mjs'
import { freshSims, person, signIns } from '../harness/people.mjs'

const typed = ['family', 'given', 'patronymic', 'birth', 'contact_phone', 'email', 'passport', 'passport_issued', 'passport_by', 'passport_code', 'city', 'street', 'house', 'building', 'flat']
const required = ['family', 'given', 'birth', 'contact_phone', 'email', 'passport', 'passport_issued', 'passport_by', 'passport_code', 'city', 'street', 'house', 'password', 'consent']

// A wrong value for each field that can be wrong.
const wrong = {
	family: 'Канaрейкина', given: 'Зоя7', patronymic: 'Иль<инична', birth: '31.02.1987', contact_phone: '921 12', email: 'zoya(at)example.ru',
	passport: '99 10 12345', passport_issued: '01.01.2031', passport_by: 'x'.repeat(600), passport_code: '78-04', city: 'x'.repeat(200),
	street: 'y'.repeat(300), house: 'z'.repeat(60), building: 'b'.repeat(60), flat: 'f'.repeat(60), password: '1234567',
}

async function fill(page, who) {
	for (const [name, value] of Object.entries(who)) {
		if (name === 'consent') await page.locator('#consent').setChecked(Boolean(value))
		else await page.locator(`[name="${name}"]`).fill(value)
	}
}

const errorOf = async (page, name) => {
	const input = page.locator(`[name="${name}"]`)
	assert.equal(await input.getAttribute('aria-invalid'), 'true', `${name} is not marked`)
	const ids = (await input.getAttribute('aria-describedby')).split(/\s+/)
	const text = await page.locator(`[id="${ids.at(-1)}"]`).innerText()
	assert.ok(text.trim().length > 5, `${name} has no message`)
	return text
}

for (const kind of kinds) {
	for (const width of [360, 1280]) {
		for (const js of [true, false]) {
			if (!round(kind, width, js)) continue
			describe(`journey on ${kind}, ${width} px, ${js ? 'with' : 'without'} JavaScript`, { timeout: 240000 }, () => {
				let place, server, browser, view, page
				const whole = kind === 'sqlite' || !js // the same pages come from both
				const [sim, spare] = freshSims()
				const who = person(1)
				const next = 'три зелёных фонаря'
				const see = (name) => inspect(view, name, { whole })
				const submit = (label) => page.getByRole('button', { name: label, exact: true }).click()
				const signIn = async (login, password, p = page) => {
					await p.goto(server.base)
					await p.locator('[name="login"]').fill(login)
					await p.locator('[name="password"]').fill(password)
					await p.getByRole('button', { name: 'Войти', exact: true }).click()
				}
				const at = (p = page) => new URL(p.url()).pathname
				// Back to a form that was shown with its faults, Chromium shows a page of its own.
				const back = async () => {
					try {
						await page.goBack()
					} catch (e) {
						assert.match(String(e), /ERR_CACHE_MISS/)
						await page.waitForURL(/^chrome-error:/)
					}
				}
				const openMenu = () => page.locator('summary').filter({ hasText: /\S+ \S\./ }).first().click()

				before(async () => {
					place = new Place(kind).demo()
					server = await place.serve()
					browser = await launch()
					view = await open(browser, { width, js })
					page = view.page
				})
				after(async () => {
					await browser?.close()
					await place.close()
				})

				it('the address shows the sign-in page', async () => {
					await page.goto(server.base)
					assert.match(await page.title(), /^Вход/)
					await see('signin')
				})

				it('a wrong sign-in: one neutral message, the number stays, the password does not', async () => {
					await signIn('+7 921 000-00-00', '0000')
					assert.match(await page.locator('[role=alert]').innerText(), /Номер или пароль не подошли\. Проверьте оба/)
					assert.equal(await page.locator('[name="login"]').inputValue(), '+7 921 000-00-00')
					assert.equal(await page.locator('[name="password"]').inputValue(), '')
					await see('signin-refused')
				})

				it('pages around it: help, recovery, consent, nothing there', async () => {
					for (const [target, name] of [['/help', 'help'], ['/recover', 'recover'], ['/consent', 'consent'], ['/no-such-page', 'error-404']]) {
						await page.goto(server.base + target)
						await see(name)
					}
				})

				it('number and last four digits lead to the registration, and to nothing else', async () => {
					await signIn(`8 (${sim.login.slice(0, 3)}) ${sim.login.slice(3)}`, sim.password)
					await page.waitForURL('**/register')
					await see('register')
					for (const target of ['/home', '/history', '/profile']) {
						await page.goto(server.base + target)
						assert.match(page.url(), /\/register$/, target)
					}
				})

				it('left empty: every field that is needed says so', async () => {
					await submit('Зарегистрировать данные')
					for (const name of required) await errorOf(page, name)
					await see('register-empty')
				})

				it('every field wrong: a message beside each, nothing typed lost but the password', async () => {
					await fill(page, wrong)
					await submit('Зарегистрировать данные')
					const said = {}
					for (const name of Object.keys(wrong)) said[name] = await errorOf(page, name)
					await errorOf(page, 'consent')
					assert.ok(new Set(Object.values(said)).size >= 8, JSON.stringify(said))
					for (const name of typed) assert.equal((await page.locator(`[name="${name}"]`).inputValue()).trim(), wrong[name], `${name} is lost`)
					assert.equal(await page.locator('[name="password"]').inputValue(), '')
					assert.match(await page.title(), /^(Исправьте|Ошибка)/)
					// The summary links to the fields.
					for (const name of ['family', 'passport']) assert.equal(await page.locator(`[role=alert] a[href="#${name}"]`).count(), 1)
					await see('register-errors')
				})

				it('a session that ends meanwhile: sign in again, and the form is still filled', async () => {
					const half = { ...person(1), email: 'still@typing' }
					await fill(page, half)
					place.sql('DELETE FROM session')
					await submit('Зарегистрировать данные')
					assert.equal(await page.locator('[name="login"]').count(), 1, 'no sign-in form')
					await see('signin-expired')
					await page.locator('[name="login"]').fill(sim.login)
					await page.locator('[name="password"]').fill(sim.password)
					await submit('Войти')
					for (const name of ['family', 'city', 'street', 'email', 'birth']) assert.equal(await page.locator(`[name="${name}"]`).inputValue(), half[name], `${name} is lost`)
					assert.equal(await page.locator('[name="password"]').inputValue(), '')
				})

				it('filled in right: the home page, with the name at the top right', async () => {
					await fill(page, who)
					const button = page.getByRole('button', { name: 'Зарегистрировать данные', exact: true })
					if (js) await button.dblclick({ noWaitAfter: true })
					else await button.click()
					await page.waitForURL('**/home')
					assert.match(await page.locator('header').innerText(), /Зоя К\./)
					assert.equal(place.sql("SELECT count(*) FROM subscriber WHERE family = 'Канарейкина'"), '1')
					await see('home-new')
				})

				it('the back button leads to nothing bad, and the form cannot be sent twice', async () => {
					await back()
					await page.goto(`${server.base}/register`)
					assert.match(page.url(), /\/home$/)
				})

				it('profile: own data masked, a wrong password named beside its field', async () => {
					await openMenu()
					await page.getByRole('link', { name: 'Профиль', exact: true }).filter({ visible: true }).first().click()
					await page.waitForURL('**/profile')
					const text = await page.locator('main').innerText()
					assert.match(text, /Канарейкина Зоя Ильинична/)
					assert.ok(!text.includes(who.passport) && !text.includes(who.passport.replace(/ /g, '')), 'the passport is in clear')
					assert.ok(!text.includes(who.birth) && !text.includes(who.street))
					await see('profile')
					await page.locator('[name="now"]').fill('не тот пароль')
					await page.locator('[name="want"]').fill(next)
					await submit('Сохранить пароль')
					await errorOf(page, 'now')
					await page.locator('[name="now"]').fill(who.password)
					await page.locator('[name="want"]').fill('12345678')
					await submit('Сохранить пароль')
					assert.match(await errorOf(page, 'want'), /известен/)
					await see('profile-errors')
				})

				it('«Сохранить пароль»: the other sessions end, this one goes on', async () => {
					const other = await open(browser, { width, js })
					await signIn(sim.login, who.password, other.page)
					await other.page.waitForURL('**/home')
					await page.goto(`${server.base}/profile`)
					await page.getByRole('link', { name: 'Проверить безопасность' }).click()
					await page.waitForURL('**/security')
					assert.equal(await page.getByRole('button', { name: /^Закончить сеанс/ }).count(), 1)
					assert.match(await page.locator('section', { hasText: 'Последние входы' }).innerText(), /Вход с нового устройства/)
					await see('security-sessions')
					await page.getByRole('link', { name: 'Смените пароль' }).click()
					await page.waitForURL('**/profile#pw')
					await page.locator('[name="now"]').fill(who.password)
					await page.locator('[name="want"]').fill(next)
					await submit('Сохранить пароль')
					await page.waitForURL('**/profile*')
					await see('profile-saved')
					await other.page.goto(`${server.base}/home`)
					assert.notEqual(at(other.page), '/home')
					await other.context.close()
				})

				it('the sessions elsewhere can be ended, one and all', async () => {
					const others = [await open(browser, { width, js }), await open(browser, { width, js }), await open(browser, { width, js })]
					for (const o of others) {
						await signIn(sim.login, next, o.page)
						await o.page.waitForURL('**/home')
					}
					await page.goto(`${server.base}/security`)
					assert.match(await page.locator('section', { hasText: 'Что менялось' }).innerText(), /Пароль изменен/)
					await page.getByRole('button', { name: /^Закончить сеанс/ }).first().click()
					await page.waitForURL('**/security?*')
					assert.equal(await page.getByRole('button', { name: /^Закончить сеанс/ }).count(), 2)
					await submit('Закончить остальные сеансы')
					await page.waitForURL('**/security?others=1')
					assert.equal(await page.getByRole('button', { name: /^Закончить сеанс/ }).count(), 0)
					for (const o of others) {
						await o.page.goto(`${server.base}/home`)
						assert.notEqual(at(o.page), '/home')
						await o.context.close()
					}
				})

				it('sign out; the four digits no longer work, the new password does', async () => {
					await openMenu()
					await page.getByRole('button', { name: 'Выйти' }).click()
					await back()
					assert.doesNotMatch(await page.locator('body').innerText(), /Канарейкина/)
					await page.goto(`${server.base}/home`)
					assert.notEqual(at(), '/home')
					await signIn(sim.login, sim.password)
					assert.match(await page.locator('[role=alert]').innerText(), /не подошли/)
					await signIn(sim.login, next)
					await page.waitForURL('**/home')
					await openMenu()
					await page.getByRole('button', { name: 'Выйти' }).click()
				})

				it('the debtor: debt in words, amount and date, status with its reason, all in the first 400 px', async () => {
					const { debtor } = signIns(place)
					await signIn(debtor.login, debtor.password)
					await page.waitForURL('**/home')
					const text = await page.locator('main').innerText()
					assert.match(text, /Задолженность\s+[\d\s]+,\d\d\s₽/)
					assert.match(text, /К оплате\s+[\d\s]+,\d\d\s₽\s+до\s+\d+\s[а-я]+/)
					assert.match(text, /Номер заблокирован\s+за долг/)
					assert.match(await page.locator('footer').innerText(), /8-800-222-05-00/)
					if (width === 360) {
						for (const part of [/Номер заблокирован/, /Задолженность/, /К оплате/]) {
							const box = await page.locator('.hero').getByText(part).first().boundingBox()
							assert.ok(box.y + box.height <= 400, `${part} ends at ${box.y + box.height} px`)
						}
					}
					await see('home-debt')
				})

				it('the whole history: periods, kinds, the chart, CSV of it', async () => {
					await page.getByRole('link', { name: 'Все платежи и начисления' }).click()
					await page.waitForURL('**/history*')
					assert.equal(await page.locator('h1').innerText(), 'Платежи и начисления')
					await see('history')
					const nav = page.getByRole('navigation', { name: 'Что показать' })
					await nav.getByRole('link', { name: 'Платежи' }).click()
					assert.match(page.url(), /kind=payments/)
					for (const sum of await page.locator('main .rows li').allInnerTexts()) assert.match(sum, /\+[\d\s]+,\d\d/)
					await nav.getByRole('link', { name: 'Начисления' }).click()
					for (const sum of await page.locator('main .rows li').allInnerTexts()) assert.match(sum, /−[\d\s]+,\d\d/)
					await page.goto(`${server.base}/history?from=2026-08-01&to=2026-10-31`)
					assert.ok(await page.locator('main .rows li').count() > 3)
					assert.equal(await page.locator('[name="from"]').inputValue(), '2026-08-01')
					assert.ok(await page.locator('main svg').count() > 0, 'no chart')
					await see('history-period')
					await page.goto(`${server.base}/history?from=2026-10-31&to=2026-08-01`)
					assert.equal(await page.locator('[role=alert]').count(), 1)
					await see('history-fault')
					await page.goto(`${server.base}/history?from=2019-08-01&to=2019-08-02`)
					await see('history-none')
					await page.goto(`${server.base}/history?from=2026-08-01&to=2026-10-31`)
					for (const d of await page.locator('details:not([open])').all()) if (await d.isVisible() && !(await d.locator('summary').innerText()).match(/\S+ \S\.$/)) await d.locator('> summary').click()
					const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href*="history.csv"]').first().click()])
					assert.match(download.suggestedFilename(), /\.csv$/)
				})

				it('the overpaid one: overpayment in words, nothing to pay', async () => {
					const { overpaid } = signIns(place)
					await page.context().clearCookies()
					await signIn(overpaid.login, overpaid.password)
					await page.waitForURL('**/home')
					const text = await page.locator('main').innerText()
					assert.match(text, /Переплата\s+[\d\s]+,\d\d\s₽/)
					assert.match(text, /Номер работает/)
					assert.doesNotMatch(text, /К оплате/)
					await see('home-overpaid')
				})

				it('English by the link in the footer, and back', async () => {
					await page.getByRole('link', { name: 'English' }).click()
					assert.equal(await page.locator('html').getAttribute('lang'), 'en')
					for (const target of ['/home', '/history', '/profile', '/help']) {
						await page.goto(server.base + target)
						assert.doesNotMatch((await page.locator('main').innerText()).replace(/«[^»]*»/g, ''), /Задолженность|Профиль|Платежи|Пароль|Сохранить/, target)
						await see(`english${target.replace('/', '-')}`)
					}
					await page.getByRole('link', { name: 'Русский' }).click()
					assert.equal(await page.locator('html').getAttribute('lang'), 'ru')
				})

				it('nothing of it is left in the browser after signing out', async () => {
					await page.goto(`${server.base}/home`)
					await openMenu()
					await page.getByRole('button', { name: 'Выйти' }).click()
					const left = (await page.context().cookies()).filter((c) => /__Host-kabinet$/.test(c.name))
					for (const c of left) {
						await page.goto(`${server.base}/home`)
						assert.notEqual(at(), '/home', `${c.name} still opens it`)
					}
					assert.deepEqual(view.faults, [])
				})

				it('who never registered on another SIM is untouched by all this', async () => {
					await signIn(spare.login, spare.password)
					await page.waitForURL('**/register')
				})
			})
		}
	}
}
