// Imports: nothing bad is applied, each bad row is named, the same file twice changes nothing, an import that was
// killed goes on where it stopped.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Place, kinds, root, sleep } from '../harness/kabinet.mjs'

const demo = (name) => fs.readFileSync(path.join(root, 'demo', `${name}.csv`), 'utf8')

// Windows-1251 of the letters that the files hold.
function cp1251(text) {
	return Buffer.from([...text].map((c) => {
		const cp = c.codePointAt(0)
		if (cp < 0x80) return cp
		if (cp >= 0x410 && cp <= 0x44f) return cp - 0x410 + 0xc0
		const odd = { 0x401: 0xa8, 0x451: 0xb8, 0x2116: 0xb9, 0xab: 0xab, 0xbb: 0xbb, 0x2013: 0x96, 0x2014: 0x97, 0xa0: 0xa0 }
		if (odd[cp] === undefined) throw new Error(`no CP1251 for ${c}`)
		return odd[cp]
	}))
}

for (const kind of kinds) {
	describe(`imports on ${kind}`, { timeout: 240000 }, () => {
		let place
		const sums = () => place.sql('SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM posting), (SELECT CAST(sum(balance_kop) AS BIGINT) FROM account)')
		const write = (name, data) => {
			fs.writeFileSync(place.file(name), data)
			return place.file(name)
		}
		before(() => (place = new Place(kind).demo()))
		after(() => place.close())

		it('bad rows are listed with line, column and reason, and nothing of the file is applied', () => {
			const before = sums()
			const [head, one, two] = demo('payments').split('\n')
			const cells = (row, at, value) => row.split(';').map((c, i) => (i === at ? value : c)).join(';')
			const bad = write('bad.csv', [head, cells(one, 5, 'new-1'), cells(cells(one, 2, '12,345'), 5, 'new-2'), cells(cells(two, 0, '12345'), 5, 'new-3'), cells(cells(two, 1, '32.13.2025'), 5, 'new-4'), 'a;b'].join('\n') + '\n')
			const r = place.run('import', 'payments', bad)
			assert.notEqual(r.status, 0)
			const said = r.out + r.err
			for (const line of [3, 4, 5, 6]) assert.match(said, new RegExp(`(^|\\D)${line}(\\D|$)`, 'm'), `line ${line} in:\n${said}`)
			for (const column of ['Сумма', 'Номер', 'Время']) assert.ok(said.includes(column), `column ${column} in:\n${said}`)
			assert.equal(sums(), before)
		})

		it('a file that is none: binary, empty, without its columns, not there', () => {
			const before = sums()
			for (const data of ['', '\0\0\0\0', 'x;y\n1;2\n', 'Номер;Время\n9112042576;03.12.2024\n', Buffer.from([0xff, 0xfe, 0x41, 0, 0x42, 0])]) {
				const r = place.run('import', 'payments', write('none.csv', data))
				assert.notEqual(r.status, 0, JSON.stringify(data))
				assert.ok((r.out + r.err).trim().length > 0)
			}
			assert.notEqual(place.run('import', 'payments', place.file('missing.csv')).status, 0)
			assert.notEqual(place.run('import', 'nonsense', place.file('none.csv')).status, 0)
			assert.equal(sums(), before)
		})

		it('the same payment key with another amount is refused', () => {
			const before = sums()
			const [head, one] = demo('payments').split('\n')
			const r = place.run('import', 'payments', write('other.csv', `${head}\n${one.replace(/;[\d ]+,\d\d;/, ';77,77;')}\n`))
			assert.notEqual(r.status, 0, r.out)
			assert.equal(sums(), before)
		})

		it('CP1251, commas, CRLF, a BOM and quotes say the same', () => {
			const before = sums()
			const text = demo('charges').split('\n').slice(0, 400).filter((row) => !row.includes('×')).join('\n') + '\n'
			for (const [name, data] of [['cp1251', cp1251(text)], ['crlf', text.replaceAll('\n', '\r\n')], ['bom', '\ufeff' + text],
				['commas', text.split('\n').map((row) => row && row.split(';').map((c) => `"${c.replaceAll('"', '""')}"`).join(',')).join('\n')]]) {
				place.must('import', 'charges', write(`${name}.csv`, data))
				assert.equal(sums(), before, `${name} was not recognised as the same rows`)
			}
		})

		it('killed in the middle it goes on, and everything is there once', async () => {
			const [head, one] = demo('charges').split('\n')
			const number = one.split(';')[0]
			const rows = Array.from({ length: 20000 }, (_, i) => `${number};${String(1 + (i % 28)).padStart(2, '0')}.10.2026 10:00;звонки;Звонки;;;0,01;mts;kill-${i}`)
			const file = write('many.csv', [head, ...rows].join('\n') + '\n')
			const count = () => Number(place.sql("SELECT count(*) FROM entry WHERE key LIKE '%kill-%'"))
			const kinds_seen = place.run('import', 'charges', write('probe.csv', [head, rows[0]].join('\n') + '\n'))
			if (kinds_seen.status !== 0) rows.forEach((_, i) => (rows[i] = one.replace(/;[^;]*;([^;]*)$/, `;mts;kill-${i}`)))
			fs.writeFileSync(file, [head, ...rows].join('\n') + '\n')
			let kills = 0
			for (const wait of [150, 400, 800, 1200]) {
				const child = spawn(place.bin, place.args(['import', 'charges', file]), { cwd: root, stdio: 'ignore' })
				const ended = new Promise((done) => child.on('exit', (code, signal) => done(signal)))
				await sleep(wait)
				child.kill('SIGKILL')
				if ((await ended) === 'SIGKILL') kills++
			}
			assert.ok(kills >= 1, 'never killed in time')
			place.must('import', 'charges', file)
			assert.equal(count(), 20000)
			place.must('import', 'charges', file)
			assert.equal(count(), 20000)
			place.must('check')
		})

		it('SIM batches whose ICCID follows from the number are reported', () => {
			const head = demo('sims').split('\n')[0]
			const rows = Array.from({ length: 40 }, (_, i) => `91120490${String(i).padStart(2, '0')};8970101000000${String(100000 + i)};2500100000${String(10000 + i)};mts;corp-750;20.11.2026`)
			const r = place.run('import', 'sims', write('batch.csv', [head, ...rows].join('\n') + '\n'))
			assert.equal(r.status, 0, r.out + r.err)
			assert.match(r.out + r.err, /predict|guess|activation|предсказ/i)
		})
	})
}
