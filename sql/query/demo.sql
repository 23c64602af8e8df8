-- Made-up subscribers for measuring: see src/domain/demo.h.

-- demo_last :one (first msisdn, last msisdn) -> (last msisdn?)
SELECT max(msisdn) FROM number WHERE msisdn BETWEEN $1 AND $2;

-- demo_contract :exec (id i64, code str, opened date)
INSERT INTO contract (id, code, kind, opened_day) VALUES ($1, $2, 'person', $3);

-- demo_number :exec (id i64, number msisdn, operator str, account i64, contract i64)
INSERT INTO number (id, msisdn, operator, account_id, contract_id, epoch) VALUES ($1, $2, $3, $4, $5, 1);

-- demo_status :exec (number i64, at tstamp, status str, reason str)
INSERT INTO number_status (number_id, at_ms, status, reason) VALUES ($1, $2, $3, $4);

-- demo_sim :exec (id i64, iccid iccid, operator str, number i64, issued tstamp)
INSERT INTO sim (id, iccid, operator, number_id, state, issued_ms, imported_ms)
VALUES ($1, $2, $3, $4, 'active', $5, $5);

-- demo_subscriber :exec (id i64, number i64, family str, given str, patronymic str, name_fold str, phone msisdn,
--     email str, mask str, city str, hash str, at tstamp)
INSERT INTO subscriber (id, number_id, epoch, family, given, patronymic, name_fold, contact_phone,
	phone_confirmed_ms, email, passport_mask, city, password_hash, password_ms, registered_ms)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $12, $8, $9, $10, $11, $12, $12);
