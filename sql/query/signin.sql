-- signin_path :one (msisdn msisdn) -> (number_id i64, epoch i64, reopened tstamp?, subscriber_id i64?, registered bool, contact_phone msisdn?, email str?, sim_id i64?, issued tstamp?, imported tstamp?)
-- Which way of signing in a number has now; nothing secret. The contact phone is the one to recover by: not a new one
-- within its hold; the address is confirmed.
SELECT n.id, n.epoch, n.reopened_ms, s.id, s.registered_ms IS NOT NULL, CASE WHEN c.id IS NULL THEN s.contact_phone ELSE c.old_phone END,
	CASE WHEN s.email_confirmed_ms IS NOT NULL THEN s.email END, m.id, m.issued_ms, m.imported_ms
FROM number n
LEFT JOIN subscriber s ON s.number_id = n.id AND s.epoch = n.epoch AND s.closed_ms IS NULL
LEFT JOIN phone_change c ON c.subscriber_id = s.id AND c.state = 'held' AND c.at_once
LEFT JOIN sim m ON m.number_id = n.id AND m.state = 'issued'
WHERE n.msisdn = $1
ORDER BY m.issued_ms DESC, m.id DESC LIMIT 1;

-- signin_secret :one (subscriber_id i64, sim_id i64) -> (hash str?, iccid iccid?, code bool)
-- What the password is compared with; a row without either where there is nothing to compare. code: the
-- second factor is on.
SELECT s.password_hash, m.iccid, t.on_ms IS NOT NULL
FROM (SELECT CAST($1 AS BIGINT) AS subscriber_id, CAST($2 AS BIGINT) AS sim_id) ask
LEFT JOIN subscriber s ON s.id = ask.subscriber_id
LEFT JOIN sim m ON m.id = ask.sim_id
LEFT JOIN totp t ON t.subscriber_id = ask.subscriber_id;

-- signin_step_add :exec (browser bytes, subscriber_id i64, password bytes, expires tstamp)
INSERT INTO signin_step (browser, subscriber_id, password, expires_ms) VALUES ($1, $2, $3, $4);

-- signin_step_find :one (browser bytes, now tstamp, future tstamp) -> (subscriber_id i64, password bytes, number_id i64, epoch i64, msisdn msisdn, hash str)
-- Whose password was right in this browser, and what it is by now.
SELECT s.id, w.password, n.id, n.epoch, n.msisdn, s.password_hash
FROM signin_step w
JOIN subscriber s ON s.id = w.subscriber_id AND s.closed_ms IS NULL AND s.password_hash IS NOT NULL
JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
WHERE w.browser = $1 AND w.expires_ms > $2 AND w.expires_ms < $3;

-- signin_step_end :rows (browser bytes)
DELETE FROM signin_step WHERE browser = $1;

-- signin_step_expire :rows (now tstamp)
DELETE FROM signin_step WHERE browser IN (SELECT browser FROM signin_step WHERE expires_ms < $1 LIMIT 1000);
