-- What the office finds subscribers by. See src/domain/find.h.

-- Numbers and cards from their end: turned round, so that an end is a range of the index. Of a card its last 18 digits,
-- as it has at least so many.
-- {sqlite}
ALTER TABLE number ADD COLUMN msisdn_end TEXT GENERATED ALWAYS AS (
	substr(msisdn, 10, 1) || substr(msisdn, 9, 1) || substr(msisdn, 8, 1) || substr(msisdn, 7, 1) || substr(msisdn, 6, 1) ||
	substr(msisdn, 5, 1) || substr(msisdn, 4, 1) || substr(msisdn, 3, 1) || substr(msisdn, 2, 1) || substr(msisdn, 1, 1)
) VIRTUAL;
ALTER TABLE sim ADD COLUMN iccid_end TEXT GENERATED ALWAYS AS (
	substr(iccid, -1, 1) || substr(iccid, -2, 1) || substr(iccid, -3, 1) || substr(iccid, -4, 1) || substr(iccid, -5, 1) ||
	substr(iccid, -6, 1) || substr(iccid, -7, 1) || substr(iccid, -8, 1) || substr(iccid, -9, 1) || substr(iccid, -10, 1) ||
	substr(iccid, -11, 1) || substr(iccid, -12, 1) || substr(iccid, -13, 1) || substr(iccid, -14, 1) ||
	substr(iccid, -15, 1) || substr(iccid, -16, 1) || substr(iccid, -17, 1) || substr(iccid, -18, 1)
) VIRTUAL;
-- {postgres}
ALTER TABLE number ADD COLUMN msisdn_end TEXT GENERATED ALWAYS AS (reverse(msisdn)) STORED;
ALTER TABLE sim ADD COLUMN iccid_end TEXT GENERATED ALWAYS AS (left(reverse(iccid), 18)) STORED;
-- {both}
CREATE INDEX number_end ON number (msisdn_end);
CREATE INDEX sim_end ON sim (iccid_end);
CREATE INDEX number_contract ON number (contract_id);

-- A name once for each of its words, which stands first then, the others after it in a circle: so any word is the beginning
-- of a range, and whether the others fit is seen in the same row. And the e-mail. All folded (utf8_fold()), «-» as a space.
CREATE TABLE find_word (
	word TEXT NOT NULL,
	subscriber_id ${id} NOT NULL REFERENCES subscriber (id),
	PRIMARY KEY (word, subscriber_id)
)${clustered};

-- {sqlite}
WITH RECURSIVE turn (id, word, more) AS (
	SELECT id, replace(name_fold, '-', ' '), length(name_fold) - length(replace(replace(name_fold, '-', ' '), ' ', ''))
	FROM subscriber WHERE name_fold <> ''
	UNION ALL
	SELECT id, substr(word, instr(word, ' ') + 1) || ' ' || substr(word, 1, instr(word, ' ') - 1), more - 1
	FROM turn WHERE more > 0
)
INSERT INTO find_word (word, subscriber_id) SELECT DISTINCT word, id FROM turn;
-- {postgres}
WITH RECURSIVE turn (id, word, more) AS (
	SELECT id, replace(name_fold, '-', ' '), length(name_fold) - length(replace(replace(name_fold, '-', ' '), ' ', ''))
	FROM subscriber WHERE name_fold <> ''
	UNION ALL
	SELECT id, substr(word, strpos(word, ' ') + 1) || ' ' || substr(word, 1, strpos(word, ' ') - 1), more - 1
	FROM turn WHERE more > 0
)
INSERT INTO find_word (word, subscriber_id) SELECT DISTINCT word, id FROM turn;
-- {both}
INSERT INTO find_word (word, subscriber_id) SELECT lower(email), id FROM subscriber WHERE email <> '';
