-- sim_move :rows (id i64, from str, to str, now tstamp)
UPDATE sim SET state = $3, issued_ms = COALESCE(issued_ms, $4) WHERE id = $1 AND state = $2;
