-- phone_contact :one (subscriber_id i64) -> (contact_phone msisdn?, confirmed tstamp?, change_id i64?, new_phone msisdn?, at_once bool, due tstamp?)
-- The contact phone, and the one that is held to take its place.
SELECT s.contact_phone, s.phone_confirmed_ms, c.id, c.new_phone, COALESCE(c.at_once, FALSE), c.due_ms
FROM subscriber s LEFT JOIN phone_change c ON c.subscriber_id = s.id AND c.state = 'held'
WHERE s.id = $1 AND s.closed_ms IS NULL;

-- phone_confirm :rows (subscriber_id i64, contact_phone msisdn, now tstamp)
-- Only while it is still the phone that the code went to.
UPDATE subscriber SET phone_confirmed_ms = $3
WHERE id = $1 AND contact_phone = $2 AND phone_confirmed_ms IS NULL AND closed_ms IS NULL;

-- phone_put :exec (subscriber_id i64, phone msisdn?, confirmed tstamp?)
UPDATE subscriber SET contact_phone = $2, phone_confirmed_ms = $3 WHERE id = $1;

-- phone_change_add :rows (id i64, subscriber_id i64, old_phone msisdn?, new_phone msisdn, at_once bool, cancel_hash bytes, now tstamp, due tstamp)
-- None while another is held.
INSERT INTO phone_change (id, subscriber_id, old_phone, new_phone, at_once, state, cancel_hash, asked_ms, due_ms)
VALUES ($1, $2, $3, $4, $5, 'held', $6, $7, $8)
ON CONFLICT (subscriber_id) WHERE state = 'held' DO NOTHING;

-- phone_change_by :one (cancel_hash bytes, now tstamp) -> (subscriber_id i64, new_phone msisdn, at_once bool, due tstamp)
-- Of who has the number still.
SELECT c.subscriber_id, c.new_phone, c.at_once, c.due_ms
FROM phone_change c
JOIN subscriber s ON s.id = c.subscriber_id AND s.closed_ms IS NULL
JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
WHERE c.cancel_hash = $1 AND c.state = 'held' AND c.due_ms > $2;

-- phone_change_cancel :one (subscriber_id i64, now tstamp) -> (id i64, old_phone msisdn?, new_phone msisdn, at_once bool)
UPDATE phone_change SET state = 'cancelled' WHERE subscriber_id = $1 AND state = 'held' AND due_ms > $2
RETURNING id, old_phone, new_phone, at_once;

-- phone_change_last :one (subscriber_id i64) -> (cancelled bool)
SELECT state = 'cancelled' FROM phone_change WHERE subscriber_id = $1 ORDER BY id DESC LIMIT 1;

-- phone_owner :one (subscriber_id i64) -> (number_id i64, msisdn msisdn)
SELECT n.id, n.msisdn FROM subscriber s JOIN number n ON n.id = s.number_id WHERE s.id = $1;

-- phone_settle :rows (subscriber_id i64, old_phone msisdn, new_phone msisdn)
-- Of who has the number still, and while the phone is the one that the change was asked for at.
UPDATE subscriber SET contact_phone = $3, phone_confirmed_ms = NULL
WHERE id = $1 AND contact_phone = $2 AND closed_ms IS NULL
	AND EXISTS (SELECT 1 FROM number n WHERE n.id = subscriber.number_id AND n.epoch = subscriber.epoch);

-- phone_change_due :many (now tstamp) -> (id i64, subscriber_id i64, old_phone msisdn?, new_phone msisdn, at_once bool)
SELECT id, subscriber_id, old_phone, new_phone, at_once FROM phone_change
WHERE state = 'held' AND due_ms <= $1 ORDER BY due_ms LIMIT 100;

-- phone_change_void :rows (id i64)
-- Nothing is left to be changed: whoever asked has the number no more, or has another phone by now.
UPDATE phone_change SET state = 'cancelled'
WHERE id = $1 AND state = 'held' AND NOT EXISTS (SELECT 1 FROM subscriber s
	JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
	WHERE s.id = phone_change.subscriber_id AND s.closed_ms IS NULL
		AND (phone_change.at_once OR s.contact_phone = phone_change.old_phone));

-- phone_change_done :rows (id i64)
UPDATE phone_change SET state = 'done' WHERE id = $1 AND state = 'held';
