// Made-up persons. Passports begin with 99, which no region has.
import fs from 'node:fs'
import path from 'node:path'
import { root } from './kabinet.mjs'

export function person(n = 1, more = {}) {
	return {
		family: 'Канарейкина', given: 'Зоя', patronymic: 'Ильинична', birth: '14.05.1987',
		contact_phone: `+7 (911) 700-${String(10 + (n % 90))}-${String(10 + (Math.floor(n / 90) % 90))}`,
		email: `zoya${n}@example.ru`,
		passport: `99 ${String(10 + (n % 80))} ${String(100000 + n * 7919).slice(-6)}`,
		passport_issued: '02.06.2007', passport_by: 'ТП № 45 отдела УФМС по Санкт-Петербургу', passport_code: '780-045',
		city: 'Сестрорецк', street: 'ул. Полевая Канареечная', house: '17', building: '', flat: '-',
		password: `синий трамвай ${1000 + n}`, consent: 'yes', ...more,
	}
}

// The demonstration's SIM cards that were issued and nobody has registered: login and first password of each.
export function freshSims() {
	const [, ...rows] = fs.readFileSync(path.join(root, 'demo/sims.csv'), 'utf8').trim().split('\n')
	return rows.map((row) => row.split(';')).filter((cells) => cells[5]).map(([login, iccid]) => ({ login, password: iccid.slice(-4) }))
}

// The three that `make run` prints: number, password, what is special.
export function signIns(place) {
	const lines = place.must('demo-signins').trim().split('\n')
	const [fresh, debtor, overpaid] = lines.map((line) => /^(9\d{9})\s+(\S+)\s+(.*)$/.exec(line)).map(([, login, password, about]) => ({ login, password, about }))
	return { fresh, debtor, overpaid }
}
