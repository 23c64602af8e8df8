-- Finding subscribers for the office: first which numbers, then what is shown of them. The ranges end before $2.

-- find_by_number :many (first str, before str, size i64) -> (number_id i64)
SELECT id FROM number WHERE msisdn_end >= $1 AND msisdn_end < $2 ORDER BY msisdn_end LIMIT $3;

-- find_by_card :many (first str, before str, size i64) -> (number_id i64)
SELECT number_id FROM sim WHERE iccid_end >= $1 AND iccid_end < $2 ORDER BY iccid_end LIMIT $3;

-- find_by_contract :many (first str, before str, size i64) -> (number_id i64)
SELECT n.id FROM contract c JOIN number n ON n.contract_id = c.id
WHERE c.code >= $1 AND c.code < $2 ORDER BY c.code, n.id LIMIT $3;

-- find_by_word {sqlite} :many (first str, before str, second str, third str, fourth str, size i64) -> (number_id i64)
-- The further words with the space that stands before them; a space alone for none.
SELECT s.number_id FROM find_word w
JOIN subscriber s ON s.id = w.subscriber_id AND s.closed_ms IS NULL
JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
WHERE w.word >= $1 AND w.word < $2
	AND instr(' ' || w.word, $3) > 0 AND instr(' ' || w.word, $4) > 0 AND instr(' ' || w.word, $5) > 0
ORDER BY w.word, w.subscriber_id LIMIT $6;

-- find_by_word {postgres} :many (first str, before str, second str, third str, fourth str, size i64) -> (number_id i64)
SELECT s.number_id FROM find_word w
JOIN subscriber s ON s.id = w.subscriber_id AND s.closed_ms IS NULL
JOIN number n ON n.id = s.number_id AND n.epoch = s.epoch
WHERE w.word >= $1 AND w.word < $2
	AND strpos(' ' || w.word, $3) > 0 AND strpos(' ' || w.word, $4) > 0 AND strpos(' ' || w.word, $5) > 0
ORDER BY w.word, w.subscriber_id LIMIT $6;

-- find_rows :many (ids bulk, now tstamp, today date) -> (id i64, msisdn msisdn, family str?, given str?, patronymic str?, balance money, status str?, tariff str?)
-- In the order of the ids.
SELECT n.id, n.msisdn, s.family, s.given, s.patronymic, a.balance_kop,
	(SELECT t.status FROM number_status t WHERE t.number_id = n.id AND t.at_ms <= $2 ORDER BY t.at_ms DESC LIMIT 1),
	(SELECT t.name FROM number_tariff c JOIN tariff t ON t.id = c.tariff_id
		WHERE c.number_id = n.id AND c.from_day <= $3 ORDER BY c.from_day DESC LIMIT 1)
FROM ${each}($1)
JOIN number n ON n.id = CAST(value->>0 AS BIGINT)
JOIN account a ON a.id = n.account_id
LEFT JOIN subscriber s ON s.number_id = n.id AND s.epoch = n.epoch AND s.closed_ms IS NULL
ORDER BY CAST(value->>1 AS BIGINT);

-- find_names :one (subscriber_id i64) -> (name_fold str, email str)
SELECT name_fold, email FROM subscriber WHERE id = $1;

-- find_word_add :exec (words bulk)
INSERT INTO find_word (word, subscriber_id) SELECT value->>0, CAST(value->>1 AS BIGINT) FROM ${each}($1) WHERE TRUE
ON CONFLICT (word, subscriber_id) DO NOTHING;

-- find_word_drop :exec (words bulk)
DELETE FROM find_word WHERE (word, subscriber_id) IN
	(SELECT value->>0, CAST(value->>1 AS BIGINT) FROM ${each}($1));
