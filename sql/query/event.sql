-- What happened to credentials.

-- event_put :exec (id i64, subscriber_id i64, signin bool, kind str, session_id i64, device str, now tstamp)
-- The device of the session, or where there is none, the one that is given.
INSERT INTO event (id, subscriber_id, signin, kind, device, at_ms)
VALUES ($1, $2, $3, $4, COALESCE((SELECT device FROM session WHERE id = $5), $6), $7);

-- event_list :many (subscriber_id i64, signin bool, size i64) -> (kind str, device str, at tstamp)
SELECT kind, device, at_ms FROM event WHERE subscriber_id = $1 AND signin = $2 ORDER BY at_ms DESC, id DESC LIMIT $3;

-- event_expire :rows (before tstamp)
DELETE FROM event WHERE (subscriber_id, signin, at_ms, id) IN
	(SELECT subscriber_id, signin, at_ms, id FROM event WHERE at_ms < $1 LIMIT 1000);
