-- What taking and settling messages costs: the same, however many wait, and little for each.

-- Late ones are looked for each time messages are taken.
DROP INDEX outbox_deadline;
CREATE INDEX outbox_deadline ON outbox (kind, deadline_ms) WHERE state = 'queued' AND deadline_ms IS NOT NULL;

-- Counting those that wait looks at each; how old the oldest is can be seen on the way.
DROP INDEX outbox_oldest;

-- The workers have few messages at a time, and outbox_leased holds no others.
DROP INDEX outbox_worker;

-- The same steps as before, as a condition: a list of rows would be made anew for each message.
-- {sqlite}
DROP TRIGGER outbox_step;
CREATE TRIGGER outbox_step BEFORE UPDATE OF state ON outbox
WHEN NEW.state <> OLD.state AND NOT (
	(OLD.state = 'queued' AND (NEW.state = 'sending' OR NEW.state = 'failed'))
	OR (OLD.state = 'sending' AND NEW.state <> 'delivered')
	OR (OLD.state = 'sent' AND (NEW.state = 'delivered' OR NEW.state = 'failed')))
BEGIN SELECT RAISE(ABORT, 'a message cannot take this step'); END;
-- {postgres}
DROP TRIGGER outbox_step ON outbox;
CREATE TRIGGER outbox_step BEFORE UPDATE OF state ON outbox FOR EACH ROW
WHEN (NEW.state <> OLD.state AND NOT (
	(OLD.state = 'queued' AND (NEW.state = 'sending' OR NEW.state = 'failed'))
	OR (OLD.state = 'sending' AND NEW.state <> 'delivered')
	OR (OLD.state = 'sent' AND (NEW.state = 'delivered' OR NEW.state = 'failed'))))
EXECUTE FUNCTION outbox_step();
-- {both}
