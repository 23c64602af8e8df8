-- What the office sees of a number and whoever is registered on it.

-- card_find :one (number_id i64) -> (msisdn msisdn, epoch i64, account_id i64, contract str?, contract_opened date?, company str?, subscriber_id i64?, family str?, given str?, patronymic str?, contact_phone msisdn?, phone_confirmed tstamp?, email str?, email_confirmed tstamp?, passport_mask str?, city str?, registered tstamp?, has_password bool, factor bool)
SELECT n.msisdn, n.epoch, n.account_id, c.code, c.opened_day, c.company, s.id, s.family, s.given, s.patronymic,
	s.contact_phone, s.phone_confirmed_ms, s.email, s.email_confirmed_ms, s.passport_mask, s.city, s.registered_ms,
	s.password_hash IS NOT NULL, t.on_ms IS NOT NULL
FROM number n
LEFT JOIN contract c ON c.id = n.contract_id
LEFT JOIN subscriber s ON s.number_id = n.id AND s.epoch = n.epoch AND s.closed_ms IS NULL
LEFT JOIN totp t ON t.subscriber_id = s.id
WHERE n.id = $1;

-- card_sims :many (number_id i64) -> (iccid iccid, state str, issued tstamp?)
-- The one that works first, those that are done with last.
SELECT iccid, state, issued_ms FROM sim WHERE number_id = $1
ORDER BY CASE state WHEN 'active' THEN 0 WHEN 'retired' THEN 2 ELSE 1 END, id DESC LIMIT 5;
