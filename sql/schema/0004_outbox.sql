-- Messages on their way out, each written in the transaction of its cause, and what the centres say of them.

-- key makes a message once. args are sealed (src/domain/outbox_seal.c) and gone as soon as the text is needed no more.
-- A row in state sending belongs to a worker until its lease runs out. deadline_ms: after it the message is not sent;
-- what has one is urgent and goes first.
CREATE TABLE outbox (
	id ${id} PRIMARY KEY,
	key TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL CHECK (kind IN ('sms', 'mail')),
	dest TEXT NOT NULL CHECK (length(dest) BETWEEN 3 AND 254),
	message TEXT NOT NULL,
	lang TEXT NOT NULL CHECK (lang IN ('ru', 'en')),
	args ${bytes},
	subscriber_id ${id} REFERENCES subscriber (id),
	state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'unknown')),
	reason TEXT NOT NULL CHECK (reason IN ('none', 'late', 'tries', 'refused', 'undelivered', 'silent', 'lost', 'broken')),
	detail TEXT NOT NULL,
	urgent ${bool} NOT NULL,
	tries ${int} NOT NULL CHECK (tries >= 0),
	created_ms ${int} NOT NULL,
	due_ms ${int} NOT NULL,
	deadline_ms ${int},
	worker ${int},
	leased_until_ms ${int},
	changed_ms ${int} NOT NULL,
	CHECK ((state = 'sending') = (worker IS NOT NULL)),
	CHECK ((worker IS NULL) = (leased_until_ms IS NULL)),
	CHECK ((state IN ('queued', 'sending')) = (args IS NOT NULL)),
	CHECK ((state IN ('failed', 'unknown')) = (reason <> 'none'))
)${strict};
CREATE INDEX outbox_due ON outbox (kind, urgent DESC, due_ms, id) WHERE state = 'queued';
CREATE INDEX outbox_deadline ON outbox (deadline_ms) WHERE state = 'queued' AND deadline_ms IS NOT NULL;
CREATE INDEX outbox_oldest ON outbox (created_ms) WHERE state = 'queued';
CREATE INDEX outbox_worker ON outbox (worker, id) WHERE state = 'sending';
CREATE INDEX outbox_leased ON outbox (leased_until_ms) WHERE state = 'sending';
CREATE INDEX outbox_over ON outbox (changed_ms, id) WHERE state IN ('sent', 'delivered', 'failed', 'unknown');
CREATE INDEX outbox_subscriber ON outbox (subscriber_id, id);

-- The parts that a centre took, under its own names for them: those may come again after years.
CREATE TABLE outbox_part (
	outbox_id ${id} NOT NULL REFERENCES outbox (id),
	part ${int} NOT NULL,
	provider_id TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('sent', 'delivered', 'failed')),
	PRIMARY KEY (outbox_id, part)
)${clustered};
CREATE INDEX outbox_part_provider ON outbox_part (provider_id, outbox_id);

-- Receipts that came before the answer that names their part.
CREATE TABLE outbox_receipt (
	id ${id} PRIMARY KEY,
	provider_id TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('delivered', 'failed')),
	detail TEXT NOT NULL,
	at_ms ${int} NOT NULL
)${strict};
CREATE INDEX outbox_receipt_provider ON outbox_receipt (provider_id);
CREATE INDEX outbox_receipt_at ON outbox_receipt (at_ms);

-- The steps that a message may take; the same table stands in src/domain/outbox.c.
-- {sqlite}
CREATE TRIGGER outbox_begin BEFORE INSERT ON outbox WHEN NEW.state <> 'queued'
BEGIN SELECT RAISE(ABORT, 'a message begins queued'); END;
CREATE TRIGGER outbox_step BEFORE UPDATE OF state ON outbox
WHEN NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (VALUES
	('queued', 'sending'), ('queued', 'failed'),
	('sending', 'queued'), ('sending', 'sent'), ('sending', 'failed'), ('sending', 'unknown'),
	('sent', 'delivered'), ('sent', 'failed'))
BEGIN SELECT RAISE(ABORT, 'a message cannot take this step'); END;
-- {postgres}
CREATE FUNCTION outbox_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.state <> 'queued' THEN
			RAISE EXCEPTION 'a message begins queued' USING ERRCODE = 'check_violation';
		END IF;
	ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
		('queued', 'sending'), ('queued', 'failed'),
		('sending', 'queued'), ('sending', 'sent'), ('sending', 'failed'), ('sending', 'unknown'),
		('sent', 'delivered'), ('sent', 'failed')) THEN
		RAISE EXCEPTION 'a message cannot take this step' USING ERRCODE = 'check_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER outbox_begin BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION outbox_step();
CREATE TRIGGER outbox_step BEFORE UPDATE OF state ON outbox FOR EACH ROW EXECUTE FUNCTION outbox_step();

-- Wakes the workers of all processes when the transaction is committed.
CREATE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	PERFORM pg_notify('outbox', '');
	RETURN NULL;
END $$;
CREATE TRIGGER outbox_wake AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake();
-- {both}
