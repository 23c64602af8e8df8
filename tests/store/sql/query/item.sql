-- Statements of the store's own tests.

-- item_add :exec (id i64, name str, amount money)
INSERT INTO item (id, name, amount_kop) VALUES ($1, $2, $3);

-- item_add_all :exec (items bulk)
INSERT INTO item (id, name, amount_kop)
SELECT CAST(value->>0 AS BIGINT), value->>1, CAST(value->>2 AS BIGINT) FROM ${each}($1);

-- item_among :many (names bulk) -> (id i64, name str)
SELECT id, name FROM item WHERE name IN (SELECT value->>0 FROM ${each}($1)) ORDER BY id;

-- item_get :one (id i64) -> (name str, amount money)
-- One item by its key.
SELECT name, amount_kop FROM item WHERE id = $1;

-- item_amount :one (id i64) -> (amount money)
SELECT amount_kop FROM item WHERE id = $1;

-- item_list :many (above i64, limit_n i64)
--   -> (id i64, name str)
-- The parameters stand in another order than their numbers; a ';' and a '$9' in quotes are text.
SELECT id, name FROM item WHERE name <> ';$9' AND $2 > 0 AND id > $1 ORDER BY id LIMIT $2;

-- item_each :each () -> (id i64, name str)
SELECT id, name FROM item ORDER BY id;

-- item_each_above :each (above i64) -> (id i64)
SELECT id FROM item WHERE id > $1 ORDER BY id;

-- item_put :rows (id i64, amount money)
UPDATE item SET amount_kop = $2 WHERE id = $1;

-- item_take :one (id i64, amount money) -> (left_over money)
UPDATE item SET amount_kop = amount_kop - $2 WHERE id = $1 RETURNING amount_kop;

-- item_count :one () -> (n i64)
SELECT count(*) FROM item;

-- item_sum :one () -> (total money)
SELECT CAST(coalesce(sum(amount_kop), 0) AS BIGINT) FROM item;

-- item_remove_all :rows ()
DELETE FROM item;

-- item_wrong_type :one (id i64) -> (name i64)
-- Says that a text is a number: must be refused when it runs.
SELECT name FROM item WHERE id = $1;

-- item_broken :exec ()
INSERT INTO no_such_table (id) VALUES (1);

-- item_twin {sqlite} :one () -> (name str)
SELECT 'sqlite';

-- item_twin {postgres} :one () -> (name str)
SELECT 'postgres'::text;
