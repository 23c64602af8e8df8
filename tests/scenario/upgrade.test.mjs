// The previous release's store, made by the previous release's binary, is migrated and served by this one.
import { after, before, describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Place, binary, kinds, root } from '../harness/kabinet.mjs'
import { Client } from '../harness/client.mjs'
import { freshSims, person } from '../harness/people.mjs'

const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? ''
const tag = git('describe', '--tags', '--abbrev=0', 'HEAD^')
const skip = tag ? false : 'no release has been tagged yet'

for (const kind of kinds) {
	describe(`upgrade from ${tag || 'the previous release'} on ${kind}`, { skip, timeout: 400000 }, () => {
		let place
		const old = path.join(root, 'build/check/previous')

		before(() => {
			if (!fs.existsSync(path.join(old, 'build/release-gcc/kabinet'))) {
				fs.mkdirSync(old, { recursive: true })
				const r = spawnSync('sh', ['-c', `git archive ${tag} | tar x -C ${old} && make -C ${old} CC=gcc VARIANT=release kabinet`], { cwd: root, encoding: 'utf8' })
				assert.equal(r.status, 0, r.stderr)
			}
			place = new Place(kind, { bin: path.join(old, 'build/release-gcc/kabinet') })
		})
		after(() => place?.close())

		it('its store is filled and used', async () => {
			place.demo()
			const server = await place.serve()
			const client = new Client(server)
			await client.mustSignIn(freshSims()[0].login, freshSims()[0].password)
			await client.register(person(1))
			await server.stop()
		})

		it('this release refuses it until it is migrated, then serves it with its books in order', async () => {
			const before = place.sql('SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM posting), (SELECT count(*) FROM subscriber)')
			place.bin = binary
			place.must('migrate')
			place.must('check')
			assert.equal(place.sql('SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM posting), (SELECT count(*) FROM subscriber)'), before)
			const server = await place.serve()
			await new Client(server).mustSignIn(freshSims()[0].login, person(1).password)
			await server.stop()
		})
	})
}
