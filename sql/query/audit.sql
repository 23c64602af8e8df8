-- audit_next :one () -> (seq i64, mac bytes)
-- The place of the next row, and the mac of the one before it.
UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, mac;

-- audit_add :exec (seq i64, at tstamp, staff_id i64?, who str, action str, subscriber_id i64?, subject str, reason str, mac bytes)
INSERT INTO audit (seq, at_ms, staff_id, who, action, subscriber_id, subject, reason, mac)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- audit_end :exec (seq i64, mac bytes)
UPDATE audit_head SET mac = $2 WHERE id = 1 AND seq = $1;

-- audit_head :one () -> (seq i64, mac bytes)
SELECT seq, mac FROM audit_head WHERE id = 1;

-- audit_after :many (seq i64) -> (seq i64, at tstamp, staff_id i64?, who str, action str, subscriber_id i64?, subject str, reason str, mac bytes)
SELECT seq, at_ms, staff_id, who, action, subscriber_id, subject, reason, mac FROM audit WHERE seq > $1 ORDER BY seq LIMIT 500;

-- audit_list :many (before i64) -> (seq i64, at tstamp, who str, action str, subject str, reason str)
-- One more than a page: there are older ones.
SELECT seq, at_ms, who, action, subject, reason FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT 51;
