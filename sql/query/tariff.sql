-- Tariffs, their versions, and who has which.

-- tariff_operator_put :exec (code str, name str)
INSERT INTO operator (code, name) VALUES ($1, $2) ON CONFLICT (code) DO UPDATE SET name = excluded.name;

-- tariff_operator_find :one (code str) -> (name str)
SELECT name FROM operator WHERE code = $1;

-- tariff_find :one (operator str, code str) -> (id i64)
SELECT id FROM tariff WHERE operator = $1 AND code = $2;

-- tariff_put :exec (id i64, operator str, code str, name str)
-- The id is for a new one; the name is for both.
INSERT INTO tariff (id, operator, code, name) VALUES ($1, $2, $3, $4)
ON CONFLICT (operator, code) DO UPDATE SET name = excluded.name;

-- tariff_version_add :rows (tariff i64, from_day date, fee money, minutes i64, data_mb i64, sms i64)
INSERT INTO tariff_version (tariff_id, from_day, fee_kop, minutes, data_mb, sms) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tariff_id, from_day) DO NOTHING;

-- tariff_version_find :one (tariff i64, from_day date) -> (fee money, minutes i64, data_mb i64, sms i64)
SELECT fee_kop, minutes, data_mb, sms FROM tariff_version WHERE tariff_id = $1 AND from_day = $2;

-- tariff_connect :rows (number i64, from_day date, tariff i64)
INSERT INTO number_tariff (number_id, from_day, tariff_id) VALUES ($1, $2, $3)
ON CONFLICT (number_id, from_day) DO NOTHING;

-- tariff_connected :one (number i64, from_day date) -> (tariff i64)
SELECT tariff_id FROM number_tariff WHERE number_id = $1 AND from_day = $2;
