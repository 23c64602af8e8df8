-- audit_add :exec (id i64, at tstamp, who str, action str, subject str, reason str)
INSERT INTO audit (id, at_ms, who, action, subject, reason) VALUES ($1, $2, $3, $4, $5, $6);
