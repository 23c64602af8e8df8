-- number_status :one (number_id i64) -> (status str)
SELECT status FROM number_status WHERE number_id = $1 ORDER BY at_ms DESC LIMIT 1;

-- number_for_reopen :one (msisdn msisdn) -> (id i64, epoch i64, subscriber_id i64?, registered bool, issued bool)
SELECT n.id, n.epoch, s.id, s.registered_ms IS NOT NULL,
	EXISTS (SELECT 1 FROM sim m WHERE m.number_id = n.id AND m.state = 'issued')
FROM number n
LEFT JOIN subscriber s ON s.number_id = n.id AND s.epoch = n.epoch
WHERE n.msisdn = $1;

-- number_reopen :exec (id i64, now tstamp)
UPDATE number SET reopened_ms = $2 WHERE id = $1;
