// The load of the test of kills itself: whatever fails first is what is heard, and after it nobody goes on.
import { describe, it } from 'node:test'
import { strict as assert } from 'node:assert'
import { Load, random } from '../harness/load.mjs'
import { sleep } from '../harness/kabinet.mjs'

const nobody = { raw: () => Promise.reject(new Error('nobody there')) }
const centre = { heard: [] }
const cards = (n) => ({ cards: Array.from({ length: n }, (_, i) => ({ login: `911000000${i}` })), owners: [] })

function load(people) {
	const made = new Load(nobody, centre, people, random(1))
	made.ration(100)
	return made
}

describe('a load', { timeout: 20000 }, () => {
	it('ends when what it is for fails, also at a closed gate', async () => {
		const l = load(cards(9))
		await assert.rejects(l.during(3, async () => {
			await sleep(50)
			l.shut()
			throw new Error('the killer')
		}), /^Error: the killer$/)
		const { visits } = l.counts
		l.open()
		await sleep(100)
		assert.equal(l.counts.visits, visits)
	})
	it('tells what a visitor failed of, and whoever works beside it to end', async () => {
		const l = load(cards(1))
		let ended = false
		await assert.rejects(l.during(3, async () => {
			while (l.going) await sleep(10)
			ended = true
			throw new Error('the killer, later')
		}), /more numbers are needed/)
		assert.ok(ended)
	})
	it('goes on until the work is done, and gives what that gave', async () => {
		const l = new Load(nobody, centre, cards(0), random(1)) // nobody presses: there is no ration
		assert.equal(await l.during(3, async () => l.going && 'done'), 'done')
		assert.ok(!l.going)
	})
})
