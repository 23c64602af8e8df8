-- The legs of movements. They are added and read, never changed. What is asked in the order of time says
-- account_id > 4 for the index posting_time, which leaves the system accounts out.

-- posting_add :exec (account i64, seq i64, entry i64, at tstamp, amount money, balance money, hash bytes)
INSERT INTO posting (account_id, seq, entry_id, at_ms, amount_kop, balance_kop, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- posting_of_entry :many (entry i64) -> (account i64, amount money)
SELECT account_id, amount_kop FROM posting WHERE entry_id = $1 ORDER BY account_id;

-- posting_latest :many (account i64)
-- -> (entry i64, kind str, at tstamp, amount money, title str, detail str, note str, source str)
-- The last three in the order of time, the newest first.
SELECT e.id, e.kind, p.at_ms, p.amount_kop, e.title, e.detail, e.note, e.source
FROM posting p JOIN entry e ON e.id = p.entry_id
WHERE p.account_id = $1 AND p.account_id > 4
ORDER BY p.at_ms DESC, p.seq DESC LIMIT 3;

-- posting_sum_before :one (account i64, before tstamp) -> (sum money)
SELECT CAST(coalesce(sum(amount_kop), 0) AS BIGINT) FROM posting
WHERE account_id = $1 AND account_id > 4 AND at_ms < $2;

-- posting_history :many (account i64, first tstamp, before tstamp, texts tstamp)
-- -> (entry i64, at tstamp, amount money, kind str?, title str?, detail str?, note str?, source str?)
-- In the order of time; what is older than texts comes without its texts.
SELECT p.entry_id, p.at_ms, p.amount_kop, e.kind, e.title, e.detail, e.note, e.source
FROM posting p LEFT JOIN entry e ON e.id = p.entry_id AND p.at_ms >= $4
WHERE p.account_id = $1 AND p.account_id > 4 AND p.at_ms >= $2 AND p.at_ms < $3
ORDER BY p.at_ms, p.seq;

-- posting_check :each (account i64, seq i64, last i64, size i64)
-- -> (account i64, seq i64, entry i64, at i64, amount money, balance money, hash bytes,
--     key str?, kind str?, entry_at i64?, recorded i64?, title str?, detail str?, note str?, source str?,
--     leg_account i64, leg_seq i64, leg_amount money)
-- The next so many postings after (account, seq), to the account last; each once for every leg of its entry.
SELECT p.account_id, p.seq, p.entry_id, p.at_ms, p.amount_kop, p.balance_kop, p.hash,
	e.key, e.kind, e.at_ms, e.recorded_ms, e.title, e.detail, e.note, e.source,
	l.account_id, l.seq, l.amount_kop
FROM (SELECT account_id, seq, entry_id, at_ms, amount_kop, balance_kop, hash FROM posting
	WHERE (account_id, seq) > ($1, $2) AND account_id <= $3 ORDER BY account_id, seq LIMIT $4) p
LEFT JOIN entry e ON e.id = p.entry_id
JOIN posting l ON l.entry_id = p.entry_id
ORDER BY p.account_id, p.seq, l.account_id, l.seq;
