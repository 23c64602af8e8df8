// What phones would show: reads the file that the worker writes with sms.gateway = log.
import fs from 'node:fs'
import path from 'node:path'
import { until } from './kabinet.mjs'

export class Phones {
	constructor(place) {
		this.file = path.join(place.dir, 'sent')
		this.seen = 0
	}

	// For place.serve().
	get settings() {
		return { 'sms.gateway': 'log', 'sms.log_file': this.file }
	}

	all() {
		if (!fs.existsSync(this.file)) return []
		return fs.readFileSync(this.file, 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line))
	}

	// The text of the first message to this phone, like this, that nobody has asked for yet.
	async text(phone, like) {
		return until(`an SMS to ${phone} like ${like}`, () => {
			const all = this.all()
			const i = all.findIndex((m, at) => at >= this.seen && m.to === phone && like.test(m.text))
			if (i < 0) return undefined
			this.seen = i + 1
			return all[i].text
		})
	}

	async code(phone) {
		return /\b(\d{8})\b/.exec(await this.text(phone, /\b\d{8}\b/))[1]
	}
}

// As if a minute had gone by: another code may be sent.
export function aMinuteLater(place) {
	place.sql("DELETE FROM attempt_limit WHERE key LIKE 'code.%'; UPDATE flow SET created_ms = created_ms - 60000")
}
