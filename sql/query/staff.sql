-- staff_add :rows (id i64, login str, name str, role str, now tstamp)
-- Nothing where the login is taken. Numbers go on from the last: none is given twice.
INSERT INTO staff (id, number, login, name, role, totp_step, created_ms)
SELECT $1, coalesce((SELECT max(number) FROM staff), 0) + 1, $2, $3, $4, 0, $5
WHERE NOT EXISTS (SELECT 1 FROM staff WHERE login = $2);

-- staff_get :one (id i64) -> (id i64, number i64, login str, name str, role str, enrolled tstamp?, disabled tstamp?)
SELECT id, number, login, name, role, enrolled_ms, disabled_ms FROM staff WHERE id = $1;

-- staff_of_login :one (login str) -> (id i64)
SELECT id FROM staff WHERE login = $1;

-- staff_list :many () -> (id i64, number i64, login str, name str, role str, created tstamp, enrolled tstamp?, disabled tstamp?, invited tstamp?, used tstamp?)
-- The administrators first, and last who works here no more.
SELECT s.id, s.number, s.login, s.name, s.role, s.created_ms, s.enrolled_ms, s.disabled_ms, e.expires_ms,
	(SELECT max(w.used_ms) FROM staff_session w WHERE w.staff_id = s.id)
FROM staff s LEFT JOIN staff_enrolment e ON e.staff_id = s.id
ORDER BY s.disabled_ms IS NOT NULL, s.role <> 'administrator', s.number;

-- staff_disable :rows (id i64, now tstamp)
-- Not the last administrator who can sign in: then nobody could let anybody in.
UPDATE staff SET disabled_ms = $2 WHERE id = $1 AND disabled_ms IS NULL
	AND (role <> 'administrator' OR enrolled_ms IS NULL OR EXISTS (SELECT 1 FROM staff o
		WHERE o.id <> $1 AND o.role = 'administrator' AND o.enrolled_ms IS NOT NULL AND o.disabled_ms IS NULL));

-- staff_enable :rows (id i64)
UPDATE staff SET disabled_ms = NULL WHERE id = $1 AND disabled_ms IS NOT NULL;

-- staff_invite :rows (id i64, token_hash bytes, expires tstamp)
INSERT INTO staff_enrolment (staff_id, token_hash, expires_ms)
SELECT s.id, $2, $3 FROM staff s WHERE s.id = $1 AND s.disabled_ms IS NULL
ON CONFLICT (staff_id) DO UPDATE SET token_hash = excluded.token_hash, expires_ms = excluded.expires_ms;

-- staff_invitation :one (token_hash bytes, now tstamp) -> (id i64, number i64, login str, name str, role str)
SELECT s.id, s.number, s.login, s.name, s.role
FROM staff_enrolment e JOIN staff s ON s.id = e.staff_id AND s.disabled_ms IS NULL
WHERE e.token_hash = $1 AND e.expires_ms > $2;

-- staff_invitation_use :rows (token_hash bytes, now tstamp)
DELETE FROM staff_enrolment WHERE token_hash = $1 AND expires_ms > $2;

-- staff_invitation_end :exec (id i64)
DELETE FROM staff_enrolment WHERE staff_id = $1;

-- staff_enrol :rows (id i64, password_hash str, totp_sealed bytes, totp_step i64, now tstamp)
UPDATE staff SET password_hash = $2, totp_sealed = $3, totp_step = $4, enrolled_ms = $5
WHERE id = $1 AND disabled_ms IS NULL;

-- staff_secret :one (login str) -> (id i64, number i64, name str, hash str)
-- Of who can sign in.
SELECT id, number, name, password_hash FROM staff
WHERE login = $1 AND password_hash IS NOT NULL AND disabled_ms IS NULL;

-- staff_step_add :exec (browser bytes, staff_id i64, password bytes, expires tstamp)
INSERT INTO staff_step (browser, staff_id, password, expires_ms) VALUES ($1, $2, $3, $4);

-- staff_step_find :one (browser bytes, now tstamp, future tstamp) -> (id i64, number i64, login str, name str, password bytes, hash str, totp_sealed bytes)
SELECT s.id, s.number, s.login, s.name, w.password, s.password_hash, s.totp_sealed
FROM staff_step w JOIN staff s ON s.id = w.staff_id AND s.disabled_ms IS NULL AND s.password_hash IS NOT NULL
WHERE w.browser = $1 AND w.expires_ms > $2 AND w.expires_ms < $3;

-- staff_step_end :rows (browser bytes)
DELETE FROM staff_step WHERE browser = $1;

-- staff_use_code :rows (id i64, totp_sealed bytes, step i64)
-- The code of a step counts once, and ends those before it.
UPDATE staff SET totp_step = $3 WHERE id = $1 AND totp_sealed = $2 AND disabled_ms IS NULL AND totp_step < $3;

-- staff_session_open :exec (token_hash bytes, id i64, staff_id i64, now tstamp, device str)
INSERT INTO staff_session (token_hash, id, staff_id, created_ms, used_ms, device) VALUES ($1, $2, $3, $4, $4, $5);

-- staff_session_find :one (token_hash bytes, used_after tstamp, created_after tstamp, future tstamp) -> (session_id i64, used tstamp, id i64, number i64, login str, name str, role str)
SELECT w.id, w.used_ms, s.id, s.number, s.login, s.name, s.role
FROM staff_session w JOIN staff s ON s.id = w.staff_id AND s.disabled_ms IS NULL
WHERE w.token_hash = $1 AND w.used_ms > $2 AND w.created_ms > $3 AND w.used_ms < $4;

-- staff_session_used :exec (token_hash bytes, now tstamp)
UPDATE staff_session SET used_ms = $2 WHERE token_hash = $1 AND used_ms < $2;

-- staff_session_end :exec (id i64)
DELETE FROM staff_session WHERE id = $1;

-- staff_session_end_all :exec (staff_id i64)
DELETE FROM staff_session WHERE staff_id = $1;

-- staff_session_expire :rows (used_before tstamp, created_before tstamp, future tstamp)
DELETE FROM staff_session WHERE token_hash IN
	(SELECT token_hash FROM staff_session WHERE used_ms < $1 OR created_ms < $2 OR used_ms >= $3 LIMIT 1000);

-- staff_step_expire :exec (now tstamp)
DELETE FROM staff_step WHERE expires_ms < $1;

-- staff_enrolment_expire :exec (now tstamp)
DELETE FROM staff_enrolment WHERE expires_ms < $1;
