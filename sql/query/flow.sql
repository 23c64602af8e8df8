-- flow_find :one (browser bytes, purpose str, twin str, now tstamp, future tstamp) -> (id i64, purpose str, login msisdn, number_id i64?, epoch i64?, phone msisdn?, by_mail bool, email str?, new_phone msisdn?, state str, tries i64, digits i64, created tstamp, expires tstamp, network str?, network_win i64?)
-- What this browser is in the middle of.
SELECT id, purpose, login, number_id, epoch, phone, by_mail, email, new_phone, state, tries, digits, created_ms, expires_ms,
	network, network_win
FROM flow
WHERE browser = $1 AND purpose IN ($2, $3) AND state IN ('sent', 'proved') AND expires_ms > $4
	AND created_ms < $5
ORDER BY id DESC LIMIT 1;

-- flow_kill :exec (browser bytes, purpose str, twin str, id i64, now tstamp, future tstamp)
-- The one that was found, and what is over; not one that has begun since.
UPDATE flow SET state = 'dead', code_hash = NULL
WHERE browser = $1 AND purpose IN ($2, $3) AND state IN ('sent', 'proved')
	AND (id = $4 OR expires_ms <= $5 OR created_ms >= $6);

-- flow_add :rows (id i64, purpose str, browser bytes, login msisdn, number_id i64?, epoch i64?, new_phone msisdn?, by_mail bool, code_hash bytes, now tstamp, expires tstamp, network str?, network_win i64)
-- None when the same browser asks twice at once.
INSERT INTO flow (id, purpose, browser, login, number_id, epoch, new_phone, by_mail, state, code_hash, tries, digits,
	created_ms, expires_ms, network, network_win)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'sent', $9, 0, 0, $10, $11, $12, $13)
ON CONFLICT (browser, purpose) WHERE state IN ('sent', 'proved') DO NOTHING;

-- flow_address :exec (id i64, phone msisdn?, email str?)
-- The code goes out; without either it does not, and nothing that is typed will be right.
UPDATE flow SET phone = $2, email = $3 WHERE id = $1;

-- flow_nothing :exec (id i64)
-- The work of a message where none goes out.
UPDATE flow SET digits = digits WHERE id = -$1;

-- flow_take_try :one (id i64, now tstamp) -> (sent bool, code_hash bytes, tries i64)
-- Count a try or refuse it by giving no row.
UPDATE flow SET tries = tries + 1 WHERE id = $1 AND state = 'sent' AND tries < 3 AND expires_ms > $2
RETURNING phone IS NOT NULL OR email IS NOT NULL, code_hash, tries;

-- flow_take_digits :one (id i64, now tstamp) -> (digits i64)
-- The same for the digits of the card, once the code is proved.
UPDATE flow SET digits = digits + 1 WHERE id = $1 AND state = 'proved' AND digits < 3 AND expires_ms > $2
RETURNING digits;

-- flow_step :rows (id i64, from str, to str, now tstamp, expires tstamp)
-- A code that has been right, or is not to be tried any more, is forgotten.
UPDATE flow SET state = $3, code_hash = NULL, expires_ms = $5 WHERE id = $1 AND state = $2 AND expires_ms > $4;

-- flow_end_number :exec (number_id i64, purpose str)
UPDATE flow SET state = 'dead', code_hash = NULL
WHERE number_id = $1 AND purpose = $2 AND state IN ('sent', 'proved');

-- flow_subscribers :one () -> (n i64)
SELECT count(*) FROM subscriber WHERE registered_ms IS NOT NULL AND closed_ms IS NULL;

-- flow_bad :many (after i64) -> (id i64, tries i64)
-- Rows that break I10: more tries than there may be, or a code that is kept after its end.
SELECT id, tries FROM flow
WHERE id > $1 AND (tries > 3 OR digits > 3 OR (code_hash IS NOT NULL) <> (state = 'sent'))
ORDER BY id LIMIT 100;

-- flow_expire :rows (before tstamp, after tstamp)
DELETE FROM flow WHERE id IN (SELECT id FROM flow WHERE expires_ms < $1 OR expires_ms > $2 LIMIT 1000);
