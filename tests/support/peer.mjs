// What the peers of gateways' tests share: lines of JSON to the test, an end with the test, a certificate of their own.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import readline from 'node:readline'

export const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)

const closers = []
export const atEnd = (close) => closers.push(close)

async function end() {
	await Promise.all(closers.splice(0).map((close) => close()))
	process.exit(0)
}
process.on('SIGTERM', end)

// Calls heard(line) with each line from the test; ends when there will be no more.
export function listen(heard = () => {}) {
	readline.createInterface({ input: process.stdin }).on('line', heard).on('close', end)
}

export function scratch() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'kabinet-peer-'))
	atEnd(() => fs.rmSync(dir, { recursive: true, force: true }))
	return dir
}

// A certificate made now, which signs itself: { key, cert, ca }, the last a file.
export function certificate(name = 'IP:127.0.0.1') {
	const dir = scratch()
	const key = path.join(dir, 'key.pem')
	const ca = path.join(dir, 'cert.pem')
	execFileSync(
		'openssl',
		['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=peer', '-addext', `subjectAltName=${name}`, '-keyout', key, '-out', ca],
		{ stdio: 'ignore' },
	)
	return { key: fs.readFileSync(key), cert: fs.readFileSync(ca), ca }
}
