-- limit_take :one (key str, win i64, expires tstamp, now tstamp, max i64, pause_from i64, pause_ms i64, pause_max_ms i64, waited bool) -> (n i64, open tstamp)
-- Count a try or refuse it by giving no row. The pause doubles: 1, 2, 4 … times pause_ms.
INSERT INTO attempt_limit (key, win, n, expires_ms, open_ms)
VALUES ($1, $2, 1, $3, CASE WHEN $6 > 1 THEN 0 ELSE $4 + $7 END)
ON CONFLICT (key, win) DO UPDATE SET
	n = attempt_limit.n + 1,
	open_ms = CASE
		WHEN attempt_limit.n + 1 < $6 THEN 0
		WHEN attempt_limit.n + 1 - $6 > 16 THEN $4 + $8
		WHEN ($7 << CAST(attempt_limit.n + 1 - $6 AS INTEGER)) > $8 THEN $4 + $8
		ELSE $4 + ($7 << CAST(attempt_limit.n + 1 - $6 AS INTEGER)) END
WHERE attempt_limit.n < $5 AND attempt_limit.open_ms <= $4 AND ($9 OR attempt_limit.n < $6)
RETURNING n, open_ms;

-- limit_wait :one (key str, win i64) -> (n i64, open tstamp)
SELECT n, open_ms FROM attempt_limit WHERE key = $1 AND win = $2;

-- limit_give :exec (key str, win i64, open tstamp)
-- Undo one try and the pause that it began, if it is still that one.
UPDATE attempt_limit SET n = n - 1, open_ms = CASE WHEN open_ms = $3 THEN 0 ELSE open_ms END
WHERE key = $1 AND win = $2 AND n > 0;

-- limit_reset :exec (key str, win i64)
DELETE FROM attempt_limit WHERE key = $1 AND win = $2;

-- limit_expire :rows (now tstamp)
DELETE FROM attempt_limit WHERE (key, win) IN
	(SELECT key, win FROM attempt_limit WHERE expires_ms < $1 LIMIT 1000);
