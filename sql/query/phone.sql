-- phone_contact :one (subscriber_id i64) -> (contact_phone msisdn?, confirmed tstamp?)
SELECT contact_phone, phone_confirmed_ms FROM subscriber WHERE id = $1 AND closed_ms IS NULL;

-- phone_confirm :rows (subscriber_id i64, contact_phone msisdn, now tstamp)
-- Only while it is still the phone that the code went to.
UPDATE subscriber SET phone_confirmed_ms = $3
WHERE id = $1 AND contact_phone = $2 AND phone_confirmed_ms IS NULL AND closed_ms IS NULL;
