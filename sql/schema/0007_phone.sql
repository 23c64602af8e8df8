-- Another contact phone: asked for, held for a day, then in force. See docs/threat-model.md, section 4, and
-- src/domain/phone_change.h.

-- at_once: the phone before was never confirmed, so the new one, which is, stands in its place already; but until the
-- day is over whoever recovers a password is still asked at the old one.
CREATE TABLE phone_change (
	id ${id} PRIMARY KEY,
	subscriber_id ${id} NOT NULL REFERENCES subscriber (id),
	old_phone TEXT CHECK (length(old_phone) = 10),
	new_phone TEXT NOT NULL CHECK (length(new_phone) = 10),
	at_once ${bool} NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('held', 'done', 'cancelled')),
	cancel_hash ${bytes} NOT NULL UNIQUE,
	asked_ms ${int} NOT NULL,
	due_ms ${int} NOT NULL,
	CHECK (at_once OR old_phone IS NOT NULL)
)${strict};
CREATE UNIQUE INDEX phone_change_held ON phone_change (subscriber_id) WHERE state = 'held';
CREATE INDEX phone_change_due ON phone_change (due_ms) WHERE state = 'held';

-- A change that has ended stays so.
-- {sqlite}
CREATE TRIGGER phone_change_step BEFORE UPDATE ON phone_change WHEN OLD.state <> 'held'
BEGIN SELECT RAISE(ABORT, 'this change has ended'); END;
-- {postgres}
CREATE FUNCTION phone_change_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	RAISE EXCEPTION 'this change has ended' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER phone_change_step BEFORE UPDATE ON phone_change FOR EACH ROW WHEN (OLD.state <> 'held')
EXECUTE FUNCTION phone_change_step();
-- {both}
