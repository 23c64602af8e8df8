-- The store's own table: which migrations of sql/schema/ have been applied, and with what text. It is made
-- before the first of them, so it is here and not there. Only src/store/migrate.c uses these.

-- migration_table {sqlite} :one () -> (n i64)
-- 1 when the table is there, 0 before the first migration.
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration';

-- migration_table {postgres} :one () -> (n i64)
SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migration';

-- migration_create :exec ()
CREATE TABLE migration (
	number ${int} PRIMARY KEY,
	name TEXT NOT NULL,
	checksum TEXT NOT NULL,
	applied_at_ms ${int} NOT NULL
)${strict};

-- migration_list :many () -> (number i64, checksum str)
SELECT number, checksum FROM migration ORDER BY number;

-- migration_add :exec (number i64, name str, checksum str, at tstamp)
INSERT INTO migration (number, name, checksum, applied_at_ms) VALUES ($1, $2, $3, $4);
