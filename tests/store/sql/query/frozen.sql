-- frozen_melt :rows (body bytes)
UPDATE frozen SET body = $1 WHERE id = 1;

-- frozen_add :exec (id i64, body bytes)
INSERT INTO frozen (id, body) VALUES ($1, $2);

-- frozen_count :one () -> (n i64)
SELECT count(*) FROM frozen;
