-- typed_add :exec (id i64, flag bool, word str, word_opt str?, raw bytes, raw_opt bytes?, number_opt i64?, price money,
--   at tstamp, at_opt tstamp?, day date, day_opt date?, msisdn msisdn, msisdn_opt msisdn?, iccid iccid,
--   iccid_opt iccid?)
INSERT INTO typed (id, flag, word, word_opt, raw, raw_opt, number_opt, price_kop, at_ms, at_opt_ms, on_day, on_opt_day,
	msisdn, msisdn_opt, iccid, iccid_opt)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- typed_get :one (id i64) -> (flag bool, word str, word_opt str?, raw bytes, raw_opt bytes?, number_opt i64?,
--   price money, at tstamp, at_opt tstamp?, day date, day_opt date?, msisdn msisdn, msisdn_opt msisdn?,
--   iccid iccid, iccid_opt iccid?)
SELECT flag, word, word_opt, raw, raw_opt, number_opt, price_kop, at_ms, at_opt_ms, on_day, on_opt_day,
	msisdn, msisdn_opt, iccid, iccid_opt FROM typed WHERE id = $1;

-- typed_by_number :one (msisdn msisdn) -> (id i64)
SELECT id FROM typed WHERE msisdn = $1;
