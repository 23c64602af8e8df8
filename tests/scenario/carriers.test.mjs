// A code on its way out of the real program: page, outbox, worker in its sandbox, a carrier over HTTPS by name with a
// certificate of its own, and back into the page. The carrier is our simulator of SMSC.ru.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import readline from 'node:readline'
import { Place, freePort, kinds, root, until } from '../harness/kabinet.mjs'
import { Client } from '../harness/client.mjs'
import { freshSims } from '../harness/people.mjs'
import { readMetrics } from '../harness/metrics.mjs'

// A peer of tests/support/: { first, lines, stop }.
async function peer(...args) {
	const child = spawn('node', args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
	const lines = []
	readline.createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)))
	await until('the peer', () => lines.length)
	return { first: lines.shift(), lines, stop: () => child.stdin.end() }
}

for (const kind of kinds) {
	describe(`carriers on ${kind}`, { timeout: 120000 }, () => {
		let place
		let carrier
		before(async () => {
			place = new Place(kind).demo()
			carrier = await peer('tests/support/smsc_peer.mjs', 'tls', 'DNS:localhost')
		})
		after(async () => {
			await place.close()
			carrier.stop()
		})

		const settings = (password) => {
			const file = `${place.dir}-keys/smsc.pass`
			fs.writeFileSync(file, `${password}\n`, { mode: 0o600 })
			return {
				'roles.sandbox': 'require',
				'sms.gateway': 'smsc',
				'sms_smsc.url': `https://localhost:${carrier.first.port}/sys/`,
				'sms_smsc.user': 'kabinet',
				'sms_smsc.password_file': file,
				'sms_smsc.tls_ca': carrier.first.ca,
				'sms_smsc.poll_s': 1,
			}
		}

		it('the code that was sent opens the next page, and is known to have arrived', async () => {
			const port = await freePort()
			const server = await place.serve({ ...settings('пароль&1'), 'http.metrics': `127.0.0.1:${port}` })
			const [sim] = freshSims()
			const client = new Client(server)
			await client.get('/recover')
			assert.equal((await client.post('/recover', { login: sim.login })).status, 303)
			const sent = await until('the message', () => carrier.lines.find((line) => line.page === 'send'))
			assert.equal(sent.phones, `7${sim.login}`)
			const [code] = /\d{8}/.exec(sent.mes)
			await client.get('/recover/code')
			const r = await client.post('/recover/code', { code })
			assert.equal(r.status, 303)
			assert.equal(r.headers.location, '/recover/new')
			await until('its receipt', async () => {
				const m = readMetrics(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())
				return m.get('kabinet_role_messages_delivered_total{role="worker"}') === 1
			})
			assert.deepEqual(await server.stop(), { code: 0, signal: null })
			assert.ok(!server.log.includes(sim.login) && !server.log.includes(code), server.log)
		})

		it('a wrong password is one try and an alarm; the message waits', async () => {
			carrier.lines.length = 0
			const port = await freePort()
			const refused = async () => {
				const m = readMetrics(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())
				return m.get('kabinet_role_carriers_refused{role="worker"}')
			}
			const server = await place.serve({ ...settings('another'), 'http.metrics': `127.0.0.1:${port}` })
			assert.equal(await refused(), 0)
			const [, sim] = freshSims()
			const client = new Client(server)
			await client.get('/recover')
			await client.post('/recover', { login: sim.login })
			await until('the alarm', () => /"event":"sms_gateway_denied"/.test(server.log))
			await until('the figure', async () => await refused() === 1)
			await until('it is queued again', () => place.sql(`SELECT count(*) FROM outbox WHERE state = 'queued'`) === '1')
			assert.deepEqual(await server.stop(), { code: 0, signal: null })
			assert.equal(carrier.lines.filter((line) => line.page === 'send').length, 1)
			assert.ok(!server.log.includes('another'), server.log)
		})

		it('settings that do not go together end the start with their key', () => {
			place.settings = { ...place.settings, 'mail.gateway': 'smtp' }
			const r = place.run('serve')
			delete place.settings['mail.gateway']
			assert.equal(r.status, 2, `${r.status ?? r.signal}`)
			assert.match(r.err, /\[mail_smtp\] address: name the relay/)
		})
	})
}
