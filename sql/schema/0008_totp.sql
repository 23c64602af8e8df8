-- The second factor: a code that the subscriber's own device computes (RFC 6238), and codes on paper in its place. See
-- src/domain/totp.h.

-- sealed: the key, sealed with one made from app.key (src/domain/box.h). on_ms: none while it is being set up.
-- last_step: the step of 30 seconds whose code was right last; no code of it, or of one before it, is right again.
CREATE TABLE totp (
	subscriber_id ${id} PRIMARY KEY REFERENCES subscriber (id),
	sealed ${bytes} NOT NULL,
	made_ms ${int} NOT NULL,
	on_ms ${int},
	last_step ${int} NOT NULL
)${strict};

-- One use each. code_hash is keyed.
CREATE TABLE totp_spare (
	subscriber_id ${id} NOT NULL REFERENCES totp (subscriber_id),
	code_hash ${bytes} NOT NULL,
	used_ms ${int},
	PRIMARY KEY (subscriber_id, code_hash)
)${clustered};

-- The password was right, and the code is asked for. browser and password are keyed hashes: of the cookie, and of the
-- password's hash, which must not have changed meanwhile.
CREATE TABLE signin_step (
	browser ${bytes} PRIMARY KEY,
	subscriber_id ${id} NOT NULL REFERENCES subscriber (id),
	password ${bytes} NOT NULL,
	expires_ms ${int} NOT NULL
)${clustered};
CREATE INDEX signin_step_expires ON signin_step (expires_ms);

-- When who holds the session has proved last that it is still they; it counts for a few minutes.
ALTER TABLE session ADD COLUMN reauth_ms ${int};

-- A code used up stays so, and steps only go on.
-- {sqlite}
CREATE TRIGGER totp_step BEFORE UPDATE OF last_step ON totp WHEN NEW.sealed = OLD.sealed AND NEW.last_step < OLD.last_step
BEGIN SELECT RAISE(ABORT, 'the step of a code only goes on'); END;
CREATE TRIGGER totp_spare_once BEFORE UPDATE ON totp_spare WHEN OLD.used_ms IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'this code is used up'); END;
-- {postgres}
CREATE FUNCTION totp_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	RAISE EXCEPTION 'the step of a code only goes on' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER totp_step BEFORE UPDATE OF last_step ON totp FOR EACH ROW
WHEN (NEW.sealed = OLD.sealed AND NEW.last_step < OLD.last_step) EXECUTE FUNCTION totp_step();
CREATE FUNCTION totp_spare_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	RAISE EXCEPTION 'this code is used up' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER totp_spare_once BEFORE UPDATE ON totp_spare FOR EACH ROW
WHEN (OLD.used_ms IS NOT NULL) EXECUTE FUNCTION totp_spare_once();
-- {both}
