// A mail relay: npm smtp-server takes letters, npm postal-mime reads them; what came is told to the test.
//   smtp_peer.mjs '{"tls":"starttls","user":"…","pass":"…","name":"DNS:else.example","sender":553,"after":1}'
// With a code in sender that is the answer to MAIL FROM, after so many letters.
// What a recipient is called decides what becomes of a letter: to-450, to-550 are refused at RCPT; end-452, end-554
// after the letter; silent-end gets no answer; break-end a closed connection.
import { createRequire } from 'node:module'
import PostalMime from 'postal-mime'
import { atEnd, certificate, listen, tell } from './peer.mjs'

const { SMTPServer } = createRequire(import.meta.url)('smtp-server')
const { tls = 'none', user, pass, name, sender, after = 0 } = JSON.parse(process.argv[2] ?? '{}')
const made = tls === 'none' ? {} : certificate(name)

let senders = 0
const refusal = (code) => Object.assign(new Error('no'), { responseCode: Number(code) })

async function read(raw, session) {
	const mail = await PostalMime.parse(raw)
	const header = (key) => mail.headers.filter((h) => h.key === key).map((h) => h.value).join('\n')
	tell({
		to: session.envelope.rcptTo.map((r) => r.address).join(' '),
		from: session.envelope.mailFrom.address,
		helo: session.hostNameAppearsAs,
		user: session.user ?? '',
		secure: session.secure ? 1 : 0,
		raw: raw.toString('latin1'),
		subject: mail.subject,
		fromName: mail.from?.name ?? '',
		fromAddress: mail.from?.address ?? '',
		headerTo: header('to'),
		messageId: mail.messageId ?? '',
		auto: header('auto-submitted'),
		date: header('date'),
		text: (mail.text ?? '').replaceAll('\r\n', '\n'),
		html: (mail.html ?? '').replaceAll('\r\n', '\n'),
	})
}

const server = new SMTPServer({
	name: 'relay.example',
	secure: tls === 'implicit',
	key: made.key,
	cert: made.cert,
	disabledCommands: [...(tls === 'none' ? ['STARTTLS'] : []), ...(user ? [] : ['AUTH'])],
	authOptional: !user,
	closeTimeout: 100,
	logger: false,
	onAuth(auth, session, done) {
		tell({ auth: auth.username })
		if (auth.username !== user || auth.password !== pass) return done(refusal(535))
		done(null, { user: auth.username })
	},
	onMailFrom(address, session, done) {
		senders++
		done(sender && senders > after ? refusal(sender) : null)
	},
	onRcptTo({ address }, session, done) {
		const [, code] = /^to-(\d+)@/.exec(address) ?? []
		done(code ? refusal(code) : null)
	},
	onData(stream, session, done) {
		const parts = []
		stream.on('data', (part) => parts.push(part))
		stream.on('end', async () => {
			const [{ address }] = session.envelope.rcptTo
			const [, how, code] = /^(end|silent|break)-(\w+)@/.exec(address) ?? []
			await read(Buffer.concat(parts), session)
			if (how === 'silent') return
			if (how === 'break') return [...server.connections].forEach((c) => c._socket.destroy())
			done(code ? refusal(code) : null)
		})
	},
})
server.on('error', () => {})
server.listen(0, '127.0.0.1', () => {
	listen()
	tell({ port: server.server.address().port, ca: made.ca ?? '' })
})
atEnd(() => server.server.close())
