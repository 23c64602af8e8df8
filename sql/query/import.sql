-- Imports: the run and its staged rows, then what the five kinds look up and add.

-- import_done :one (kind str, sha256 bytes) -> (ended tstamp)
-- When this very file was brought in before.
SELECT ended_ms FROM import_run WHERE kind = $1 AND sha256 = $2 AND state = 'done';

-- import_open :one (id i64, kind str, sha256 bytes, file str, holder i64, until tstamp, now tstamp)
-- -> (id i64, state str, sha256 bytes, file str)
-- Begin an import, or take over the one of this kind whose holder is gone. No row: it has a holder.
INSERT INTO import_run
	(id, kind, state, sha256, file, holder, leased_until_ms, begun_ms, ended_ms, n_rows, n_fresh, n_known)
VALUES ($1, $2, 'staging', $3, $4, $5, $6, $7, NULL, 0, 0, 0)
ON CONFLICT (kind) WHERE state <> 'done' DO UPDATE
SET holder = excluded.holder, leased_until_ms = excluded.leased_until_ms
WHERE import_run.leased_until_ms < $7 OR import_run.holder = excluded.holder
RETURNING id, state, sha256, file;

-- import_renew :rows (id i64, holder i64, until tstamp)
UPDATE import_run SET leased_until_ms = $3 WHERE id = $1 AND holder = $2 AND state <> 'done';

-- import_checked :rows (id i64, holder i64, n_rows i64)
UPDATE import_run SET state = 'applying', n_rows = $3 WHERE id = $1 AND holder = $2 AND state <> 'done';

-- import_count :exec (id i64, fresh i64, known i64)
UPDATE import_run SET n_fresh = n_fresh + $2, n_known = n_known + $3 WHERE id = $1;

-- import_counts :one (id i64) -> (n_rows i64, n_fresh i64, n_known i64)
SELECT n_rows, n_fresh, n_known FROM import_run WHERE id = $1;

-- import_finish :exec (id i64, now tstamp)
UPDATE import_run SET state = 'done', ended_ms = $2 WHERE id = $1 AND state = 'applying';

-- import_drop :exec (id i64)
DELETE FROM import_run WHERE id = $1 AND state = 'staging';

-- import_release :exec (id i64, holder i64)
UPDATE import_run SET leased_until_ms = 0 WHERE id = $1 AND holder = $2 AND state <> 'done';

-- import_key_claim :one (run i64, key str, line i64) -> (line i64)
-- The line on which the key stood first.
INSERT INTO import_key (run_id, key, line) VALUES ($1, $2, $3)
ON CONFLICT (run_id, key) DO UPDATE SET line = import_key.line
RETURNING line;

-- import_key_drop :rows (run i64, size i64)
-- The first ones, by a bound: joined with themselves they could be compared each with each, where the database believes them few.
DELETE FROM import_key WHERE run_id = $1
AND key <= (SELECT max(key) FROM (SELECT key FROM import_key WHERE run_id = $1 ORDER BY key LIMIT $2) AS f);

-- import_row_add :rows (run i64, line i64, cells bytes)
INSERT INTO import_row (run_id, line, cells) VALUES ($1, $2, $3) ON CONFLICT (run_id, line) DO NOTHING;

-- import_row_at :one (run i64, line i64) -> (cells bytes)
SELECT cells FROM import_row WHERE run_id = $1 AND line = $2;

-- import_row_next :many (run i64, size i64) -> (line i64, cells bytes)
SELECT line, cells FROM import_row WHERE run_id = $1 ORDER BY line LIMIT $2;

-- import_row_left :one (run i64) -> (n i64)
SELECT count(*) FROM import_row WHERE run_id = $1;

-- import_row_drop :exec (run i64, last i64)
DELETE FROM import_row WHERE run_id = $1 AND line <= $2;

