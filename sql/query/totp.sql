-- totp_find :one (subscriber_id i64) -> (sealed bytes, made tstamp, on tstamp?, last_step i64, spare_left i64)
SELECT t.sealed, t.made_ms, t.on_ms, t.last_step,
	(SELECT count(*) FROM totp_spare s WHERE s.subscriber_id = t.subscriber_id AND s.used_ms IS NULL)
FROM totp t WHERE t.subscriber_id = $1;

-- totp_begin :rows (subscriber_id i64, sealed bytes, now tstamp)
-- A new key, in the place of one that was never confirmed.
INSERT INTO totp (subscriber_id, sealed, made_ms, on_ms, last_step) VALUES ($1, $2, $3, NULL, 0)
ON CONFLICT (subscriber_id) DO UPDATE SET sealed = excluded.sealed, made_ms = excluded.made_ms, last_step = 0
WHERE totp.on_ms IS NULL;

-- totp_turn_on :rows (subscriber_id i64, sealed bytes, step i64, now tstamp)
-- Only with the key that the code was computed from.
UPDATE totp SET on_ms = $4, last_step = $3 WHERE subscriber_id = $1 AND sealed = $2 AND on_ms IS NULL;

-- totp_turn_off :rows (subscriber_id i64)
DELETE FROM totp WHERE subscriber_id = $1 AND on_ms IS NOT NULL;

-- totp_use_step :rows (subscriber_id i64, sealed bytes, step i64)
-- The code of a step counts once, and ends those before it.
UPDATE totp SET last_step = $3 WHERE subscriber_id = $1 AND sealed = $2 AND on_ms IS NOT NULL AND last_step < $3;

-- totp_spare_add :exec (subscriber_id i64, code_hash bytes)
INSERT INTO totp_spare (subscriber_id, code_hash, used_ms) VALUES ($1, $2, NULL);

-- totp_spare_drop :exec (subscriber_id i64)
DELETE FROM totp_spare WHERE subscriber_id = $1;

-- totp_spare_there :one (subscriber_id i64, code_hash bytes) -> (n i64)
SELECT count(*) FROM totp_spare WHERE subscriber_id = $1 AND code_hash = $2 AND used_ms IS NULL;

-- totp_use_spare :rows (subscriber_id i64, code_hash bytes, now tstamp)
UPDATE totp_spare SET used_ms = $3 WHERE subscriber_id = $1 AND code_hash = $2 AND used_ms IS NULL;

-- totp_of_number :one (msisdn msisdn) -> (subscriber_id i64, number_id i64, epoch i64)
SELECT s.id, n.id, n.epoch
FROM number n
JOIN subscriber s ON s.number_id = n.id AND s.epoch = n.epoch AND s.closed_ms IS NULL
JOIN totp t ON t.subscriber_id = s.id AND t.on_ms IS NOT NULL
WHERE n.msisdn = $1;
