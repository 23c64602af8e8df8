// A simulator of SMSC.ru's send.php and status.php (fmt=3): ours, written after its documentation, so it proves only
// that the gateway does what that says. The text of a message decides what becomes of it: "error N", "http N",
// "redirect", "page", "endless", "silent", "broken"; "state N …" is what status.php says, one number after the other.
//   smsc_peer.mjs [tls [DNS:name]]
import http from 'node:http'
import https from 'node:https'
import { atEnd, certificate, listen, tell } from './peer.mjs'

const states = new Map()
let last = 1000

function send(form, request, response) {
	const text = form.get('mes')
	const json = (what) => response.end(JSON.stringify(what))
	const [word, number] = text.split(' ')
	tell({ page: 'send', ...Object.fromEntries(form), type: request.headers['content-type'] })
	if (form.get('psw') !== 'пароль&1' && form.get('apikey') !== 'key-1') return json({ error: 'authorise error', error_code: 2 })
	if (word === 'error') return json({ error: 'no', error_code: Number(number) })
	if (word === 'string') return json({ id: '77', cnt: '1' })
	if (word === 'http') return response.writeHead(Number(number)).end()
	if (word === 'redirect') return response.writeHead(302, { location: '/sys/else.php' }).end()
	if (word === 'page') return response.end('<html><body>Welcome to our portal</body></html>')
	if (word === 'silent') return
	if (word === 'broken') return request.socket.destroy()
	if (word === 'endless') return setInterval(() => response.write('x'.repeat(65536)), 1).unref()
	if (word === 'headers') return response.writeHead(200, { x: 'x'.repeat(200000) }).end()
	last += 1
	states.set(String(last), word === 'state' ? text.split(' ').slice(1).map(Number) : [1])
	json({ id: last, cnt: 1, cost: '1.5', balance: '100' })
}

function status(form, response) {
	const list = states.get(form.get('id')) ?? [-3]
	const state = list.length > 1 ? list.shift() : list[0]
	tell({ page: 'status', id: form.get('id'), phone: form.get('phone') })
	response.end(JSON.stringify({ status: state, last_date: '22.11.2026 15:00:00', last_timestamp: 1795348800 }))
}

const made = process.argv[2] === 'tls' ? certificate(process.argv[3]) : null
const server = (made ? https : http).createServer(made ?? {}, async (request, response) => {
	const parts = []
	for await (const part of request) parts.push(part)
	const form = new URLSearchParams(Buffer.concat(parts).toString())
	if (request.url === '/sys/send.php') return send(form, request, response)
	if (request.url === '/sys/status.php') return status(form, response)
	tell({ page: request.url })
	response.writeHead(request.url === '/fine' ? 200 : 404).end()
})
server.listen(0, '127.0.0.1', () => {
	listen()
	tell({ port: server.address().port, ca: made?.ca ?? '' })
})
atEnd(() => server.close())
