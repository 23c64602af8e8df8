-- consent_give :exec (subscriber_id i64, version str, given tstamp)
INSERT INTO consent (subscriber_id, kind, version, given_ms) VALUES ($1, 'personal_data', $2, $3);
