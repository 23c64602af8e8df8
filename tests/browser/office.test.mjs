// A day in the office: an administrator enrols by the link of the console, lets a clerk in, and shuts them out again.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, freePort, kinds } from '../harness/kabinet.mjs'
import { inspect, launch, open, round } from '../harness/browser.mjs'
import { code } from '../harness/totp.mjs'

const password = 'семь бед один ответ'

for (const kind of kinds) {
	for (const width of [360, 1280]) {
		for (const js of [true, false]) {
			if (!round(kind, width, js)) continue
			describe(`office on ${kind}, ${width} px, ${js ? 'with' : 'without'} JavaScript`, { timeout: 240000 }, () => {
				let place, base, browser, admin, clerk, key
				const whole = kind === 'sqlite' || !js // the same pages come from both
				const see = (view, name) => inspect(view, `office-${name}`, { whole })
				const submit = (view, label) => view.page.getByRole('button', { name: label, exact: true }).click()
				const at = (view) => new URL(view.page.url()).pathname
				const main = (view) => view.page.locator('main').innerText()
				const fill = (view, name, value) => view.page.locator(`[name="${name}"]:visible`).fill(value)
				const role = (view, label) => view.page.locator('label.tile').filter({ hasText: label }).click()
				const enrol = async (view) => {
					const shown = await view.page.locator('.groups').innerText()
					await fill(view, 'password', password)
					await fill(view, 'code', code(shown))
					await submit(view, 'Подключиться')
					await view.page.waitForURL('**/home')
					return shown
				}
				const step = async (view, login) => {
					await fill(view, 'login', login)
					await fill(view, 'password', password)
					await submit(view, 'Дальше')
				}

				before(async () => {
					place = new Place(kind).demo()
					const port = await freePort()
					place.settings['office.listen'] = `127.0.0.1:${port}`
					base = `http://127.0.0.1:${port}`
					await place.serve()
					browser = await launch()
					admin = await open(browser, { width, js })
					clerk = await open(browser, { width, js })
				})
				after(async () => {
					await browser?.close()
					await place?.close()
				})

				it('an administrator enrols by the link that the console prints', async () => {
					const out = place.must('staff', 'add', 'belova', '--name', 'Белова Мария', '--role', 'administrator')
					const [link] = /http:\S+/.exec(out)
					assert.ok(link.startsWith(`${base}/enrol?t=`))
					await admin.page.goto(link)
					assert.ok(await admin.page.locator('img.qr').evaluate((img) => img.complete && img.naturalWidth > 0))
					await see(admin, 'enrol')
					await fill(admin, 'password', password)
					await fill(admin, 'code', '000000')
					await submit(admin, 'Подключиться')
					assert.match(await main(admin), /Код не подошел/)
					await see(admin, 'enrol-wrong')
					key = await enrol(admin)
					await see(admin, 'home')
					await clerk.page.goto(link)
					assert.match(await main(clerk), /Ссылка не действует/)
					await see(clerk, 'enrol-none')
				})

				it('and adds a clerk, who enrols in a browser of their own', async () => {
					await admin.page.locator('main a[href="/staff"]').click()
					await see(admin, 'staff')
					await fill(admin, 'name', 'Юдина Вера')
					await fill(admin, 'login', 'Юдина')
					await role(admin, 'Оператор офиса')
					await submit(admin, 'Добавить и получить ссылку')
					assert.match(await main(admin), /латинские строчные/)
					await see(admin, 'staff-wrong')
					await fill(admin, 'login', 'yudina')
					await submit(admin, 'Добавить и получить ссылку')
					await see(admin, 'staff-link')
					await clerk.page.goto(await admin.page.locator('.note.good b').innerText())
					await enrol(clerk)
					assert.match(await main(clerk), /Сотрудник № 2 · оператор офиса/)
				})

				it('a clerk may not see the staff, and is told why', async () => {
					assert.equal(await clerk.page.locator('a[href="/staff"]').count(), 0)
					assert.equal((await clerk.page.goto(`${base}/staff`)).status(), 403)
					assert.match(await main(clerk), /У вашей роли нет этого права/)
					assert.doesNotMatch(await clerk.page.content(), /Белова/)
					await see(clerk, 'forbidden')
				})

				it('a clerk finds a subscriber from any page, and the audit has it that they looked', async () => {
					const look = async (what) => {
						await fill(clerk, 'q', what)
						await Promise.all([clerk.page.waitForNavigation(), clerk.page.keyboard.press('Enter')])
					}
					await look('никого такого нет')
					assert.match(await main(clerk), /Никого не нашли/)
					await see(clerk, 'find-none')
					await look('АЛ')
					assert.ok(await clerk.page.locator('main .rows a').count() > 1)
					await see(clerk, 'find')
					await clerk.page.locator('main .rows a').first().click()
					await see(clerk, 'card-first')
					await look('abonent001@example.com')
					assert.equal(at(clerk), '/subscriber')
					assert.match(await main(clerk), /abonent001@example\.com/)
					await see(clerk, 'card')
					await admin.page.goto(`${base}/audit`)
					assert.match(await main(admin), /№ 2, Юдина Вера\s+Открыта карточка абонента\s+9215588940/)
				})

				it('what was typed when the session ended comes back behind password and code', async () => {
					await admin.page.goto(`${base}/staff`)
					await fill(admin, 'name', 'Новый Борис')
					await fill(admin, 'login', 'novy')
					await role(admin, 'Бухгалтер')
					place.sql(`UPDATE staff_session SET used_ms = used_ms - 16 * 60000
						WHERE staff_id = (SELECT id FROM staff WHERE login = 'belova')`)
					await submit(admin, 'Добавить и получить ссылку')
					assert.match(await main(admin), /Сеанс закончился/)
					await see(admin, 'signin-kept')
					await step(admin, 'belova')
					await see(admin, 'signin-code')
					await fill(admin, 'code', code(key, 1))
					await submit(admin, 'Войти')
					assert.equal(await admin.page.locator('[name="name"]').inputValue(), 'Новый Борис')
					assert.equal(await admin.page.locator('[name="login"]').inputValue(), 'novy')
					await see(admin, 'staff-kept')
					await submit(admin, 'Добавить и получить ссылку')
					assert.match(await main(admin), /Ссылка для novy/)
				})

				it('who is shut out is led to the sign-in by the next click, and not let in there', async () => {
					await clerk.page.goto(`${base}/home`)
					await admin.page.goto(`${base}/staff`)
					const shut = () => admin.page.locator('button').filter({ hasText: 'Закрыть вход: Юдина Вера' }).click()
					await admin.page.locator('summary').filter({ hasText: 'Изменить: Юдина Вера' }).click()
					await shut()
					assert.match(await main(admin), /Юдина Вера/)
					await see(admin, 'staff-reason')
					await fill(admin, 'reason', 'уволилась')
					await shut()
					await admin.page.waitForURL('**/staff?done=off')
					await see(admin, 'staff-off')
					await clerk.page.locator('a.brand').click()
					assert.equal(at(clerk), '/')
					await see(clerk, 'signin')
					await step(clerk, 'yudina')
					assert.match(await main(clerk), /Имя или пароль не подошли/)
					await see(clerk, 'signin-refused')
				})

				it('all of it stands in the audit', async () => {
					await admin.page.locator('a[href="/audit"]').first().evaluate((a) => a.click())
					await admin.page.waitForURL('**/audit')
					const text = await main(admin)
					for (const what of ['Добавлен сотрудник', 'Заданы пароль и код для входа', 'уволилась', '№ 1, Белова Мария'])
						assert.ok(text.includes(what), what)
					await see(admin, 'audit')
					assert.match(place.must('check'), /violations: 0/)
				})

				it('after signing out nothing is seen by the back button', async () => {
					await admin.page.locator('details.me summary').click()
					await submit(admin, 'Выйти')
					await admin.page.waitForURL('**/?out=1')
					await see(admin, 'signed-out')
					await admin.page.goBack()
					assert.doesNotMatch(await admin.page.content(), /Юдина|Белова/)
					await admin.page.goto(`${base}/audit`)
					assert.equal(at(admin), '/')
				})
			})
		}
	}
}
