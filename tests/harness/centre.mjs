// The message centre of tests/support/smpp_peer.mjs, for scenarios: what it heard, and what is said to it.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { root, until } from './kabinet.mjs'

export class Centre {
	constructor(how = {}) {
		this.heard = []
		this.child = spawn('node', [path.join(root, 'tests/support/smpp_peer.mjs'), JSON.stringify(how)], { stdio: ['pipe', 'pipe', 'inherit'] })
		this.ended = new Promise((done) => this.child.on('exit', done))
		this.opened = new Promise((done) =>
			readline.createInterface({ input: this.child.stdout }).on('line', (line) => {
				const what = JSON.parse(line)
				if (what.port) done(Object.assign(this, what))
				else this.heard.push(what)
			}))
	}

	static async open(how) {
		const centre = new Centre(how)
		await centre.opened
		return centre
	}

	// What [sms] and [sms_smpp] have to say; the password goes into a file of the place.
	settings(place) {
		const password = path.join(place.settings['keys.dir'], 'smpp')
		fs.writeFileSync(password, 'secret\n', { mode: 0o600 })
		return { 'sms.gateway': 'smpp', 'sms_smpp.address': `localhost:${this.port}`, 'sms_smpp.system_id': 'kabinet',
			'sms_smpp.password_file': password, 'sms_smpp.sender': 'SmartKarta',
			...(this.ca && { 'sms_smpp.tls': 'yes', 'sms_smpp.tls_ca': this.ca }) }
	}

	of(event) {
		return this.heard.filter((what) => what.event === event)
	}

	// The nth message to a phone (ten digits), its parts joined.
	message(phone, n = 1) {
		return until(`message ${n} to ${phone}`, () => {
			const parts = this.of('submit').filter(({ to }) => to === `7${phone}`)
			const whole = []
			for (const part of parts) {
				if (part.seq === 1) whole.push([])
				whole.at(-1).push(part)
			}
			const found = whole[n - 1]
			return found?.length === found?.[0].total && found.map(({ text }) => text).join('')
		})
	}

	say(line) {
		this.child.stdin.write(`${line}\n`)
	}

	close() {
		this.child.stdin.end()
		return this.ended
	}
}
