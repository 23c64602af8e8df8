-- email_find :one (subscriber_id i64, now tstamp) -> (email str, confirmed tstamp?, number_id i64, msisdn msisdn, contact_phone msisdn?, phone_confirmed tstamp?, change_id i64?, address str?, held bool, asked tstamp?, until tstamp?)
-- The address, and what is to become of it.
SELECT s.email, s.email_confirmed_ms, n.id, n.msisdn, s.contact_phone, s.phone_confirmed_ms,
	c.id, c.address, COALESCE(c.state = 'held', FALSE), c.asked_ms, c.until_ms
FROM subscriber s JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
LEFT JOIN email_change c ON c.subscriber_id = s.id AND c.state IN ('asked', 'held') AND c.until_ms > $2
WHERE s.id = $1 AND s.closed_ms IS NULL;

-- email_put :exec (subscriber_id i64, email str, confirmed tstamp?)
UPDATE subscriber SET email = $2, email_confirmed_ms = $3 WHERE id = $1 AND closed_ms IS NULL;

-- email_drop_asked :exec (subscriber_id i64)
-- A new link ends the one before.
UPDATE email_change SET state = 'cancelled' WHERE subscriber_id = $1 AND state = 'asked';

-- email_ask :rows (id i64, subscriber_id i64, address str, link_hash bytes, now tstamp, until tstamp)
-- None while another is held.
INSERT INTO email_change (id, subscriber_id, address, state, link_hash, asked_ms, until_ms)
VALUES ($1, $2, $3, 'asked', $4, $5, $6)
ON CONFLICT (subscriber_id) WHERE state IN ('asked', 'held') DO NOTHING;

-- email_by_link :one (link_hash bytes, now tstamp) -> (id i64, subscriber_id i64, address str, own bool)
-- own: it is the address of the subscriber, which is to be confirmed.
SELECT c.id, c.subscriber_id, c.address, c.address = s.email
FROM email_change c JOIN subscriber s ON s.id = c.subscriber_id AND s.closed_ms IS NULL
JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
WHERE c.link_hash = $1 AND c.state = 'asked' AND c.until_ms > $2;

-- email_by_cancel :one (cancel_hash bytes, now tstamp) -> (subscriber_id i64, address str, until tstamp)
SELECT subscriber_id, address, until_ms FROM email_change WHERE cancel_hash = $1 AND state = 'held' AND until_ms > $2;

-- email_hold :rows (id i64, cancel_hash bytes, until tstamp)
UPDATE email_change SET state = 'held', cancel_hash = $2, until_ms = $3 WHERE id = $1 AND state = 'asked';

-- email_step :rows (id i64, from str, to str)
UPDATE email_change SET state = $3 WHERE id = $1 AND state = $2;

-- email_due :many (now tstamp) -> (id i64, subscriber_id i64, address str)
SELECT id, subscriber_id, address FROM email_change
WHERE state = 'held' AND until_ms <= $1 ORDER BY until_ms LIMIT 100;

-- email_expire :rows (before tstamp)
-- Addresses that have ended one way or another are nobody's business.
DELETE FROM email_change WHERE id IN (SELECT id FROM email_change
	WHERE state <> 'held' AND until_ms < $1 LIMIT 1000);
