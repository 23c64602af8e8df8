// Made-up persons. Passports begin with 99, which no region has.
export function person(n = 1, more = {}) {
	return {
		family: 'Канарейкина', given: 'Зоя', patronymic: 'Ильинична', birth: '14.05.1987',
		contact_phone: `+7 (911) 700-${String(10 + (n % 90))}-${String(10 + (Math.floor(n / 90) % 90))}`,
		email: `zoya${n}@example.ru`,
		passport: `99 ${String(10 + (n % 80))} ${String(100000 + n * 7919).slice(-6)}`,
		passport_issued: '02.06.2007', passport_by: 'ТП № 45 отдела УФМС по Санкт-Петербургу', passport_code: '780-045',
		city: 'Сестрорецк', street: 'ул. Полевая Канареечная', house: '17', building: '', flat: '-',
		password: `синий трамвай ${1000 + n}`, consent: '1', ...more,
	}
}

// What the demonstration operator prints: the sign-ins that work at this moment.
export function signIns(printed) {
	const found = [...printed.matchAll(/(9\d{9})\D+?(\d{4}\b|[^\s,;]{8,})/g)].map(([, login, password]) => ({ login, password }))
	if (found.length < 3) throw new Error(`three sign-ins expected in:\n${printed}`)
	return { fresh: found[0], debtor: found[1], overpaid: found[2] }
}
