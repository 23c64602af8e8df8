// What mailboxes would show: npm smtp-server, which the worker hands its letters to.
import { spawn } from 'node:child_process'
import readline from 'node:readline'
import { root, until } from './kabinet.mjs'

export class Mail {
	static async open() {
		const mail = new Mail()
		mail.child = spawn('node', ['tests/support/smtp_peer.mjs', '{}'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
		mail.letters = []
		mail.seen = 0
		readline.createInterface({ input: mail.child.stdout }).on('line', (line) => mail.letters.push(JSON.parse(line)))
		await until('the relay', () => mail.letters.length)
		mail.port = mail.letters.shift().port
		return mail
	}

	// For place.serve().
	get settings() {
		return {
			'mail.gateway': 'smtp', 'mail.sender': 'noreply@lk.example.ru', 'mail_smtp.address': `127.0.0.1:${this.port}`,
			'mail_smtp.tls': 'none',
		}
	}

	// The first letter to this address, about this, that nobody has asked for yet.
	async letter(to, about) {
		return until(`a letter to ${to}: ${about}`, () => {
			const i = this.letters.findIndex((l, at) => at >= this.seen && l.to === to && l.subject.includes(about))
			if (i < 0) return undefined
			this.seen = i + 1
			return this.letters[i]
		})
	}

	close() {
		this.child.stdin.end()
	}
}
