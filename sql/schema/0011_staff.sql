-- Who works in the office, how they sign in, and the audit of what they did. See src/domain/staff.h and audit.h.

-- number is what others are told of a person of the staff. password and second factor come together, by an enrolment
-- link: who has neither yet cannot sign in. totp_step: as in the table totp.
CREATE TABLE staff (
	id ${id} PRIMARY KEY,
	number ${int} NOT NULL UNIQUE CHECK (number >= 1),
	login TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	role TEXT NOT NULL CHECK (role IN ('clerk', 'accountant', 'administrator', 'auditor')),
	password_hash TEXT,
	totp_sealed ${bytes},
	totp_step ${int} NOT NULL,
	created_ms ${int} NOT NULL,
	enrolled_ms ${int},
	disabled_ms ${int},
	CHECK ((password_hash IS NULL) = (totp_sealed IS NULL)),
	CHECK ((password_hash IS NULL) = (enrolled_ms IS NULL))
)${strict};

-- A link that sets password and second factor, once; a newer one takes its place. token_hash is keyed.
CREATE TABLE staff_enrolment (
	staff_id ${id} PRIMARY KEY REFERENCES staff (id),
	token_hash ${bytes} NOT NULL UNIQUE,
	expires_ms ${int} NOT NULL
)${strict};

-- The password was right, and the code is asked for: as signin_step.
CREATE TABLE staff_step (
	browser ${bytes} PRIMARY KEY,
	staff_id ${id} NOT NULL REFERENCES staff (id),
	password ${bytes} NOT NULL,
	expires_ms ${int} NOT NULL
)${clustered};
CREATE INDEX staff_step_expires ON staff_step (expires_ms);

-- token_hash is SHA-256 of the 256-bit token in the cookie, as of session.
CREATE TABLE staff_session (
	token_hash ${bytes} PRIMARY KEY,
	id ${id} NOT NULL UNIQUE,
	staff_id ${id} NOT NULL REFERENCES staff (id),
	created_ms ${int} NOT NULL,
	used_ms ${int} NOT NULL,
	device TEXT NOT NULL
)${clustered};
CREATE INDEX staff_session_staff ON staff_session (staff_id);
CREATE INDEX staff_session_used ON staff_session (used_ms);

-- What was done, and looked at, by whom and why; written before, or together with, what it tells. mac is keyed and
-- covers the row and the mac of the row before it: nothing is changed, left out or put in between unseen.
-- staff_id: none is the console. subscriber_id: whose data it was.
DROP TABLE audit;
CREATE TABLE audit (
	seq ${id} PRIMARY KEY,
	at_ms ${int} NOT NULL,
	staff_id ${id} REFERENCES staff (id),
	who TEXT NOT NULL,
	action TEXT NOT NULL,
	subscriber_id ${id} REFERENCES subscriber (id),
	subject TEXT NOT NULL,
	reason TEXT NOT NULL,
	mac ${bytes} NOT NULL
)${strict};
CREATE INDEX audit_staff ON audit (staff_id, seq);
CREATE INDEX audit_subscriber ON audit (subscriber_id, seq);
CREATE INDEX audit_at ON audit (at_ms);

-- The end of that chain. Who writes waits here for whoever writes before.
CREATE TABLE audit_head (
	id ${int} PRIMARY KEY CHECK (id = 1),
	seq ${id} NOT NULL,
	mac ${bytes} NOT NULL
)${strict};
INSERT INTO audit_head (id, seq, mac) VALUES (1, 0, CAST('' AS ${bytes}));

-- {sqlite}
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER staff_step_on BEFORE UPDATE OF totp_step ON staff
WHEN NEW.totp_sealed IS OLD.totp_sealed AND NEW.totp_step < OLD.totp_step
BEGIN SELECT RAISE(ABORT, 'the step of a code only goes on'); END;
-- {postgres}
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER staff_step_on BEFORE UPDATE OF totp_step ON staff FOR EACH ROW
WHEN (NEW.totp_sealed IS NOT DISTINCT FROM OLD.totp_sealed AND NEW.totp_step < OLD.totp_step)
EXECUTE FUNCTION totp_step();
-- {both}
