// Debian's Chromium, driven by playwright-core, and what every page seen on the way has to fulfil.
import { strict as assert } from 'node:assert'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { root } from './kabinet.mjs'

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pagesDir = path.join(root, 'build/check/pages')
const lookDir = path.join(root, 'build/look')

export function launch() {
	const args = ['--disable-dev-shm-usage', '--font-render-hinting=none']
	if (process.getuid() === 0) args.push('--no-sandbox')
	return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
}

// A window: width, js. faults collects what the browser complained about; with `outage` 503 is none.
export async function open(browser, { width, js = true, dark = false, locale = 'ru-RU', outage = false }) {
	const meant = outage ? /the server responded with a status of (4|503)/ : /the server responded with a status of 4/
	const context = await browser.newContext({
		viewport: { width, height: width < 832 ? 740 : 900 }, javaScriptEnabled: js, locale,
		colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce', acceptDownloads: true,
	})
	const page = await context.newPage()
	const faults = []
	page.on('console', (m) => {
		// A page that is shown with a fault has status 4xx: Chromium says so, and it is meant.
		if (['error', 'warning'].includes(m.type()) && !meant.test(m.text())) faults.push(m.text())
	})
	page.on('pageerror', (e) => faults.push(String(e)))
	page.on('requestfailed', (r) => {
		// Back to a form that was shown with its faults: Chromium asks whether to send it again.
		if (!/ERR_ABORTED|ERR_CACHE_MISS/.test(r.failure()?.errorText ?? '')) faults.push(`${r.url()}: ${r.failure()?.errorText}`)
	})
	page.on('response', (r) => {
		if (r.status() >= 500 && !(outage && r.status() === 503)) faults.push(`${r.url()}: ${r.status()}`)
	})
	page.on('request', (r) => {
		if (!/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(r.url())) faults.push(`asks elsewhere: ${r.url()}`)
	})
	page.setDefaultTimeout(10000)
	return { context, page, faults, width, js, dark, seen: 0 }
}

export const scrollsSideways = (page) =>
	page.evaluate(() => {
		const wide = document.documentElement.clientWidth
		if (document.documentElement.scrollWidth <= wide) return ''
		const who = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > wide + 1 && !e.closest('.scroll'))
		return `${document.documentElement.scrollWidth} px of ${wide}: ${who.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(' | ')}`
	})

async function axe(page, name) {
	await page.evaluate(axeSource)
	const { violations } = await page.evaluate(() =>
		window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }))
	assert.deepEqual(violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160)).join(' | ')}`), [], `axe on ${name}`)
}

async function keep({ page, js }, full) {
	fs.mkdirSync(pagesDir, { recursive: true })
	fs.mkdirSync(lookDir, { recursive: true })
	fs.writeFileSync(path.join(pagesDir, `${full}.txt`), await page.locator('body').innerText())
	if (!js) return
	fs.writeFileSync(path.join(pagesDir, `${full}.html`), `<!DOCTYPE html>\n${await page.evaluate(() => document.documentElement.outerHTML)}\n`)
	for (const scheme of ['light', 'dark']) {
		await page.emulateMedia({ colorScheme: scheme })
		await axe(page, `${full}, ${scheme}`)
		await page.screenshot({ path: path.join(lookDir, `${full}${scheme === 'dark' ? '-dark' : ''}.png`), fullPage: true })
	}
	await page.emulateMedia({ colorScheme: 'light' })
}

// What holds on every page: language, one h1, no complaint of the browser, nothing sideways at this width and, on a
// phone, at 320 px. With `whole` also axe in both colour schemes, and the page is kept for tools/labels and
// html-validate, its picture for people.
export async function inspect(view, name, { whole = true } = {}) {
	const { page, width, js } = view
	const full = `${name}-${width}${js ? '' : '-nojs'}`
	assert.match(await page.locator('html').getAttribute('lang'), /^(ru|en)$/)
	assert.equal(await page.locator('h1').count(), 1, `${full}: one h1`)
	assert.equal(await scrollsSideways(page), '', full)
	if (width < 832) {
		await page.setViewportSize({ width: 320, height: 740 })
		assert.equal(await scrollsSideways(page), '', `${full} at 320`)
		await page.setViewportSize({ width, height: 740 })
	}
	if (whole) await keep(view, full)
	assert.deepEqual(view.faults, [], `the browser complained on ${full}`)
}
