-- The e-mail address: confirmed by a link, another in its place after a day, codes by letter. See src/domain/email.h.

-- Only what is confirmed carries codes and notices.
ALTER TABLE subscriber ADD COLUMN email_confirmed_ms ${int};

-- A link on its way to an address (asked, until it expires), and an address that is proved but not in force yet (held,
-- until it is). cancel_hash: of the link that stops it, which the contacts so far were told.
CREATE TABLE email_change (
	id ${id} PRIMARY KEY,
	subscriber_id ${id} NOT NULL REFERENCES subscriber (id),
	address TEXT NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
	state TEXT NOT NULL CHECK (state IN ('asked', 'held', 'done', 'cancelled')),
	link_hash ${bytes} NOT NULL UNIQUE,
	cancel_hash ${bytes} UNIQUE,
	asked_ms ${int} NOT NULL,
	until_ms ${int} NOT NULL,
	CHECK (state <> 'held' OR cancel_hash IS NOT NULL)
)${strict};
CREATE UNIQUE INDEX email_change_live ON email_change (subscriber_id) WHERE state IN ('asked', 'held');
CREATE INDEX email_change_until ON email_change (until_ms);

-- The steps of a change; what has ended stays so.
-- {sqlite}
CREATE TRIGGER email_change_step BEFORE UPDATE ON email_change
WHEN NEW.address <> OLD.address OR NEW.link_hash <> OLD.link_hash OR (OLD.state, NEW.state) NOT IN (VALUES
	('asked', 'held'), ('asked', 'done'), ('asked', 'cancelled'), ('held', 'done'), ('held', 'cancelled'))
BEGIN SELECT RAISE(ABORT, 'a change of address cannot take this step'); END;
-- {postgres}
CREATE FUNCTION email_change_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF NEW.address <> OLD.address OR NEW.link_hash <> OLD.link_hash OR (OLD.state, NEW.state) NOT IN (
		('asked', 'held'), ('asked', 'done'), ('asked', 'cancelled'), ('held', 'done'), ('held', 'cancelled')) THEN
		RAISE EXCEPTION 'a change of address cannot take this step' USING ERRCODE = 'check_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER email_change_step BEFORE UPDATE ON email_change FOR EACH ROW EXECUTE FUNCTION email_change_step();
-- {both}

-- A code goes by SMS to flow.phone, or by letter to flow.email.
ALTER TABLE flow ADD COLUMN by_mail ${bool} NOT NULL DEFAULT FALSE;
ALTER TABLE flow ADD COLUMN email TEXT CHECK (email IS NULL OR (by_mail AND phone IS NULL));