-- import_row_drop_some :rows (run i64, size i64)
DELETE FROM import_row WHERE run_id = $1
AND line <= (SELECT max(line) FROM (SELECT line FROM import_row WHERE run_id = $1 ORDER BY line LIMIT $2) AS f);

-- import_row_by_key :many (run i64, after str, before str, size i64) -> (key str, cells bytes)
-- Staged rows in the order of their keys.
SELECT k.key, r.cells FROM import_key k JOIN import_row r ON r.run_id = k.run_id AND r.line = k.line
WHERE k.run_id = $1 AND k.key > $2 AND k.key < $3 ORDER BY k.key LIMIT $4;

-- import_operator :one (code str) -> (name str)
SELECT name FROM operator WHERE code = $1;

-- import_operator_add :rows (code str, name str)
INSERT INTO operator (code, name) VALUES ($1, $2) ON CONFLICT (code) DO NOTHING;

-- import_tariff :one (operator str, code str) -> (id i64, name str)
SELECT id, name FROM tariff WHERE operator = $1 AND code = $2;

-- import_tariff_add :rows (id i64, operator str, code str, name str)
INSERT INTO tariff (id, operator, code, name) VALUES ($1, $2, $3, $4) ON CONFLICT (operator, code) DO NOTHING;

-- import_tariff_rename :exec (id i64, name str)
UPDATE tariff SET name = $2 WHERE id = $1;

-- import_version :one (tariff i64, from_day date) -> (fee money, minutes i64, data_mb i64, sms i64)
SELECT fee_kop, minutes, data_mb, sms FROM tariff_version WHERE tariff_id = $1 AND from_day = $2;

-- import_version_add :rows (tariff i64, from_day date, fee money, minutes i64, data_mb i64, sms i64)
INSERT INTO tariff_version (tariff_id, from_day, fee_kop, minutes, data_mb, sms)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tariff_id, from_day) DO NOTHING;

-- import_number :one (msisdn str)
-- -> (id i64, operator str, epoch i64, contract str?, account i64)
SELECT n.id, n.operator, n.epoch, c.code, n.account_id
FROM number n LEFT JOIN contract c ON c.id = n.contract_id
WHERE n.msisdn = $1;

-- import_number_add :rows (id i64, msisdn str, operator str, account i64)
INSERT INTO number (id, msisdn, operator, account_id, contract_id, epoch) VALUES ($1, $2, $3, $4, NULL, 1)
ON CONFLICT (msisdn) DO NOTHING;

-- import_account_drop :exec (id i64)
-- One that was opened for a number which another import has just made.
DELETE FROM account WHERE id = $1 AND seq = 0;

-- import_number_contract :exec (id i64, contract i64)
UPDATE number SET contract_id = $2 WHERE id = $1;

-- import_number_tariff_add :rows (number i64, from_day date, tariff i64)
INSERT INTO number_tariff (number_id, from_day, tariff_id) VALUES ($1, $2, $3)
ON CONFLICT (number_id, from_day) DO NOTHING;

-- import_number_tariffs :one (number i64) -> (n i64)
SELECT count(*) FROM number_tariff WHERE number_id = $1;

-- import_status_add :rows (number i64, at tstamp, status str, reason str)
INSERT INTO number_status (number_id, at_ms, status, reason) VALUES ($1, $2, $3, $4)
ON CONFLICT (number_id, at_ms) DO NOTHING;

-- import_sim :one (iccid str) -> (id i64, operator str, msisdn str, state str)
SELECT s.id, s.operator, n.msisdn, s.state FROM sim s JOIN number n ON n.id = s.number_id WHERE s.iccid = $1;

-- import_sim_active :one (msisdn str) -> (iccid str)
SELECT s.iccid FROM sim s JOIN number n ON n.id = s.number_id WHERE n.msisdn = $1 AND s.state = 'active';

