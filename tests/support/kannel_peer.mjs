// A real Kannel (bearerbox and smsbox of Debian) between the test and an SMS centre (npm smpp); what the centre gets is
// told to the test. Kannel listens on every address: the test has gone into a network of its own before.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { atEnd, listen, scratch, tell } from './peer.mjs'

const smpp = createRequire(import.meta.url)('smpp')
const dir = scratch()
const children = []

const freePort = () =>
	new Promise((done) => {
		const probe = net.createServer().listen(0, '127.0.0.1', () => {
			const { port } = probe.address()
			probe.close(() => done(port))
		})
	})

function run(name, file) {
	const log = fs.openSync(path.join(dir, `${name}.log`), 'w')
	const child = spawn(`/usr/sbin/${name}`, ['-v', '1', file], { stdio: ['ignore', log, log] })
	children.push(child)
	child.on('exit', () => console.error(fs.readFileSync(path.join(dir, `${name}.log`), 'utf8').slice(-2000)))
}
atEnd(() =>
	Promise.all(
		children.map((child) => {
			child.removeAllListeners('exit')
			child.kill('SIGKILL')
			return child.exitCode ?? once(child, 'exit')
		}),
	),
)

async function until(ask) {
	for (let i = 0; i < 600; i++) {
		if (await ask().catch(() => false)) return
		await new Promise((done) => setTimeout(done, 50))
	}
	throw new Error('Kannel does not start')
}

// Parts of a long text are put together by the caller: each is told with its place.
function taken(pdu) {
	const { message, udh } = pdu.short_message
	tell({
		to: pdu.destination_addr,
		from: pdu.source_addr,
		text: message,
		parts: udh?.length ? udh[0][3] : 1,
		part: udh?.length ? udh[0][4] : 1,
		coding: pdu.data_coding,
		validity: String(pdu.validity_period ?? ''),
	})
}

let bound = false
const centre = smpp.createServer((session) => {
	session.on('bind_transceiver', (pdu) => {
		bound = true
		session.send(pdu.response())
	})
	session.on('submit_sm', (pdu) => {
		taken(pdu)
		session.send(pdu.response({ message_id: 'm1' }))
	})
	session.on('enquire_link', (pdu) => session.send(pdu.response()))
	session.on('unbind', (pdu) => session.send(pdu.response()))
	session.on('error', () => {})
})
await new Promise((done) => centre.listen(0, '127.0.0.1', done))

const [admin, boxes, http] = [await freePort(), await freePort(), await freePort()]
const file = path.join(dir, 'kannel.conf')
fs.writeFileSync(
	file,
	`group = core
admin-port = ${admin}
admin-password = x
smsbox-port = ${boxes}

group = smsc
smsc = smpp
smsc-id = centre
host = 127.0.0.1
port = ${centre.address().port}
transceiver-mode = true
smsc-username = u
smsc-password = p
system-type = x

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${http}

group = sendsms-user
username = kabinet
password = "пароль&1"
concatenation = true
max-messages = 8

group = sms-service
keyword = default
text = no
max-messages = 0
`,
)
run('bearerbox', file)
await until(async () => bound)
run('smsbox', file)
await until(async () => (await fetch(`http://127.0.0.1:${http}/cgi-bin/sendsms`)).status === 403)
listen()
tell({ port: http })
