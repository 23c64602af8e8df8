-- What vouches for the books each night: days that are closed, and the signed root over the accounts' chains as they
-- stood then. See src/domain/DESIGN-ledger.md, "Roots".

-- Once a day stands here, no entry is recorded before its end: what belongs to it can be told from the entries for good.
CREATE TABLE ledger_day (
	day ${int} PRIMARY KEY,
	until_ms ${int} NOT NULL,
	closed_ms ${int} NOT NULL
)${strict};

-- previous is the hash of the root before it, empty for the first.
CREATE TABLE ledger_root (
	day ${int} PRIMARY KEY REFERENCES ledger_day (day),
	signed_ms ${int} NOT NULL,
	accounts ${int} NOT NULL,
	top ${bytes} NOT NULL,
	previous ${bytes} NOT NULL,
	hash ${bytes} NOT NULL,
	signature ${bytes} NOT NULL
)${strict};

-- When the last posting was recorded, so that the night's root need not look at the postings of those who rest.
-- The largest number: not known, look.
ALTER TABLE account ADD COLUMN recorded_ms ${int} NOT NULL DEFAULT 9223372036854775807;

-- {sqlite}
CREATE TRIGGER ledger_day_no_update BEFORE UPDATE ON ledger_day BEGIN SELECT RAISE(ABORT, 'ledger_day is append-only'); END;
CREATE TRIGGER ledger_day_no_delete BEFORE DELETE ON ledger_day BEGIN SELECT RAISE(ABORT, 'ledger_day is append-only'); END;
CREATE TRIGGER ledger_root_no_update BEFORE UPDATE ON ledger_root BEGIN SELECT RAISE(ABORT, 'ledger_root is append-only'); END;
CREATE TRIGGER ledger_root_no_delete BEFORE DELETE ON ledger_root BEGIN SELECT RAISE(ABORT, 'ledger_root is append-only'); END;
-- {postgres}
CREATE TRIGGER ledger_day_append_only BEFORE UPDATE OR DELETE ON ledger_day FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_root_append_only BEFORE UPDATE OR DELETE ON ledger_root FOR EACH ROW EXECUTE FUNCTION append_only();
-- {both}
