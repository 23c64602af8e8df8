-- signin_path :one (msisdn msisdn) -> (number_id i64, epoch i64, reopened tstamp?, subscriber_id i64?, registered bool, contact_phone msisdn?, sim_id i64?, issued tstamp?, imported tstamp?)
-- Which way of signing in a number has now; nothing secret. The contact phone is the one to recover by: not a new one
-- within its hold.
SELECT n.id, n.epoch, n.reopened_ms, s.id, s.registered_ms IS NOT NULL, CASE WHEN c.id IS NULL THEN s.contact_phone ELSE c.old_phone END,
	m.id, m.issued_ms, m.imported_ms
FROM number n
LEFT JOIN subscriber s ON s.number_id = n.id AND s.epoch = n.epoch AND s.closed_ms IS NULL
LEFT JOIN phone_change c ON c.subscriber_id = s.id AND c.state = 'held' AND c.at_once
LEFT JOIN sim m ON m.number_id = n.id AND m.state = 'issued'
WHERE n.msisdn = $1
ORDER BY m.issued_ms DESC, m.id DESC LIMIT 1;

-- signin_secret :one (subscriber_id i64, sim_id i64) -> (hash str?, iccid iccid?)
-- What the password is compared with; a row without either where there is nothing to compare.
SELECT s.password_hash, m.iccid
FROM (SELECT CAST($1 AS BIGINT) AS subscriber_id, CAST($2 AS BIGINT) AS sim_id) ask
LEFT JOIN subscriber s ON s.id = ask.subscriber_id
LEFT JOIN sim m ON m.id = ask.sim_id;
