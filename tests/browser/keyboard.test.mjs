// The whole journey without a mouse: Tab, Shift+Tab, Enter, Space. The focus is always seen.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place } from '../harness/kabinet.mjs'
import { launch, open } from '../harness/browser.mjs'
import { freshSims, person } from '../harness/people.mjs'

for (const width of [360, 1280]) {
	describe(`by keyboard only, ${width} px`, { timeout: 240000 }, () => {
		let place, server, browser, view, page
		const [sim] = freshSims()
		const who = person(1)

		// What has the focus, and whether it can be seen: a ring, inside the window, not under a fixed bar.
		const focus = () => page.evaluate(() => {
			const e = document.activeElement
			if (!e || e === document.body) return null
			const box = e.getBoundingClientRect()
			const style = getComputedStyle(e)
			const top = document.elementFromPoint(Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1), Math.min(Math.max(box.top + Math.min(box.height / 2, 40), 1), innerHeight - 1))
			return {
				name: e.getAttribute('name') ?? '', id: e.id, href: e.getAttribute('href') ?? '', tag: e.tagName.toLowerCase(), text: (e.innerText ?? '').trim(),
				ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
				seen: box.bottom > 0 && box.top < innerHeight && (!top || top === e || e.contains(top) || top.contains(e) || Boolean(top.closest('label, .pre'))),
			}
		})
		// Presses Tab until the focus is where it is wanted; every stop on the way must be visible.
		const tabTo = async (want, what, { key = 'Tab', most = 60 } = {}) => {
			for (let i = 0; i < most; i++) {
				await page.keyboard.press(key)
				const at = await focus()
				if (!at) continue
				assert.ok(at.ring, `no ring on ${JSON.stringify(at)}`)
				assert.ok(at.seen, `cannot be seen: ${JSON.stringify(at)}`)
				if (want(at)) return at
			}
			assert.fail(`${what} cannot be reached by ${key}`)
		}
		const field = (name) => tabTo((f) => f.name === name, name)
		const button = (text) => tabTo((f) => f.tag === 'button' && f.text === text, text)
		const summary = () => tabTo((f) => f.tag === 'summary' && /\S+ \S\./.test(f.text), 'the menu of the name')

		before(async () => {
			place = new Place('sqlite').demo()
			server = await place.serve()
			browser = await launch()
			view = await open(browser, { width })
			page = view.page
		})
		after(async () => {
			await browser?.close()
			await place.close()
		})

		it('the first stop is the way to the content', async () => {
			await page.goto(server.base)
			await page.keyboard.press('Tab')
			assert.equal((await focus()).href, '#main')
			await page.keyboard.press('Enter')
		})

		it('signs in', async () => {
			await field('login')
			await page.keyboard.type(sim.login)
			await field('password')
			await page.keyboard.type(sim.password)
			await page.keyboard.press('Enter')
			await page.waitForURL('**/register')
		})

		it('a refused form puts the focus on the summary, its links lead to the fields', async () => {
			await button('Зарегистрировать данные')
			await page.keyboard.press('Enter')
			await page.locator('[role=alert]').waitFor()
			await page.waitForLoadState()
			assert.ok(await page.evaluate(() => document.activeElement?.closest('[role=alert]') !== null), 'the focus is not on the summary')
			await tabTo((f) => f.href === '#family', 'the link to the field')
			await page.keyboard.press('Enter')
			await page.keyboard.press('Tab')
			await page.keyboard.press('Shift+Tab')
			assert.equal((await focus()).name, 'family')
		})

		it('fills in the registration', async () => {
			await page.keyboard.type(who.family)
			for (const name of ['given', 'patronymic', 'birth', 'contact_phone', 'email', 'passport', 'passport_issued', 'passport_code', 'passport_by', 'city', 'street', 'house', 'building', 'flat', 'password']) {
				await field(name)
				await page.keyboard.type(who[name])
			}
			await field('consent')
			await page.keyboard.press('Space')
			await button('Зарегистрировать данные')
			await page.keyboard.press('Enter')
			await page.waitForURL('**/home')
		})

		it('opens the menu of the name, goes to the profile, changes the password', async () => {
			await summary()
			await page.keyboard.press('Enter')
			await tabTo((f) => f.href === '/profile' && f.text === 'Профиль', '«Профиль»')
			await page.keyboard.press('Enter')
			await page.waitForURL('**/profile')
			await field('now')
			await page.keyboard.type(who.password)
			await field('want')
			await page.keyboard.type('клавиша за клавишей')
			await button('Сохранить пароль')
			await page.keyboard.press('Space')
			await page.waitForURL('**/profile?done=*')
		})

		it('shows and hides a password', async () => {
			await page.goto(`${server.base}/profile`)
			await field('want')
			await page.keyboard.type('видно')
			await page.keyboard.press('Tab')
			await page.keyboard.press('Enter')
			assert.equal(await page.locator('[name="want"]').getAttribute('type'), 'text')
			await page.keyboard.press('Enter')
			assert.equal(await page.locator('[name="want"]').getAttribute('type'), 'password')
		})

		it('reads the history, filters it', async () => {
			await page.goto(`${server.base}/home`)
			await tabTo((f) => f.tag === 'a' && f.href.startsWith('/history'), 'the history')
			await page.keyboard.press('Enter')
			await page.waitForURL('**/history*')
			await tabTo((f) => f.text === 'Платежи' && f.tag === 'a', '«Платежи»')
			await page.keyboard.press('Enter')
			await page.waitForURL('**/history?*kind=payments*')
		})

		it('signs out and in again', async () => {
			await summary()
			await page.keyboard.press('Enter')
			await tabTo((f) => f.tag === 'button' && f.text === 'Выйти', '«Выйти»')
			await page.keyboard.press('Enter')
			await page.locator('[name="login"]').waitFor()
			await page.goto(server.base)
			await field('login')
			await page.keyboard.type(sim.login)
			await field('password')
			await page.keyboard.type('клавиша за клавишей')
			await page.keyboard.press('Enter')
			await page.waitForURL('**/home')
			assert.deepEqual(view.faults, [])
		})
	})
}
