// Debian's Chromium, driven by playwright-core, and what every page seen on the way has to fulfil.
import { strict as assert } from 'node:assert'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { after } from 'node:test'
import { chromium } from 'playwright-core'
import { pgUrl, root } from './kabinet.mjs'

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pagesDir = path.join(root, 'build/check/pages')
const lookDir = path.join(root, 'build/look')

// One Chromium for a file of tests; whoever launches it gets windows of their own, and closes those.
let chromiumOfFile
function start() {
	const args = ['--disable-dev-shm-usage', '--font-render-hinting=none', '--disable-gpu']
	if (process.getuid() === 0) args.push('--no-sandbox')
	return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
}
after(async () => (await chromiumOfFile)?.close())

export async function launch() {
	const browser = await (chromiumOfFile ??= start())
	const contexts = []
	return {
		async newContext(how) {
			contexts.push(await browser.newContext(how))
			return contexts.at(-1)
		},
		async close() {
			for (const context of contexts) await context.close()
		},
	}
}

// Whether a journey is gone through on this database, at this width, with script or without: each pair of width and
// script once, as the database sees neither, and a phone with script on both. Without PostgreSQL all of it on SQLite.
export const round = (kind, width, js) =>
	kind === 'postgres' ? js === (width === 360) : js || width === 360 || !pgUrl

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
		window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'], preload: false }))
	assert.deepEqual(violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160)).join(' | ')}`), [], `axe on ${name}`)
}

async function keep({ page, js }, full) {
	for (const dir of [pagesDir, lookDir]) fs.mkdirSync(dir, { recursive: true })
	fs.writeFileSync(path.join(pagesDir, `${full}.txt`), await page.locator('body').innerText())
	if (!js) return
	fs.writeFileSync(path.join(pagesDir, `${full}.html`), `<!DOCTYPE html>\n${await page.evaluate(() => document.documentElement.outerHTML)}\n`)
	await axe(page, full)
	if (!process.env.PICTURES) return
	for (const colorScheme of ['light', 'dark']) {
		await page.emulateMedia({ colorScheme })
		await page.screenshot({ path: path.join(lookDir, `${full}${colorScheme === 'dark' ? '-dark' : ''}.png`), fullPage: true })
	}
	await page.emulateMedia({ colorScheme: 'light' })
}

// What holds on every page: language, one h1, no complaint of the browser, nothing sideways at this width and, on a
// phone, at 320 px. With `whole` also axe, and the page is kept for tools/labels and html-validate; with PICTURES=1 in
// the environment its pictures for people, too. What the dark theme does to it, tests/web/look.mjs sees.
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
