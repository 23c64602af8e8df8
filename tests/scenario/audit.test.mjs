// The end of the audit leaves the machine each day, and `kabinet check` finds a past that does not lead there.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import fs from 'node:fs'
import { Place, kinds, until } from '../harness/kabinet.mjs'

for (const kind of kinds) {
	describe(`the audit's anchors on ${kind}`, { timeout: 60000 }, () => {
		let place, file
		before(() => {
			place = new Place(kind).empty()
			file = `${place.dir}-keys/anchors` // outside of what a role may write to by itself
			place.must('staff', 'add', 'belova', '--name', 'Белова Мария', '--role', 'administrator')
			place.must('staff', 'add', 'yudina', '--name', 'Юдина Вера', '--role', 'clerk')
		})
		after(() => place.close())

		it('the worker adds where the audit ends to a file, and tells the log', async () => {
			const server = await place.serve({ 'audit.anchor_file': file })
			const line = await until('the line', () => fs.existsSync(file) && fs.readFileSync(file, 'utf8'))
			assert.match(line, /^\d{4}-\d\d-\d\d 2 [0-9a-f]{64}\n$/)
			const mac = line.trim().split(' ')[2]
			await until('the event', () => server.log.includes('"audit_anchor"') && server.log.includes(mac))
			await until('the row', () => place.sql('SELECT count(*) FROM audit_anchor') === '1')
			await server.stop()
			assert.equal(fs.readFileSync(file, 'utf8'), line)
			assert.match(place.must('check'), /violations: 0/)
		})

		it('an audit whose end was cut off does not lead there', () => {
			if (kind === 'postgres') place.sql('ALTER TABLE audit DISABLE TRIGGER audit_append_only')
			else place.sql('DROP TRIGGER audit_no_delete')
			place.sql('DELETE FROM audit WHERE seq = 2')
			place.sql('UPDATE audit_head SET seq = 1, mac = (SELECT mac FROM audit WHERE seq = 1)')
			const { status, out } = place.run('check')
			assert.equal(status, 1)
			assert.match(out, /^I14 audit 2 day \S+: the audit does not lead through its anchor of that day$/m)
			assert.match(out, /violations: 1$/m)
		})
	})
}
