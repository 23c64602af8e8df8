// Hostile bytes against the whole server, built with sanitizers: each gets a right status, never a 5xx, and the
// server goes on serving. The same table runs against nginx in front of it; build/check/hostile.txt compares.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { Place, binaryAsan, root, sleep, until } from '../harness/kabinet.mjs'
import { hostile } from '../harness/hostile.mjs'
import { startNginx } from '../harness/nginx.mjs'
import { talk } from '../harness/wire.mjs'

describe('hostile requests', { timeout: 240000 }, () => {
	let place, server, front
	const seen = []

	before(async () => {
		place = new Place('sqlite', { bin: binaryAsan })
		place.must('init')
		place.must('migrate')
		server = await place.serve({ 'http.header_ms': 1500 })
		front = await startNginx(place.dir, { proxy: server })
	})
	after(async () => {
		if (seen.length) {
			fs.mkdirSync(path.join(root, 'build/check'), { recursive: true })
			fs.writeFileSync(path.join(root, 'build/check/hostile.txt'),
				['request | kabinet | nginx in front', ...seen.map((row) => row.join(' | '))].join('\n') + '\n')
		}
		await front?.stop()
		await place.close()
	})

	for (const [name, bytes, right, closes] of hostile) {
		it(name, async () => {
			const got = await talk(server, bytes)
			const through = front ? await talk(front, bytes, { quiet_ms: 150 }) : { statuses: ['-'] }
			seen.push([name, got.statuses.join(' ') || 'closed', through.statuses.join(' ') || 'closed'])
			const first = got.statuses[0] ?? 0
			assert.ok(right.includes(first), `${first || 'no answer'} (closed: ${got.closed}), right are ${right}\n${got.text.slice(0, 300)}`)
			if (closes) {
				assert.ok(got.closed, `the connection stays open after ${first}`)
				// libmicrohttpd may add a refusal of its own to ours; nothing else may come after a refusal.
				assert.ok(got.statuses.every((status) => status >= 400), `a second answer: ${got.statuses}`)
			}
			for (const status of got.statuses) assert.ok(status < 500 || status === 501 || status === 505, `status ${status}`)
			assert.equal((await server.raw({ path: '/healthz' })).status, 200)
		})
	}

	it('two requests in one packet get two answers', async () => {
		const one = 'GET /healthz HTTP/1.1\r\nHost: lk.test\r\n\r\n'
		assert.deepEqual((await talk(server, one + one)).statuses, [200, 200])
	})

	it('a header that never ends is cut off in time', async () => {
		const got = await talk(server, ['GET / HTTP/1.1\r\n', 500, 'Host: lk.test\r\n', 500, 'X-A: b\r\n', 500, 'X-B: c\r\n', 500, 'X-C: d\r\n'], { max_ms: 6000 })
		assert.ok(got.closed, 'still open')
		assert.ok(got.ms < 4500, `${got.ms} ms`)
	})

	it('a body that trickles is cut off', async () => {
		const head = 'POST /signin HTTP/1.1\r\nHost: lk.test\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n'
		const got = await talk(server, [head, ...Array.from({ length: 80 }, () => ['a=b', 100]).flat()], { max_ms: 15000 })
		assert.ok(got.closed, 'still open')
		assert.ok(got.ms < 13000, `${got.ms} ms`)
	})

	it('200 half-open requests do not keep others waiting', async () => {
		const socks = Array.from({ length: 200 }, () => {
			const s = net.connect(server.port, '127.0.0.1')
			s.on('error', () => {})
			s.write('GET / HTTP/1.1\r\nHost: lk.test\r\nX-Slow: ')
			return s
		})
		await sleep(100)
		const begin = Date.now()
		for (let i = 0; i < 10; i++) assert.equal((await server.raw({ path: '/healthz' })).status, 200)
		assert.ok(Date.now() - begin < 1500, `${Date.now() - begin} ms for ten`)
		await until('all 200 to be closed', () => socks.every((s) => s.destroyed || s.readableEnded || s.closed), { ms: 6000 })
	})

	it('clients that leave in the middle leave nothing behind', async () => {
		for (let i = 0; i < 50; i++) {
			const s = net.connect(server.port, '127.0.0.1')
			s.on('error', () => {})
			s.write('POST /signin HTTP/1.1\r\nHost: lk.test\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\nlogin=921')
			await sleep(2)
			s.destroy()
		}
		assert.equal((await server.raw({ path: '/healthz' })).status, 200)
	})

	it('the server ends cleanly, with nothing from the sanitizers', async () => {
		const end = await server.stop()
		assert.deepEqual(end, { code: 0, signal: null }, server.log.slice(-3000))
		assert.doesNotMatch(server.log, /AddressSanitizer|runtime error|LeakSanitizer/)
	})
})
