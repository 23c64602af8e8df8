-- Where the audit ended on which day. Added and read, never changed.

-- audit_anchor_last :one () -> (day date, seq i64)
SELECT day, seq FROM audit_anchor ORDER BY day DESC, seq DESC LIMIT 1;

-- audit_anchor_add :rows (day date, seq i64, mac bytes, made tstamp)
-- Nothing is added (and 0 counted) when another process was faster.
INSERT INTO audit_anchor (day, seq, mac, made_ms) VALUES ($1, $2, $3, $4) ON CONFLICT (day, seq) DO NOTHING;

-- audit_anchor_lost :many () -> (day i64, seq i64)
-- Those that the audit does not lead through any more.
SELECT n.day, n.seq FROM audit_anchor n LEFT JOIN audit a ON a.seq = n.seq
WHERE a.mac IS NULL OR a.mac <> n.mac
ORDER BY n.day, n.seq LIMIT 100;
