-- What happened to somebody's credentials, for the page that shows it to them. See src/domain/event.h.

-- One owner's time on a number is one subscriber, so nobody sees what was before them. device: the browser and the system
-- in words, as in session; empty where nobody's browser did it. signin: of the two lists, the one of sign-ins.
CREATE TABLE event (
	subscriber_id ${id} NOT NULL REFERENCES subscriber (id),
	signin ${bool} NOT NULL,
	at_ms ${int} NOT NULL,
	id ${id} NOT NULL,
	kind TEXT NOT NULL,
	device TEXT NOT NULL,
	PRIMARY KEY (subscriber_id, signin, at_ms, id)
)${clustered};
CREATE INDEX event_at ON event (at_ms);

-- What happened stays as it was, until it is old enough to be deleted.
-- {sqlite}
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'an event stays as it was'); END;
-- {postgres}
CREATE TRIGGER event_no_update BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION append_only();
-- {both}
