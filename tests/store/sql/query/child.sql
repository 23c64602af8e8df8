-- child_add :exec (id i64, item i64)
INSERT INTO child (id, item_id) VALUES ($1, $2);
