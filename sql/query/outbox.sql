-- Messages on their way out.

-- outbox_put :rows (id i64, key str, kind str, dest str, message str, lang str, args bytes, subscriber i64?, now tstamp, deadline tstamp?)
-- Nothing when the key was used before.
INSERT INTO outbox (id, key, kind, dest, message, lang, args, subscriber_id, state, reason, detail, urgent, tries,
	created_ms, due_ms, deadline_ms, worker, leased_until_ms, changed_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', 'none', '', $10 IS NOT NULL, 0, $9, $9, $10, NULL, NULL, $9)
ON CONFLICT (key) DO NOTHING;

-- outbox_by_key :one (key str) -> (id i64, kind str, dest str, message str)
SELECT id, kind, dest, message FROM outbox WHERE key = $1;

-- outbox_notices :many (subscriber_id i64, size i64) -> (kind str, dest str, message str, state str, at tstamp)
-- What has a deadline was asked for: a code, or a link.
SELECT kind, dest, message, state, created_ms FROM outbox
WHERE subscriber_id = $1 AND deadline_ms IS NULL ORDER BY id DESC LIMIT $2;

-- outbox_late :rows (kind str, now tstamp, size i64)
-- What was not sent before its deadline.
UPDATE outbox SET state = 'failed', reason = 'late', args = NULL, changed_ms = $2
WHERE state = 'queued' AND id IN (SELECT id FROM outbox
	WHERE state = 'queued' AND kind = $1 AND deadline_ms <= $2 LIMIT $3);

-- outbox_claim {sqlite} :many (kind str, now tstamp, size i64, worker i64, until tstamp)
-- -> (id i64, dest str, message str, lang str, args bytes, deadline tstamp?)
-- What is due, urgent and old ones first; in any order.
UPDATE outbox SET state = 'sending', worker = $4, leased_until_ms = $5, changed_ms = $2
WHERE state = 'queued' AND id IN (SELECT id FROM outbox
	WHERE state = 'queued' AND kind = $1 AND due_ms <= $2 AND (deadline_ms IS NULL OR deadline_ms > $2)
	ORDER BY urgent DESC, due_ms, id LIMIT $3)
RETURNING id, dest, message, lang, args, deadline_ms;

-- outbox_claim {postgres} :many (kind str, now tstamp, size i64, worker i64, until tstamp)
-- -> (id i64, dest str, message str, lang str, args bytes, deadline tstamp?)
-- Chosen once: a plan that ran the choice for every row would take more than that.
WITH due AS MATERIALIZED (SELECT id FROM outbox
	WHERE state = 'queued' AND kind = $1 AND due_ms <= $2 AND (deadline_ms IS NULL OR deadline_ms > $2)
	ORDER BY urgent DESC, due_ms, id LIMIT $3 FOR UPDATE SKIP LOCKED)
UPDATE outbox SET state = 'sending', worker = $4, leased_until_ms = $5, changed_ms = $2
FROM due WHERE outbox.id = due.id
RETURNING outbox.id, dest, message, lang, args, deadline_ms;

-- outbox_sent :many (sent bulk, size i64, worker i64, now tstamp) -> (id i64)
-- Of rows of id and detail, as many as size says, those that are the worker's; in any order. What has a worker is being
-- sent; neither that nor a number of rows that PostgreSQL believes to be a hundred is to mislead it: found by id.
UPDATE outbox SET state = 'sent', args = NULL, tries = tries + 1, detail = r.detail, worker = NULL, leased_until_ms = NULL,
	changed_ms = $4
FROM (SELECT CAST(value->>0 AS BIGINT) AS id, value->>1 AS detail FROM ${each}($1) LIMIT $2) r
WHERE outbox.id = r.id AND worker = $3
RETURNING outbox.id;

-- outbox_over :rows (id i64, worker i64, state str, reason str, detail str, now tstamp)
UPDATE outbox SET state = $3, reason = $4, args = NULL, tries = tries + 1, detail = $5, worker = NULL,
	leased_until_ms = NULL, changed_ms = $6
WHERE id = $1 AND state = 'sending' AND worker = $2;

-- outbox_retry :one (id i64, worker i64, detail str, now tstamp, first_ms i64, most_ms i64, tries_max i64, jitter_ms i64) -> (again bool)
-- Later and later, 1, 2, 4 … times first_ms; or never again.
UPDATE outbox SET
	state = CASE WHEN tries + 1 < $7 THEN 'queued' ELSE 'failed' END,
	reason = CASE WHEN tries + 1 < $7 THEN 'none' ELSE 'tries' END,
	args = CASE WHEN tries + 1 < $7 THEN args END,
	due_ms = $4 + $8 + CASE WHEN tries > 16 OR ($5 << CAST(tries AS INTEGER)) > $6 THEN $6
		ELSE $5 << CAST(tries AS INTEGER) END,
	tries = tries + 1, detail = $3, worker = NULL, leased_until_ms = NULL, changed_ms = $4
WHERE id = $1 AND state = 'sending' AND worker = $2
RETURNING state = 'queued';

-- outbox_back :rows (id i64, worker i64, now tstamp)
-- It was never handed over: as before.
UPDATE outbox SET state = 'queued', worker = NULL, leased_until_ms = NULL, changed_ms = $3
WHERE id = $1 AND state = 'sending' AND worker = $2;

-- outbox_held :many (worker i64) -> (id i64)
SELECT id FROM outbox WHERE state = 'sending' AND worker = $1;

-- outbox_extend :rows (worker i64, until tstamp)
UPDATE outbox SET leased_until_ms = $2 WHERE state = 'sending' AND worker = $1;

-- outbox_lost :rows (now tstamp, size i64)
-- Nobody knows whether a worker that is gone had handed them over.
UPDATE outbox SET state = 'unknown', reason = 'lost', args = NULL, worker = NULL, leased_until_ms = NULL, changed_ms = $1
WHERE state = 'sending' AND leased_until_ms < $1
	AND id IN (SELECT id FROM outbox WHERE state = 'sending' AND leased_until_ms < $1 LIMIT $2);

-- outbox_part_add :exec (parts bulk)
-- Rows of a message's id, the part's number and the centre's name for it.
INSERT INTO outbox_part (outbox_id, part, provider_id, state)
SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, 'sent' FROM ${each}($1) WHERE true
ON CONFLICT (outbox_id, part) DO NOTHING;

-- outbox_part_settle :one (provider_id str, state str) -> (id i64)
-- The part that had this name last, unless it was settled before.
UPDATE outbox_part SET state = $2
WHERE state = 'sent' AND (outbox_id, part) = (SELECT outbox_id, part FROM outbox_part
	WHERE provider_id = $1 ORDER BY outbox_id DESC, part DESC LIMIT 1)
RETURNING outbox_id;

-- outbox_part_known :one (provider_id str, since tstamp) -> (n i64)
SELECT count(*) FROM outbox_part p JOIN outbox o ON o.id = p.outbox_id
WHERE p.provider_id = $1 AND o.changed_ms > $2;

-- outbox_parts :one (id i64) -> (open i64, failed i64)
SELECT CAST(coalesce(sum(CASE WHEN state = 'sent' THEN 1 ELSE 0 END), 0) AS BIGINT),
	CAST(coalesce(sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM outbox_part WHERE outbox_id = $1;

-- outbox_arrived :rows (id i64, now tstamp)
UPDATE outbox SET state = 'delivered', changed_ms = $2 WHERE id = $1 AND state = 'sent';

-- outbox_undelivered :rows (id i64, detail str, now tstamp)
UPDATE outbox SET state = 'failed', reason = 'undelivered', detail = $2, changed_ms = $3 WHERE id = $1 AND state = 'sent';

-- outbox_receipt_add :exec (id i64, provider_id str, state str, detail str, now tstamp)
INSERT INTO outbox_receipt (id, provider_id, state, detail, at_ms) VALUES ($1, $2, $3, $4, $5);

-- outbox_receipt_find :many (parts bulk) -> (id i64, provider_id str, state str, detail str)
-- Of parts as in outbox_part_add.
SELECT id, provider_id, state, detail FROM outbox_receipt
WHERE provider_id IN (SELECT value->>2 FROM ${each}($1)) ORDER BY id;

-- outbox_receipt_drop :exec (id i64)
DELETE FROM outbox_receipt WHERE id = $1;

-- outbox_receipt_crowd :rows (max i64)
-- All but the newest: those may be in time.
DELETE FROM outbox_receipt WHERE id IN (SELECT id FROM outbox_receipt ORDER BY at_ms DESC, id DESC LIMIT 10000 OFFSET $1);

-- outbox_gauge :one () -> (queued i64, sending i64, oldest tstamp?)
SELECT count(*), (SELECT count(*) FROM outbox WHERE state = 'sending'), min(created_ms)
FROM outbox WHERE state = 'queued';

-- outbox_bad :many (after i64) -> (id i64)
-- Rows that break I8: what the parts say and what the message says differ.
SELECT o.id FROM outbox o
WHERE o.id > $1 AND (
	(o.state IN ('queued', 'sending') AND EXISTS (SELECT 1 FROM outbox_part p WHERE p.outbox_id = o.id))
	OR (o.state = 'sent' AND EXISTS (SELECT 1 FROM outbox_part p WHERE p.outbox_id = o.id)
		AND NOT EXISTS (SELECT 1 FROM outbox_part p WHERE p.outbox_id = o.id AND p.state = 'sent'))
	OR (o.state = 'delivered' AND (NOT EXISTS (SELECT 1 FROM outbox_part p WHERE p.outbox_id = o.id)
		OR EXISTS (SELECT 1 FROM outbox_part p WHERE p.outbox_id = o.id AND p.state <> 'delivered')))
	OR (o.reason = 'undelivered'
		AND NOT EXISTS (SELECT 1 FROM outbox_part p WHERE p.outbox_id = o.id AND p.state = 'failed')))
ORDER BY o.id LIMIT 100;

-- outbox_missing :many (after i64) -> (flow i64)
-- Flows that break I8: a code that was to go out and never was written down, a new password without its notice.
SELECT f.id FROM flow f
WHERE f.id > $1 AND (
	((f.phone IS NOT NULL OR f.email IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.key = 'flow:' || f.id))
	OR (f.purpose = 'recover' AND f.state = 'used'
		AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.key = 'recovered:' || f.id)))
ORDER BY f.id LIMIT 100;

-- outbox_expire_parts :exec (before tstamp)
DELETE FROM outbox_part WHERE outbox_id IN (SELECT id FROM outbox
	WHERE state IN ('sent', 'delivered', 'failed', 'unknown') AND changed_ms < $1 ORDER BY changed_ms, id LIMIT 1000);

-- outbox_expire :rows (before tstamp)
DELETE FROM outbox WHERE id IN (SELECT id FROM outbox
	WHERE state IN ('sent', 'delivered', 'failed', 'unknown') AND changed_ms < $1 ORDER BY changed_ms, id LIMIT 1000);

-- outbox_expire_receipts :rows (before tstamp)
DELETE FROM outbox_receipt WHERE id IN (SELECT id FROM outbox_receipt WHERE at_ms < $1 LIMIT 1000);
