// A subscriber's browser as far as HTTP goes: cookies, the CSRF token of the page last seen, Origin. No script.
import { strict as assert } from 'node:assert'

export const decode = (s) =>
	s.replace(/&(lt|gt|amp|quot|#39|#x27|#34);/g, (m, e) => ({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", '#x27': "'", '#34': '"' })[e])

// The words of a page, without markup.
export const words = (page) =>
	decode(page.replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]*>/g, ' ')).replace(/[\s\u00a0]+/g, ' ').trim()

export class Client {
	constructor(server, { headers = {} } = {}) {
		this.server = server
		this.cookies = new Map()
		this.headers = headers
		this.csrf = ''
	}

	take(answer) {
		for (const line of answer.headers['set-cookie'] ?? []) {
			const [pair] = line.split(';')
			const at = pair.indexOf('=')
			const value = pair.slice(at + 1)
			if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(pair.slice(0, at))
			else this.cookies.set(pair.slice(0, at), value)
		}
		const token = /name="csrf"[^>]*value="([^"]*)"/.exec(answer.text) ?? /value="([^"]*)"[^>]*name="csrf"/.exec(answer.text)
		if (token) this.csrf = decode(token[1])
		return answer
	}

	cookie() {
		return [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
	}

	common(extra) {
		const headers = { ...this.headers, ...extra }
		if (this.cookies.size) headers.cookie ??= this.cookie()
		return headers
	}

	async get(path, headers = {}) {
		return this.take(await this.server.raw({ path, headers: this.common(headers) }))
	}

	async post(path, fields, { headers = {}, csrf = this.csrf } = {}) {
		const body = fields instanceof URLSearchParams ? fields : new URLSearchParams(fields)
		if (csrf !== null && !body.has('csrf')) body.set('csrf', csrf)
		const origin = this.server.port ? `http://127.0.0.1:${this.server.port}` : 'http://lk.test'
		return this.take(await this.server.raw({
			method: 'POST', path, body: body.toString(),
			headers: this.common({ 'content-type': 'application/x-www-form-urlencoded', origin, 'sec-fetch-site': 'same-origin', ...headers }),
		}))
	}

	// To the sign-in page and through it; gives the answer to the POST.
	async signIn(login, password, extra = {}) {
		await this.get('/')
		return this.post('/signin', { login, password, ...extra })
	}

	async mustSignIn(login, password) {
		const r = await this.signIn(login, password)
		assert.equal(r.status, 303, `sign-in: ${r.status} ${words(r.text).slice(0, 400)}`)
		return r
	}

	async register(who) {
		await this.get('/register')
		const r = await this.post('/register', who)
		assert.equal(r.status, 303, `registration: ${r.status} ${words(r.text).slice(0, 600)}`)
		return r
	}
}
