-- Who may use which node number in its ids, and until when.

-- node_taken :many (now tstamp) -> (id i64)
SELECT id FROM node WHERE leased_until_ms >= $1 ORDER BY id;

-- node_take :rows (id i64, token i64, until tstamp, now tstamp)
-- Nothing is changed (and 0 counted) when somebody else's lease still runs.
INSERT INTO node (id, token, leased_until_ms) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET token = excluded.token, leased_until_ms = excluded.leased_until_ms
WHERE node.leased_until_ms < $4;

-- node_extend :rows (id i64, token i64, until tstamp)
UPDATE node SET leased_until_ms = $3 WHERE id = $1 AND token = $2;
