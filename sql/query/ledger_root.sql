-- The days that are closed and the roots signed over them. They are added and read, never changed.

-- ledger_root_close :rows (day date, until tstamp, closed tstamp)
-- Nothing is added (and 0 counted) when the day is closed already.
INSERT INTO ledger_day (day, until_ms, closed_ms) VALUES ($1, $2, $3) ON CONFLICT (day) DO NOTHING;

-- ledger_root_closed :one () -> (day date, until tstamp)
-- The last day that is closed.
SELECT day, until_ms FROM ledger_day ORDER BY day DESC LIMIT 1;

-- ledger_root_due :one () -> (day date, until tstamp, closed tstamp)
-- The first day that is closed and has no root yet.
SELECT day, until_ms, closed_ms FROM ledger_day
WHERE day > coalesce((SELECT max(day) FROM ledger_root), -1000000)
ORDER BY day LIMIT 1;

-- ledger_root_last :one () -> (day date, accounts i64, hash bytes)
SELECT day, accounts, hash FROM ledger_root ORDER BY day DESC LIMIT 1;

-- ledger_root_accounts :each () -> (id i64, seq i64, recorded tstamp, head bytes)
-- The ends of all chains.
SELECT id, seq, recorded_ms, head FROM account WHERE seq > 0 AND (id > 4 OR id = 3) ORDER BY id;

-- ledger_root_leaf :one (account i64, until tstamp) -> (seq i64, hash bytes)
-- Where the chain of the account ended at that instant.
SELECT p.seq, p.hash FROM posting p JOIN entry e ON e.id = p.entry_id
WHERE p.account_id = $1 AND e.recorded_ms < $2
ORDER BY p.seq DESC LIMIT 1;

-- ledger_root_add :rows (day date, made tstamp, accounts i64, top bytes, previous bytes, hash bytes, signature bytes)
-- Nothing is added (and 0 counted) when the day has a root already.
INSERT INTO ledger_root (day, signed_ms, accounts, top, previous, hash, signature)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (day) DO NOTHING;

-- ledger_root_all :many ()
-- -> (day i64, until tstamp?, made tstamp, accounts i64, top bytes, previous bytes, hash bytes, signature bytes)
SELECT r.day, d.until_ms, r.signed_ms, r.accounts, r.top, r.previous, r.hash, r.signature
FROM ledger_root r LEFT JOIN ledger_day d ON d.day = r.day
ORDER BY r.day;
