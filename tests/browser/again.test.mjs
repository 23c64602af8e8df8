// The database goes away while somebody types: nothing of it is typed twice, with and without JavaScript.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, kinds } from '../harness/kabinet.mjs'
import { inspect, launch, open } from '../harness/browser.mjs'
import { freshSims, person } from '../harness/people.mjs'

for (const kind of kinds) {
	for (const [width, js] of [[360, false], [1280, true]]) {
		describe(`a form that cannot be sent on ${kind}, ${width} px, ${js ? 'with' : 'without'} JavaScript`, { timeout: 120000 }, () => {
			let place, server, browser, view, page
			const [sim] = freshSims()
			const who = person(7)
			const press = (label) => page.getByRole('button', { name: label, exact: true }).click()
			const away = () => place.sql('ALTER TABLE session RENAME TO session_gone')
			const there = () => place.sql('ALTER TABLE session_gone RENAME TO session')
			const see = (name) => inspect(view, name, { whole: kind === 'sqlite' })

			before(async () => {
				place = new Place(kind).demo()
				server = await place.serve()
				browser = await launch()
				view = await open(browser, { width, js, outage: true })
				page = view.page
				await page.goto(server.base)
				await page.locator('[name="login"]').fill(sim.login)
				await page.locator('[name="password"]').fill(sim.password)
				await press('Войти')
			})
			after(async () => {
				await browser?.close()
				await place.close()
			})

			it('a registration comes back filled in, but for the password', async () => {
				for (const [name, value] of Object.entries(who)) {
					if (name === 'consent') await page.locator('#consent').check()
					else await page.locator(`[name="${name}"]`).fill(value)
				}
				away()
				await press('Зарегистрировать данные')
				await see('again-form')
				await press('Вернуться к форме')
				await see('again-form-early')
				there()
				await press('Вернуться к форме')
				assert.match(await page.locator('[role=status]').innerText(), /введите пароль/)
				for (const [name, value] of Object.entries(who)) {
					if (name === 'consent') assert.ok(await page.locator('#consent').isChecked())
					else assert.equal(await page.locator(`[name="${name}"]`).inputValue(), name === 'password' ? '' : value, name)
				}
				await page.locator('[name="password"]').fill(who.password)
				await press('Зарегистрировать данные')
				assert.equal(new URL(page.url()).pathname, '/home')
			})

			it('what has no secrets is sent again as it was', async () => {
				await page.goto(`${server.base}/profile`)
				await page.locator('summary').filter({ hasText: /\S+ \S\./ }).first().click()
				away()
				await press('Выйти')
				await see('again-button')
				there()
				await press('Отправить еще раз')
				assert.equal(new URL(page.url()).pathname, '/')
				assert.match(await page.locator('[role=status]').innerText(), /Вы вышли/)
			})
		})
	}
}
