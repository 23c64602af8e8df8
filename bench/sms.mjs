// Messages a second through the npm message centre: of our SMPP client, and of npm smpp's own with the same window, in turns.
// Alone, and behind the outbox with its worker. `node bench/sms.mjs` measures this and nothing else.
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const bench = path.dirname(fileURLToPath(import.meta.url))
const root = path.dirname(bench)
const npm = path.join(bench, 'sms_npm.mjs')
const onCore = (core, ...command) => ['taskset', ['-c', String(core), ...command]]
const result = (text) => Number(/^RESULT (\d+)$/m.exec(text)[1])

const programs = path.join(root, 'build/release-gcc/bench')

// How to start each of those that are compared: ours alone, ours behind an outbox of either kind, npm's.
const senders = {
	client: (address, ...rest) => [path.join(programs, 'sms'), address, ...rest],
	sqlite: (...args) => [path.join(programs, 'sms_outbox'), 'sqlite', ...args],
	...(process.env.KABINET_TEST_PG && { postgres: (...args) => [path.join(programs, 'sms_outbox'), 'postgres', ...args] }),
	npm: (address, ...rest) => ['node', npm, 'client', address.split(':')[1], ...rest],
}

// The database is a program besides: it works for who sends, and npm's client has none. So it may use both cores meanwhile.
function giveDatabase(cores) {
	const url = process.env.KABINET_TEST_PG
	if (!url) return
	const dir = new URLSearchParams(url.split('?')[1]).get('host')
	const [pid] = fs.readFileSync(path.join(dir, 'data/postmaster.pid'), 'utf8').split('\n')
	execFileSync('taskset', ['-cp', cores, pid], { stdio: 'ignore' })
}

// The centre on core 0, whoever sends on core 1, in turns: { client: [messages/s, ...], ... }. A first round warms the centre up.
export async function smsRates({ messages = 10000, window = 10, rounds = Number(process.env.BENCH_ROUNDS ?? 5) } = {}) {
	execFileSync('make', ['CC=gcc', 'VARIANT=release', ...['sms', 'sms_outbox'].map((name) => `build/release-gcc/bench/${name}`)],
		{ cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
	giveDatabase('0,1')
	const centre = spawn(...onCore(0, 'node', npm, 'centre'), { stdio: ['ignore', 'pipe', 'inherit'] })
	try {
		const port = await new Promise((done) => centre.stdout.once('data', (d) => done(String(d).trim())))
		const rates = Object.fromEntries(Object.keys(senders).map((name) => [name, []]))
		for (let i = 0; i <= rounds; i++)
			for (const [name, command] of Object.entries(senders)) {
				const rate = result(execFileSync(...onCore(1, ...command(`127.0.0.1:${port}`, String(messages), String(window))), { cwd: root, encoding: 'utf8', timeout: 120000 }))
				if (i > 0) rates[name].push(rate)
			}
		return rates
	} finally {
		centre.kill()
		giveDatabase('0')
	}
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)]

// Of each sender that is not npm's: messages/s, and the ratio of the same round; medians.
export function smsRatios({ npm: theirs, ...ours }) {
	return Object.entries(ours).map(([name, rates]) => ({ name, rate: median(rates), ratio: median(rates.map((rate, i) => rate / theirs[i])) }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const rates = await smsRates()
	console.log(`npm's client: ${median(rates.npm)} messages/s`)
	for (const { name, rate, ratio } of smsRatios(rates)) console.log(`${name}: ${rate} messages/s, ratio ${ratio.toFixed(3)}`)
}
