// A message centre: npm smpp takes bind and submit_sm, and reads the texts; what came is told to the test.
//   smpp_peer.mjs '{"user":"kabinet","pass":"secret","ids":"hexdec","tls":true,"name":"DNS:else.example","bind":13,"own":"centre"}'
// What becomes of a message stands in its number, 79OOxxxxSSS (O: how, S: a status):
//   00 accepted, and its receipt says delivered       05 instead of an answer the connection breaks
//   01 status S each time                             06 accepted; undelivered
//   02 status S the first time, then accepted         07 the answer waits for the word `release`
//   03 no answer                                      08 its second part gets S, and then the connection breaks, once
//   04 the receipt comes before the answer            09 accepted, with an id that is none
// Words of the test: release, now or later; unbind; break (the connection); refuse and accept (to bind); mute and speak (nothing is answered, and again); raw HEX; flood (questions, and no
// look at the answers); mark (said back).
import { createRequire } from 'node:module'
import { atEnd, certificate, listen, tell } from './peer.mjs'

const smpp = createRequire(import.meta.url)('smpp')
const { user = 'kabinet', pass = 'secret', ids = 'text', tls = false, name, bind = 0, own = 'centre' } = JSON.parse(process.argv[2] ?? '{}')
const made = tls ? certificate(name) : {}
process.stdout.on('error', () => process.exit(0)) // the test has gone
const seen = new Map() // how often a number, or a part of it, was sent
const held = []
let muted = false
let bindStatus = bind // of the answer to bind
let count = 0
let session

const times = (key) => {
	seen.set(key, (seen.get(key) ?? 0) + 1)
	return seen.get(key)
}

// An id as the answer writes it, and as the receipt does.
function makeId() {
	const n = 0xa0 + count++
	if (ids === 'text') return { answer: `m-${n}`, receipt: `m-${n}` }
	return { answer: n.toString(16).toUpperCase(), receipt: String(n).padStart(10, '0') }
}

function receipt(s, pdu, id, stat) {
	const states = { DELIVRD: 2, UNDELIV: 5 }
	const text = `id:${id.receipt} sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:${stat} err:000 text:`
	const tlvs = ids === 'tlv' ? { receipted_message_id: id.answer, message_state: states[stat] } : {}
	s.deliver_sm({ source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4, short_message: text, ...tlvs }, (answer) =>
		tell({ event: 'receipt taken', status: answer.command_status }),
	)
}

// How the wire had it: a part's header, and its text without it.
function describe(pdu) {
	const { message, udh } = typeof pdu.short_message === 'object' ? pdu.short_message : { message: pdu.short_message }
	const header = udh ? [].concat(udh)[0] : undefined
	return {
		event: 'submit',
		to: pdu.destination_addr,
		toTon: pdu.dest_addr_ton,
		from: pdu.source_addr,
		fromTon: pdu.source_addr_ton,
		coding: pdu.data_coding,
		valid_s: pdu.validity_period instanceof Date ? Math.round((pdu.validity_period - Date.now()) / 1000) : 0,
		registered: pdu.registered_delivery,
		text: message,
		ref: header ? header[2] : -1,
		total: header ? header[3] : 1,
		seq: header ? header[4] : 1,
	}
}

function onSubmit(s, pdu) {
	const what = describe(pdu)
	const [, how, status] = /^79(\d\d)\d{4}(\d{3})$/.exec(what.to) ?? [null, '00', '000']
	const nth = times(`${what.to} ${what.seq}`)
	const accept = (stat = 'DELIVRD', id = makeId()) => {
		if (how === '04') receipt(s, pdu, id, stat)
		s.send(pdu.response({ message_id: how === '09' ? 'два слова' : id.answer }))
		if (how !== '04' && how !== '09') receipt(s, pdu, id, stat)
	}
	const refuse = () => s.send(pdu.response({ command_status: Number(status) }))
	tell({ ...what, nth })
	if (how === '01' || (how === '02' && nth === 1)) refuse()
	else if (how === '03') return
	else if (how === '05') s.socket.destroy()
	else if (how === '06') accept('UNDELIV')
	else if (how === '07') held.push(accept)
	else if (how === '08' && what.seq === 2 && nth === 1) (refuse(), s.socket.end())
	else accept()
}

function onBind(s, pdu) {
	tell({ event: 'bind', user: pdu.system_id, version: pdu.interface_version })
	const good = pdu.system_id === user && pdu.password === pass
	s.send(pdu.response({ command_status: bindStatus || (good ? 0 : smpp.ESME_RINVPASWD), system_id: own }))
}

// "tls": true, or the version that it knows and no other one.
const only = typeof tls === 'string' ? { minVersion: tls, maxVersion: tls, ciphers: 'DEFAULT@SECLEVEL=0' } : {}

const server = smpp.createServer(made.key ? { key: made.key, cert: made.cert, ...only } : {}, (s) => {
	session = s
	s.on('pdu', (pdu) => {
		if (muted) return
		if (pdu.command === 'bind_transceiver') onBind(s, pdu)
		else if (pdu.command === 'submit_sm') onSubmit(s, pdu)
		else if (pdu.command === 'enquire_link') (tell({ event: 'enquire' }), s.send(pdu.response()))
		else if (pdu.command === 'unbind') (tell({ event: 'unbind' }), s.send(pdu.response()), s.socket.end())
		else if (pdu.command === 'unbind_resp') (tell({ event: 'unbound' }), held.length || s.socket.end())
		else if (pdu.command === 'generic_nack' || pdu.command === 'deliver_sm_resp' || pdu.command === 'enquire_link_resp')
			tell({ event: pdu.command, status: pdu.command_status, seq: pdu.sequence_number })
	})
	s.on('close', () => tell({ event: 'close' }))
	s.on('error', () => {})
})

const words = {
	release: () => held.splice(0).forEach((accept) => accept()),
	later: () => setTimeout(words.release, 200),
	unbind: () => session.unbind(),
	break: () => session.socket.destroy(),
	refuse: () => (bindStatus = smpp.ESME_RALYBND),
	accept: () => (bindStatus = 0),
	mute: () => (muted = true),
	speak: () => (muted = false),
	raw: (hex) => session.socket.write(Buffer.from(hex, 'hex')),
	flood() {
		session.pause()
		session.socket.write(Buffer.alloc(32 << 20, '00000010000000150000000000000007', 'hex'))
	},
	mark: () => tell({ event: 'mark' }),
}

server.on('error', () => {})
server.listen(0, '127.0.0.1', () => {
	listen((line) => {
		const [word, ...rest] = line.split(' ')
		words[word](...rest)
	})
	tell({ port: server.address().port, ca: made.ca ?? '' })
})
atEnd(() => server.close())
