-- The movements of money. They are added and read, never changed.

-- entry_add :one (id i64, key str, kind str, at tstamp, recorded tstamp) -> (recorded tstamp)
-- No row when the key was there before; a concurrent one is waited for. Nothing is recorded into a day that is closed:
-- where a clock is that far behind, the end of that day stands for it.
INSERT INTO entry (id, key, kind, at_ms, recorded_ms)
VALUES ($1, $2, $3, $4, CASE WHEN $5 >= coalesce((SELECT until_ms FROM ledger_day ORDER BY day DESC LIMIT 1), $5) THEN $5
	ELSE (SELECT until_ms FROM ledger_day ORDER BY day DESC LIMIT 1) END)
ON CONFLICT (key) DO NOTHING
RETURNING recorded_ms;

-- entry_by_key :one (key str) -> (id i64, kind str, at tstamp)
SELECT id, kind, at_ms FROM entry WHERE key = $1;

-- entry_page_end :one (after i64, size i64) -> (last i64?)
-- The last of the next so many ids: NULL when there are none.
SELECT max(id) FROM (SELECT id FROM entry WHERE id > $1 ORDER BY id LIMIT $2) AS page;

-- entry_lone :many (after i64, last i64) -> (id i64)
-- Those of the page that have no legs.
SELECT e.id FROM entry e
WHERE e.id > $1 AND e.id <= $2 AND NOT EXISTS (SELECT 1 FROM posting p WHERE p.entry_id = e.id)
ORDER BY e.id;
