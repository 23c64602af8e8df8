-- recover_owner :one (number_id i64, epoch i64) -> (subscriber_id i64, family str, given str, patronymic str, contact_phone msisdn?, confirmed tstamp?)
-- Whose password is to be set.
SELECT s.id, s.family, s.given, s.patronymic, s.contact_phone, s.phone_confirmed_ms
FROM subscriber s JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
WHERE n.id = $1 AND n.epoch = $2 AND s.registered_ms IS NOT NULL AND s.closed_ms IS NULL;

-- recover_card :one (number_id i64) -> (sim_id i64, iccid iccid)
-- The card that the first sign-in goes by.
SELECT id, iccid FROM sim WHERE number_id = $1 AND state = 'issued' ORDER BY issued_ms DESC, id DESC LIMIT 1;

-- recover_set_password :rows (subscriber_id i64, hash str, contact_phone msisdn, now tstamp)
-- Only while the code went to what is still the contact phone.
UPDATE subscriber SET password_hash = $2, password_ms = $4
WHERE id = $1 AND contact_phone = $3 AND registered_ms IS NOT NULL AND closed_ms IS NULL;
