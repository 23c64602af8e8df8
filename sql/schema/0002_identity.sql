-- Pauses between attempts, the first sign-in opened again by the office, and the life of a SIM card.

-- No try before this instant; 0 when there is no pause.
ALTER TABLE attempt_limit ADD COLUMN open_ms ${int} NOT NULL DEFAULT 0;
CREATE INDEX attempt_limit_expires ON attempt_limit (expires_ms);

-- The first sign-in counts its days from here when that is later than issue and import.
ALTER TABLE number ADD COLUMN reopened_ms ${int};

CREATE INDEX session_subscriber ON session (subscriber_id);
CREATE INDEX session_used ON session (used_ms);

-- The steps that a SIM card may take; the same table stands in src/domain/sim.c.
-- {sqlite}
CREATE TRIGGER sim_step BEFORE UPDATE OF state ON sim
WHEN NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES
	('stock', 'issued'), ('issued', 'registered'), ('registered', 'ordered'), ('ordered', 'registered'),
	('ordered', 'active'), ('issued', 'retired'), ('registered', 'retired'), ('ordered', 'retired'),
	('active', 'retired'))
BEGIN SELECT RAISE(ABORT, 'a SIM card cannot take this step'); END;
-- {postgres}
CREATE FUNCTION sim_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
		('stock', 'issued'), ('issued', 'registered'), ('registered', 'ordered'), ('ordered', 'registered'),
		('ordered', 'active'), ('issued', 'retired'), ('registered', 'retired'), ('ordered', 'retired'),
		('active', 'retired')) THEN
		RAISE EXCEPTION 'a SIM card cannot take this step' USING ERRCODE = 'check_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER sim_step BEFORE UPDATE OF state ON sim FOR EACH ROW EXECUTE FUNCTION sim_step();
-- {both}
