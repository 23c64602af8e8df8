-- Messages on their way out.

-- outbox_put :rows (id i64, key str, kind str, dest str, message str, lang str, args bytes, subscriber i64?, now tstamp, deadline tstamp?)
-- Nothing when the key was used before.
INSERT INTO outbox (id, key, kind, dest, message, lang, args, subscriber_id, state, reason, detail, tries,
	created_ms, due_ms, deadline_ms, worker, leased_until_ms, changed_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', 'none', '', 0, $9, $9, $10, NULL, NULL, $9)
ON CONFLICT (key) DO NOTHING;

-- outbox_by_key :one (key str) -> (id i64, kind str, dest str, message str)
SELECT id, kind, dest, message FROM outbox WHERE key = $1;
