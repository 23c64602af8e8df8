-- The legs of movements. They are added and read, never changed.

-- posting_add :exec (account i64, at tstamp, seq i64, entry i64, kind str, amount money, balance money, title str,
--     detail str, note str, source str, hash bytes)
INSERT INTO posting (account_id, at_ms, seq, entry_id, kind, amount_kop, balance_kop, title, detail, note, source, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- posting_of_entry :many (entry i64) -> (account i64, amount money, title str, detail str, note str)
SELECT account_id, amount_kop, title, detail, note FROM posting WHERE entry_id = $1 ORDER BY account_id;

-- posting_latest :many (account i64) -> (entry i64, kind str, at tstamp, amount money, title str, detail str)
-- The last three in the order of time, the newest first.
SELECT entry_id, kind, at_ms, amount_kop, title, detail FROM posting
WHERE account_id = $1 ORDER BY at_ms DESC, seq DESC LIMIT 3;

-- posting_sum_before :one (account i64, before tstamp) -> (sum money)
SELECT CAST(coalesce(sum(amount_kop), 0) AS BIGINT) FROM posting WHERE account_id = $1 AND at_ms < $2;

-- posting_history :many (account i64, first tstamp, before tstamp)
-- -> (entry i64, at tstamp, amount money, kind str, title str, detail str, note str, source str)
-- In the order of time.
SELECT entry_id, at_ms, amount_kop, kind, title, detail, note, source FROM posting
WHERE account_id = $1 AND at_ms >= $2 AND at_ms < $3 ORDER BY at_ms, seq;

-- posting_check :each (account i64, seq i64, last i64, size i64)
-- -> (account i64, seq i64, entry i64, at i64, amount money, balance money, hash bytes,
--     kind str, title str, detail str, note str, source str,
--     key str?, entry_kind str?, entry_at i64?, recorded i64?,
--     leg_account i64, leg_seq i64, leg_amount money)
-- The next so many postings after (account, seq), to the account last; each once for every leg of its entry.
SELECT p.account_id, p.seq, p.entry_id, p.at_ms, p.amount_kop, p.balance_kop, p.hash,
	p.kind, p.title, p.detail, p.note, p.source,
	e.key, e.kind, e.at_ms, e.recorded_ms,
	l.account_id, l.seq, l.amount_kop
FROM (SELECT account_id, seq, entry_id, at_ms, amount_kop, balance_kop, hash, kind, title, detail, note, source
	FROM posting WHERE (account_id, seq) > ($1, $2) AND account_id <= $3 ORDER BY account_id, seq LIMIT $4) p
LEFT JOIN entry e ON e.id = p.entry_id
JOIN posting l ON l.entry_id = p.entry_id
ORDER BY p.account_id, p.seq, l.account_id, l.at_ms, l.seq;
