// npm smpp as a message centre that accepts whatever comes, and as a client of it:
//   sms_npm.mjs centre                         prints its port
//   sms_npm.mjs client PORT MESSAGES WINDOW    prints RESULT messages/s
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const smpp = createRequire(fileURLToPath(new URL('../tests/', import.meta.url)))('smpp')
const [what, ...args] = process.argv.slice(2)

function centre() {
	let count = 0
	const server = smpp.createServer({}, (s) => {
		s.on('bind_transceiver', (pdu) => s.send(pdu.response({ system_id: 'centre' })))
		s.on('submit_sm', (pdu) => s.send(pdu.response({ message_id: `m-${count++}` })))
		s.on('enquire_link', (pdu) => s.send(pdu.response()))
		s.on('unbind', (pdu) => (s.send(pdu.response()), s.close()))
		s.on('error', () => {})
	})
	server.listen(0, '127.0.0.1', () => console.log(server.address().port))
}

function client(port, messages, window) {
	const session = smpp.connect({ host: '127.0.0.1', port })
	let sent = 0, accepted = 0, begin
	const next = () => {
		sent++
		session.submit_sm({ source_addr_ton: 5, source_addr_npi: 0, source_addr: 'SmartKarta', dest_addr_ton: 1, dest_addr_npi: 1,
			destination_addr: '79211234567', validity_period: '000000000500000R', registered_delivery: 1, data_coding: 8,
			short_message: 'Смарт Кард: код для нового пароля 40718293. Никому не сообщайте код' }, (pdu) => {
			if (pdu.command_status !== 0) process.exit(1)
			if (++accepted === messages) {
				console.log(`RESULT ${Math.round(messages / (Number(process.hrtime.bigint() - begin) / 1e9))}`)
				session.unbind(() => session.close())
			} else if (sent < messages) next()
		})
	}
	session.bind_transceiver({ system_id: 'kabinet', password: 'secret', interface_version: 0x34 }, (pdu) => {
		if (pdu.command_status !== 0) process.exit(1)
		begin = process.hrtime.bigint()
		for (let i = 0; i < window; i++) next()
	})
}

if (what === 'centre') centre()
else client(...args.map(Number))
