-- Where the audit ended when that was told outside this machine (src/domain/audit_anchor.h).
CREATE TABLE audit_anchor (
	day ${int} NOT NULL,
	seq ${id} NOT NULL,
	mac ${bytes} NOT NULL,
	made_ms ${int} NOT NULL,
	PRIMARY KEY (day, seq)
)${clustered};
-- {sqlite}
CREATE TRIGGER audit_anchor_no_update BEFORE UPDATE ON audit_anchor BEGIN SELECT RAISE(ABORT, 'audit_anchor is append-only'); END;
CREATE TRIGGER audit_anchor_no_delete BEFORE DELETE ON audit_anchor BEGIN SELECT RAISE(ABORT, 'audit_anchor is append-only'); END;
-- {postgres}
CREATE TRIGGER audit_anchor_append_only BEFORE UPDATE OR DELETE ON audit_anchor FOR EACH ROW EXECUTE FUNCTION append_only();
-- {both}