-- import_sim_add :rows (id i64, iccid str, imsi str?, operator str, number i64, state str, issued tstamp?, imported tstamp)
INSERT INTO sim (id, iccid, imsi, operator, number_id, state, issued_ms, imported_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (iccid) DO NOTHING;

-- import_contract :one (code str) -> (id i64, company str?, inn str?)
SELECT id, company, inn FROM contract WHERE code = $1;

-- import_contract_add :rows (id i64, code str, kind str, company str?, inn str?, opened date)
INSERT INTO contract (id, code, kind, company, inn, opened_day, closed_day)
VALUES ($1, $2, $3, $4, $5, $6, NULL) ON CONFLICT (code) DO NOTHING;

-- import_subscriber :one (number i64, epoch i64) -> (id i64)
SELECT id FROM subscriber WHERE number_id = $1 AND epoch = $2;

-- import_subscriber_add :rows (id i64, number i64, epoch i64, family str, given str, patronymic str, name_fold str,
--     phone str?, confirmed tstamp?, email str, passport bytes?, mask str, birth bytes?, address bytes?, city str,
--     imported tstamp, registered tstamp?)
-- Registered without a password when there is a phone to recover one with.
INSERT INTO subscriber (id, number_id, epoch, family, given, patronymic, name_fold, contact_phone,
	phone_confirmed_ms, email, passport_sealed, passport_mask, birth_sealed, address_sealed, city,
	password_hash, password_ms, imported_ms, registered_ms, closed_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, NULL, NULL, $16, $17, NULL)
ON CONFLICT (number_id, epoch) DO NOTHING;

-- import_numbers :one () -> (n i64)
-- Whether the store holds any number yet: 0 or 1.
SELECT count(*) FROM (SELECT id FROM number LIMIT 1) AS any_number;

-- import_demo_mark :exec (now tstamp)
INSERT INTO demonstration (id, since_ms) VALUES (1, $1) ON CONFLICT (id) DO NOTHING;

-- import_demo_since :one () -> (since tstamp)
SELECT since_ms FROM demonstration WHERE id = 1;

-- import_demo_new :one () -> (msisdn msisdn, iccid iccid)
-- The SIM card issued last on whose number nobody is registered.
SELECT n.msisdn, m.iccid FROM sim m JOIN number n ON n.id = m.number_id
WHERE m.state = 'issued' AND NOT EXISTS (SELECT 1 FROM subscriber s
	WHERE s.number_id = n.id AND s.epoch = n.epoch AND s.registered_ms IS NOT NULL)
ORDER BY m.issued_ms DESC, n.msisdn LIMIT 1;

-- import_demo_debt :one (now tstamp) -> (subscriber i64, msisdn msisdn)
SELECT s.id, n.msisdn
FROM subscriber s JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
JOIN account a ON a.id = n.account_id
WHERE s.registered_ms IS NOT NULL AND s.closed_ms IS NULL AND a.balance_kop < 0
AND 'debt' = (SELECT t.reason FROM number_status t
	WHERE t.number_id = n.id AND t.at_ms <= $1 ORDER BY t.at_ms DESC LIMIT 1)
ORDER BY a.balance_kop, n.msisdn LIMIT 1;

-- import_demo_overpaid :one (now tstamp) -> (subscriber i64, msisdn msisdn)
SELECT s.id, n.msisdn
FROM subscriber s JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
JOIN account a ON a.id = n.account_id
WHERE s.registered_ms IS NOT NULL AND s.closed_ms IS NULL AND a.balance_kop > 0
AND 'active' = (SELECT t.status FROM number_status t
	WHERE t.number_id = n.id AND t.at_ms <= $1 ORDER BY t.at_ms DESC LIMIT 1)
ORDER BY a.balance_kop DESC, n.msisdn LIMIT 1;

-- import_demo_password :exec (id i64, hash str, now tstamp)
UPDATE subscriber SET password_hash = $2, password_ms = $3 WHERE id = $1;

-- import_demo_sign_out :exec (subscriber i64)
DELETE FROM session WHERE subscriber_id = $1;
