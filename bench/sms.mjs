// Messages a second through the npm message centre: of our SMPP client, and of npm smpp's own with the same window, in turns.
// `node bench/sms.mjs` measures this alone.
import { execFileSync, spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const bench = path.dirname(fileURLToPath(import.meta.url))
const root = path.dirname(bench)
const npm = path.join(bench, 'sms_npm.mjs')
const onCore = (core, ...command) => ['taskset', ['-c', String(core), ...command]]
const result = (text) => Number(/^RESULT (\d+)$/m.exec(text)[1])

// The centre on core 0, whoever sends on core 1. A first round of each warms the centre up.
export async function smsRates({ messages = 20000, window = 10, rounds = 5 } = {}) {
	execFileSync('make', ['CC=gcc', 'VARIANT=release', 'build/release-gcc/bench/sms'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
	const centre = spawn(...onCore(0, 'node', npm, 'centre'), { stdio: ['ignore', 'pipe', 'inherit'] })
	try {
		const port = await new Promise((done) => centre.stdout.once('data', (d) => done(String(d).trim())))
		const run = (...command) => result(execFileSync(...onCore(1, ...command), { encoding: 'utf8', timeout: 120000 }))
		const pairs = []
		for (let i = 0; i <= rounds; i++) {
			const ours = run(path.join(root, 'build/release-gcc/bench/sms'), `127.0.0.1:${port}`, String(messages), String(window))
			const theirs = run('node', npm, 'client', port, String(messages), String(window))
			if (i > 0) pairs.push({ ours, theirs })
		}
		return pairs
	} finally {
		centre.kill()
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	for (const { ours, theirs } of await smsRates()) console.log(`${ours} messages/s, npm's own client ${theirs}: ratio ${(ours / theirs).toFixed(3)}`)
