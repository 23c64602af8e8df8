-- One-time codes. See docs/threat-model.md, section 4, and src/domain/flow.h.

-- A code on its way through one browser. What nobody can prove (a number that we do not know, a limit used up) has a
-- row too, with a hash that no code has: whoever asked sees no difference. code_hash is keyed; it is there only while
-- the code may still be tried, so that a code that was used, or passed over, is gone.
CREATE TABLE flow (
	id ${id} PRIMARY KEY,
	purpose TEXT NOT NULL
		CHECK (purpose IN ('recover', 'confirm_phone', 'change_phone', 'first_signin', 'reauth')),
	browser ${bytes} NOT NULL,
	login TEXT NOT NULL CHECK (length(login) = 10),
	number_id ${id} REFERENCES number (id),
	epoch ${int},
	phone TEXT CHECK (length(phone) = 10),
	new_phone TEXT CHECK (length(new_phone) = 10),
	state TEXT NOT NULL CHECK (state IN ('sent', 'proved', 'used', 'dead')),
	code_hash ${bytes},
	tries ${int} NOT NULL CHECK (tries BETWEEN 0 AND 3),
	digits ${int} NOT NULL CHECK (digits BETWEEN 0 AND 3),
	created_ms ${int} NOT NULL,
	expires_ms ${int} NOT NULL,
	CHECK ((state = 'sent') = (code_hash IS NOT NULL)),
	CHECK ((number_id IS NULL) = (epoch IS NULL)),
	CHECK ((new_phone IS NOT NULL) = (purpose = 'change_phone'))
)${strict};
CREATE UNIQUE INDEX flow_live ON flow (browser, purpose) WHERE state IN ('sent', 'proved');
CREATE INDEX flow_expires ON flow (expires_ms);

-- The steps of a flow; the same table stands in src/domain/flow.c. Tries only grow.
-- {sqlite}
CREATE TRIGGER flow_step BEFORE UPDATE ON flow
WHEN NEW.tries < OLD.tries OR NEW.digits < OLD.digits OR NEW.purpose <> OLD.purpose OR NEW.browser <> OLD.browser
	OR NEW.login <> OLD.login OR (NEW.code_hash IS NOT NULL AND NEW.code_hash IS NOT OLD.code_hash)
	OR (NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES
		('sent', 'proved'), ('sent', 'used'), ('sent', 'dead'), ('proved', 'used'), ('proved', 'dead')))
BEGIN SELECT RAISE(ABORT, 'a flow cannot take this step'); END;
-- {postgres}
CREATE FUNCTION flow_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF NEW.tries < OLD.tries OR NEW.digits < OLD.digits OR NEW.purpose <> OLD.purpose OR NEW.browser <> OLD.browser
		OR NEW.login <> OLD.login OR (NEW.code_hash IS NOT NULL AND NEW.code_hash IS DISTINCT FROM OLD.code_hash)
		OR (NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
			('sent', 'proved'), ('sent', 'used'), ('sent', 'dead'), ('proved', 'used'), ('proved', 'dead'))) THEN
		RAISE EXCEPTION 'a flow cannot take this step' USING ERRCODE = 'check_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER flow_step BEFORE UPDATE ON flow FOR EACH ROW EXECUTE FUNCTION flow_step();
-- {both}

-- How many are registered: the budget of codes for who is signed in.
CREATE INDEX subscriber_registered ON subscriber (id) WHERE registered_ms IS NOT NULL AND closed_ms IS NULL;
