-- A table that refuses every change, by a trigger of either database.
CREATE TABLE frozen (
	id ${id},
	body ${bytes} NOT NULL,
	PRIMARY KEY (id)
)${clustered};

-- {sqlite}
CREATE TRIGGER frozen_no_update BEFORE UPDATE ON frozen BEGIN SELECT RAISE(ABORT, 'frozen'); END;
-- {postgres}
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'frozen'; END $$;
CREATE TRIGGER frozen_no_update BEFORE UPDATE ON frozen FOR EACH ROW EXECUTE FUNCTION refuse();
-- {both}
INSERT INTO frozen (id, body) VALUES (1, CAST('ice' AS ${bytes}));
