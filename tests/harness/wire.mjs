// Raw bytes to a server and what came back: for requests that no decent client would send.
import net from 'node:net'
import { sleep } from './kabinet.mjs'

// Sends the parts (a number waits so many ms) and collects until the server closes or falls silent.
// Gives { text, statuses, closed, ms, reset }.
export function talk(server, parts, { quiet_ms = 400, max_ms = 8000, half_close = false } = {}) {
	return new Promise((done) => {
		const where = server.socketPath ? { path: server.socketPath } : { host: '127.0.0.1', port: server.port }
		const sock = net.connect({ ...where, allowHalfOpen: true })
		const begin = Date.now()
		const got = []
		let quiet, sent = false, reset = false
		const finish = (closed) => {
			clearTimeout(quiet)
			clearTimeout(limit)
			sock.destroy()
			const text = Buffer.concat(got).toString('latin1')
			done({ text, closed, reset, ms: Date.now() - begin,
				statuses: [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map((m) => Number(m[1])) })
		}
		const limit = setTimeout(() => finish(false), max_ms)
		const rearm = () => {
			clearTimeout(quiet)
			if (sent && got.length) quiet = setTimeout(() => finish(false), quiet_ms)
		}
		sock.on('data', (d) => (got.push(d), rearm()))
		sock.on('end', () => finish(true))
		sock.on('error', () => ((reset = true), finish(true)))
		sock.on('close', () => finish(true))
		sock.on('connect', async () => {
			for (const part of [].concat(parts)) {
				if (typeof part === 'number') await sleep(part)
				else if (sock.writable) sock.write(part)
			}
			sent = true
			if (half_close) sock.end()
			rearm()
		})
	})
}
