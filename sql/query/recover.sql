-- recover_owner :one (number_id i64, epoch i64) -> (subscriber_id i64, family str, given str, patronymic str, contact_phone msisdn?, confirmed tstamp?, email str?, code bool)
-- Whose password is to be set. email: where it is confirmed. code: the second factor is on.
SELECT s.id, s.family, s.given, s.patronymic, CASE WHEN c.id IS NULL THEN s.contact_phone ELSE c.old_phone END,
	CASE WHEN c.id IS NULL THEN s.phone_confirmed_ms END, CASE WHEN s.email_confirmed_ms IS NOT NULL THEN s.email END,
	EXISTS (SELECT 1 FROM totp t WHERE t.subscriber_id = s.id AND t.on_ms IS NOT NULL)
FROM subscriber s JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
LEFT JOIN phone_change c ON c.subscriber_id = s.id AND c.state = 'held' AND c.at_once
WHERE n.id = $1 AND n.epoch = $2 AND s.registered_ms IS NOT NULL AND s.closed_ms IS NULL;

-- recover_card :one (number_id i64) -> (sim_id i64, iccid iccid)
-- The card that the first sign-in goes by.
SELECT id, iccid FROM sim WHERE number_id = $1 AND state = 'issued' ORDER BY issued_ms DESC, id DESC LIMIT 1;

-- recover_set_password :rows (subscriber_id i64, hash str, phone msisdn?, email str?, now tstamp)
-- Only while the code went to what is still the phone, or the address, to recover by.
UPDATE subscriber SET password_hash = $2, password_ms = $5
WHERE id = $1 AND registered_ms IS NOT NULL AND closed_ms IS NULL
	AND ($3 = COALESCE((SELECT c.old_phone FROM phone_change c
			WHERE c.subscriber_id = subscriber.id AND c.state = 'held' AND c.at_once), contact_phone)
		OR (email = $4 AND email_confirmed_ms IS NOT NULL));
