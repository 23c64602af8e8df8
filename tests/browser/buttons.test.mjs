// What a hasty thumb and a poor network do to buttons and links.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Place, until } from '../harness/kabinet.mjs'
import { launch, open } from '../harness/browser.mjs'
import { signIns } from '../harness/people.mjs'

describe('buttons and links under a hasty thumb', { timeout: 120000 }, () => {
	let place, server, browser, view, page, who
	before(async () => {
		place = new Place('sqlite').demo()
		who = signIns(place).overpaid
		server = await place.serve()
		browser = await launch()
		view = await open(browser, { width: 360 })
		page = view.page
	})
	after(async () => {
		await browser?.close()
		await place?.close()
	})

	it('a form whose sending was stopped can be sent again, two presses at once send it once', async () => {
		let sent = 0
		await page.route('**/signin', (route) => (sent++ === 0 ? undefined : route.continue())) // the first hangs
		await page.goto(server.base)
		await page.locator('#login').fill(who.login)
		await page.locator('#password').fill(who.password)
		// By the page's own clock: Playwright waits for a form that is under way.
		await page.evaluate(() => {
			const button = document.querySelector('main button[type=submit]')
			const at = (ms, what) => setTimeout(what, ms)
			at(0, () => button.click())
			at(100, () => button.click())
			at(500, () => window.stop())
			at(6000, () => button.click())
		})
		await until('the home page', () => page.url().endsWith('/home'))
		assert.equal(sent, 2)
		await page.unroute('**/signin')
	})

	it('the table asked for after the session has ended is a page to sign in, no file of it', async () => {
		await page.goto(`${server.base}/history`)
		await page.getByText('Другой период и выгрузка').click()
		const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Скачать таблицу CSV' }).click()])
		assert.match(file.suggestedFilename(), /\.csv$/)
		place.sql('DELETE FROM session')
		await page.getByRole('link', { name: 'Скачать таблицу CSV' }).click()
		await page.waitForURL((url) => url.searchParams.has('next'))
		await page.locator('#login').fill(who.login)
		await page.locator('#password').fill(who.password)
		await page.getByRole('button', { name: 'Войти', exact: true }).click()
		// The page with the link, of the same period: a file would leave them here.
		await page.waitForURL((url) => url.pathname === '/history' && url.searchParams.has('from'))
	})
})
