-- Accounts. A subscriber's keeps its balance, the count of its postings and the head of their chain.

-- account_add :exec (id i64, credit_limit money, balance money, seq i64, head bytes, recorded tstamp)
INSERT INTO account (id, kind, credit_limit_kop, balance_kop, seq, head, recorded_ms)
VALUES ($1, 'subscriber', $2, $3, $4, $5, $6);

-- account_lock {sqlite} :one (id i64) -> (balance money, seq i64, head bytes)
-- The place at the end of a chain, held until the transaction ends.
SELECT balance_kop, seq, head FROM account WHERE id = $1 AND kind IN ('subscriber', 'suspense');

-- account_lock {postgres} :one (id i64) -> (balance money, seq i64, head bytes)
SELECT balance_kop, seq, head FROM account WHERE id = $1 AND kind IN ('subscriber', 'suspense') FOR NO KEY UPDATE;

-- account_move :exec (id i64, balance money, seq i64, head bytes, recorded tstamp)
UPDATE account SET balance_kop = $2, seq = $3, head = $4, recorded_ms = $5 WHERE id = $1;

-- account_check :many (first i64, size i64) -> (id i64, balance money, seq i64, head bytes)
SELECT id, balance_kop, seq, head FROM account WHERE id >= $1 ORDER BY id LIMIT $2;

-- account_summary :one (number_id i64, now tstamp, today date)
-- -> (operator_name str, balance money, status str?, reason str?, status_at tstamp?, tariff_from date?,
--     tariff_name str?, fee i64?, minutes i64?, data_mb i64?, sms i64?)
-- Status, tariff and its version are the latest that have begun: each is found by one step down its key, as the order
-- asked for is that in which the keys are read.
SELECT o.name, a.balance_kop, s.status, s.reason, s.at_ms, nt.from_day,
	t.name, v.fee_kop, v.minutes, v.data_mb, v.sms
FROM number n
JOIN account a ON a.id = n.account_id
JOIN operator o ON o.code = n.operator
LEFT JOIN number_status s ON s.number_id = n.id AND s.at_ms <= $2
LEFT JOIN number_tariff nt ON nt.number_id = n.id AND nt.from_day <= $3
LEFT JOIN tariff t ON t.id = nt.tariff_id
LEFT JOIN tariff_version v ON v.tariff_id = nt.tariff_id AND v.from_day <= $3
WHERE n.id = $1
ORDER BY s.at_ms DESC, nt.from_day DESC, v.from_day DESC LIMIT 1;
