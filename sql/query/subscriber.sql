-- subscriber_before :one (number_id i64, epoch i64) -> (subscriber_id i64?, registered bool, works bool, sim_id i64?)
-- What registration finds: a person that came by import, whether the number works, the card in the hand.
SELECT s.id, s.registered_ms IS NOT NULL,
	COALESCE((SELECT t.status = 'active' FROM number_status t
		WHERE t.number_id = n.id ORDER BY t.at_ms DESC LIMIT 1), FALSE),
	(SELECT m.id FROM sim m WHERE m.number_id = n.id AND m.state = 'issued'
		ORDER BY m.issued_ms DESC, m.id DESC LIMIT 1)
FROM number n
LEFT JOIN subscriber s ON s.number_id = n.id AND s.epoch = n.epoch
WHERE n.id = $1 AND n.epoch = $2;

-- subscriber_iccids :many (number_id i64) -> (iccid iccid)
SELECT iccid FROM sim WHERE number_id = $1 AND state <> 'retired';

-- subscriber_register :rows (id i64, number_id i64, epoch i64, family str, given str, patronymic str, name_fold str, contact_phone msisdn, email str, passport_sealed bytes, passport_mask str, birth_sealed bytes, address_sealed bytes, city str, password_hash str, now tstamp)
-- A new row, or the one that came by import; none when somebody has registered in the meantime.
INSERT INTO subscriber (id, number_id, epoch, family, given, patronymic, name_fold, contact_phone, email,
	passport_sealed, passport_mask, birth_sealed, address_sealed, city, password_hash, password_ms, registered_ms)
SELECT $1, n.id, n.epoch, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16
FROM number n WHERE n.id = $2 AND n.epoch = $3
ON CONFLICT (number_id, epoch) DO UPDATE SET
	family = excluded.family, given = excluded.given, patronymic = excluded.patronymic,
	name_fold = excluded.name_fold, contact_phone = excluded.contact_phone, phone_confirmed_ms = NULL,
	email = excluded.email, email_confirmed_ms = NULL, passport_sealed = excluded.passport_sealed, passport_mask = excluded.passport_mask,
	birth_sealed = excluded.birth_sealed, address_sealed = excluded.address_sealed, city = excluded.city,
	password_hash = excluded.password_hash, password_ms = excluded.password_ms,
	registered_ms = excluded.registered_ms
WHERE subscriber.registered_ms IS NULL AND subscriber.closed_ms IS NULL AND subscriber.id = excluded.id;

-- subscriber_profile :one (id i64) -> (family str, given str, patronymic str, contact_phone msisdn?, phone_confirmed tstamp?, email str, passport_mask str, city str, registered tstamp, password_changed tstamp, contract_code str?)
SELECT s.family, s.given, s.patronymic, s.contact_phone, s.phone_confirmed_ms, s.email, s.passport_mask, s.city,
	s.registered_ms, s.password_ms, c.code
FROM subscriber s
JOIN number n ON n.id = s.number_id
LEFT JOIN contract c ON c.id = n.contract_id
WHERE s.id = $1;

-- subscriber_credentials :one (id i64) -> (family str, given str, patronymic str, password_hash str)
SELECT family, given, patronymic, password_hash FROM subscriber
WHERE id = $1 AND password_hash IS NOT NULL AND closed_ms IS NULL;

-- subscriber_set_password :rows (id i64, old_hash str, new_hash str, now tstamp)
UPDATE subscriber SET password_hash = $3, password_ms = $4
WHERE id = $1 AND password_hash = $2 AND closed_ms IS NULL;
