-- session_find :one (token_hash bytes, used_after tstamp, created_after tstamp, future tstamp) -> (id i64, first bool, number_id i64, epoch i64, subscriber_id i64?, account_id i64, msisdn msisdn, given str?, family str?, confirmed tstamp?, used tstamp, reauth tstamp?, factor bool)
SELECT s.id, s.kind = 'first', s.number_id, s.epoch, s.subscriber_id, n.account_id, n.msisdn, p.given, p.family, p.phone_confirmed_ms,
	s.used_ms, s.reauth_ms, t.on_ms IS NOT NULL
FROM session s
JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
LEFT JOIN subscriber p ON p.id = s.subscriber_id
LEFT JOIN totp t ON t.subscriber_id = s.subscriber_id
WHERE s.token_hash = $1 AND s.used_ms > $2 AND s.created_ms > $3 AND s.used_ms < $4 AND p.closed_ms IS NULL;

-- session_used :exec (token_hash bytes, now tstamp)
UPDATE session SET used_ms = $2 WHERE token_hash = $1 AND used_ms < $2;

-- session_reauth :rows (id i64, now tstamp)
UPDATE session SET reauth_ms = $2 WHERE id = $1 AND kind = 'full';

-- session_not_fresh :exec (id i64)
UPDATE session SET reauth_ms = NULL WHERE id = $1;

-- session_open_full :rows (token_hash bytes, id i64, subscriber_id i64, password_hash str, now tstamp, device str, reauth tstamp?)
-- Only while the password that was compared is still the one in force.
INSERT INTO session (token_hash, id, kind, number_id, epoch, subscriber_id, created_ms, used_ms, device, reauth_ms)
SELECT $1, $2, 'full', p.number_id, p.epoch, p.id, $5, $5, $6, $7
FROM subscriber p JOIN number n ON n.id = p.number_id AND n.epoch = p.epoch
WHERE p.id = $3 AND p.password_hash = $4 AND p.closed_ms IS NULL;

-- session_open_first :rows (token_hash bytes, id i64, number_id i64, epoch i64, sim_id i64, now tstamp, device str)
-- Only while nobody is registered and the SIM card that was compared is still an issued one.
INSERT INTO session (token_hash, id, kind, number_id, epoch, subscriber_id, created_ms, used_ms, device)
SELECT $1, $2, 'first', n.id, n.epoch, NULL, $6, $6, $7
FROM number n JOIN sim m ON m.number_id = n.id
WHERE n.id = $3 AND n.epoch = $4 AND m.id = $5 AND m.state = 'issued'
	AND NOT EXISTS (SELECT 1 FROM subscriber p
		WHERE p.number_id = n.id AND p.epoch = n.epoch AND p.registered_ms IS NOT NULL);

-- session_list :many (subscriber_id i64, used_after tstamp, created_after tstamp, future tstamp) -> (id i64, created tstamp, used tstamp, device str)
SELECT id, created_ms, used_ms, device FROM session
WHERE subscriber_id = $1 AND used_ms > $2 AND created_ms > $3 AND used_ms < $4
ORDER BY used_ms DESC, id DESC LIMIT 50;

-- session_device :one (id i64) -> (device str)
SELECT device FROM session WHERE id = $1;

-- session_end :exec (id i64)
DELETE FROM session WHERE id = $1;

-- session_end_one :rows (id i64, subscriber_id i64)
DELETE FROM session WHERE id = $1 AND subscriber_id = $2;

-- session_end_others :rows (id i64, subscriber_id i64)
DELETE FROM session WHERE subscriber_id = $2 AND id <> $1;

-- session_end_number :exec (number_id i64)
DELETE FROM session WHERE number_id = $1;

-- session_expire :rows (used_before tstamp, created_before tstamp, future tstamp)
DELETE FROM session WHERE token_hash IN
	(SELECT token_hash FROM session WHERE used_ms < $1 OR created_ms < $2 OR used_ms >= $3 LIMIT 1000);
