// What a first visit costs: requests and bytes on the wire, as Chromium counts them.
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, sleep } from '../tests/harness/kabinet.mjs'

// The packages are those of tests/.
const require = createRequire(path.join(root, 'tests/package.json'))
const { chromium } = await import(pathToFileURL(require.resolve('playwright-core')).href).then((m) => m.default ?? m)

export async function firstVisit(url) {
	const args = process.getuid() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : ['--disable-dev-shm-usage']
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
	const page = await (await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'ru-RU' })).newPage()
	const cdp = await page.context().newCDPSession(page)
	await cdp.send('Network.enable')
	let requests = 0, bytes = 0
	cdp.on('Network.loadingFinished', (e) => {
		// The icons are asked for as icons and as the favicon: the second time nothing leaves the browser.
		if (e.encodedDataLength > 0) requests++
		bytes += e.encodedDataLength
	})
	await page.goto(url, { waitUntil: 'networkidle' })
	await sleep(500)
	await browser.close()
	return { requests, bytes }
}
