-- The business of docs/glossary.md in tables. One text for SQLite and PostgreSQL: see docs/architecture.md, "SQL".
-- Times are UTC milliseconds (_ms), days are days since 1970-01-01 (_day), money is kopecks (_kop).

CREATE TABLE node (
	id ${int} PRIMARY KEY,
	token ${int} NOT NULL,
	leased_until_ms ${int} NOT NULL
)${strict};

CREATE TABLE operator (
	code TEXT PRIMARY KEY,
	name TEXT NOT NULL
)${clustered};

CREATE TABLE tariff (
	id ${id} PRIMARY KEY,
	operator TEXT NOT NULL REFERENCES operator (code),
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	UNIQUE (operator, code)
)${strict};

-- What a tariff costs and includes from a day on. -1 in an included volume means unlimited.
CREATE TABLE tariff_version (
	tariff_id ${id} NOT NULL REFERENCES tariff (id),
	from_day ${int} NOT NULL,
	fee_kop ${int} NOT NULL CHECK (fee_kop >= 0),
	minutes ${int} NOT NULL CHECK (minutes >= -1),
	data_mb ${int} NOT NULL CHECK (data_mb >= -1),
	sms ${int} NOT NULL CHECK (sms >= -1),
	PRIMARY KEY (tariff_id, from_day)
)${clustered};

CREATE TABLE contract (
	id ${id} PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL CHECK (kind IN ('person', 'company')),
	company TEXT,
	inn TEXT,
	opened_day ${int} NOT NULL,
	closed_day ${int},
	CHECK ((kind = 'company') = (company IS NOT NULL))
)${strict};

CREATE TABLE account (
	id ${id} PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('subscriber', 'clearing', 'revenue', 'suspense', 'opening')),
	credit_limit_kop ${int} NOT NULL,
	balance_kop ${int} NOT NULL,
	seq ${int} NOT NULL,
	head ${bytes} NOT NULL
)${strict};
-- The system accounts: what comes in, what is earned, what nobody can be found for, what was owed before us.
INSERT INTO account (id, kind, credit_limit_kop, balance_kop, seq, head) VALUES
	(1, 'clearing', 0, 0, 0, CAST('' AS ${bytes})),
	(2, 'revenue', 0, 0, 0, CAST('' AS ${bytes})),
	(3, 'suspense', 0, 0, 0, CAST('' AS ${bytes})),
	(4, 'opening', 0, 0, 0, CAST('' AS ${bytes}));

-- A number outlives its owners: each owner is an epoch.
CREATE TABLE number (
	id ${id} PRIMARY KEY,
	msisdn TEXT NOT NULL UNIQUE CHECK (length(msisdn) = 10),
	operator TEXT NOT NULL REFERENCES operator (code),
	account_id ${id} NOT NULL UNIQUE REFERENCES account (id),
	contract_id ${id} REFERENCES contract (id),
	epoch ${int} NOT NULL CHECK (epoch >= 1)
)${strict};

CREATE TABLE number_tariff (
	number_id ${id} NOT NULL REFERENCES number (id),
	from_day ${int} NOT NULL,
	tariff_id ${id} NOT NULL REFERENCES tariff (id),
	PRIMARY KEY (number_id, from_day)
)${clustered};

-- No row: never active yet. The reason is of a closed list: its text is the program's.
CREATE TABLE number_status (
	number_id ${id} NOT NULL REFERENCES number (id),
	at_ms ${int} NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('active', 'blocked')),
	reason TEXT NOT NULL CHECK (reason IN ('none', 'debt', 'request', 'lost', 'fraud', 'contract')),
	PRIMARY KEY (number_id, at_ms)
)${clustered};

CREATE TABLE sim (
	id ${id} PRIMARY KEY,
	iccid TEXT NOT NULL UNIQUE CHECK (length(iccid) BETWEEN 18 AND 20),
	imsi TEXT,
	operator TEXT NOT NULL REFERENCES operator (code),
	number_id ${id} NOT NULL REFERENCES number (id),
	state TEXT NOT NULL CHECK (state IN ('stock', 'issued', 'registered', 'ordered', 'active', 'retired')),
	issued_ms ${int},
	imported_ms ${int} NOT NULL,
	CHECK (state = 'stock' OR issued_ms IS NOT NULL)
)${strict};
CREATE INDEX sim_number ON sim (number_id);
CREATE UNIQUE INDEX sim_one_active ON sim (number_id) WHERE state = 'active';

-- Who is registered on a number, for one epoch. Sealed fields open only in the vault (docs/threat-model.md).
CREATE TABLE subscriber (
	id ${id} PRIMARY KEY,
	number_id ${id} NOT NULL REFERENCES number (id),
	epoch ${int} NOT NULL,
	family TEXT NOT NULL,
	given TEXT NOT NULL,
	closed_ms ${int},
	patronymic TEXT NOT NULL,
	name_fold TEXT NOT NULL,
	contact_phone TEXT CHECK (length(contact_phone) = 10),
	phone_confirmed_ms ${int},
	email TEXT NOT NULL,
	passport_sealed ${bytes},
	passport_mask TEXT NOT NULL,
	birth_sealed ${bytes},
	address_sealed ${bytes},
	city TEXT NOT NULL,
	password_hash TEXT,
	password_ms ${int},
	imported_ms ${int},
	registered_ms ${int},
	UNIQUE (number_id, epoch),
	CHECK (password_hash IS NULL OR registered_ms IS NOT NULL)
)${strict};

CREATE TABLE consent (
	subscriber_id ${id} NOT NULL REFERENCES subscriber (id),
	kind TEXT NOT NULL CHECK (kind IN ('personal_data')),
	version TEXT NOT NULL,
	given_ms ${int} NOT NULL,
	withdrawn_ms ${int},
	PRIMARY KEY (subscriber_id, kind, given_ms)
)${clustered};

-- token_hash is SHA-256 of the 256-bit token in the cookie. A session of kind 'first' opens the registration only.
CREATE TABLE session (
	token_hash ${bytes} PRIMARY KEY,
	id ${id} NOT NULL UNIQUE,
	kind TEXT NOT NULL CHECK (kind IN ('first', 'full')),
	number_id ${id} NOT NULL REFERENCES number (id),
	epoch ${int} NOT NULL,
	subscriber_id ${id} REFERENCES subscriber (id),
	created_ms ${int} NOT NULL,
	used_ms ${int} NOT NULL,
	device TEXT NOT NULL,
	CHECK ((kind = 'full') = (subscriber_id IS NOT NULL))
)${clustered};
CREATE INDEX session_number ON session (number_id);

-- One row per limit and window: consumed before the secret is compared (docs/threat-model.md, rule 1).
CREATE TABLE attempt_limit (
	key TEXT NOT NULL,
	win ${int} NOT NULL,
	n ${int} NOT NULL,
	expires_ms ${int} NOT NULL,
	PRIMARY KEY (key, win)
)${clustered};

-- One movement of money. key makes it happen once: 'charge:<source>:<id>', 'payment:<provider>:<id>', 'opening:<msisdn>'.
CREATE TABLE entry (
	id ${id} PRIMARY KEY,
	key TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL CHECK (kind IN ('opening', 'fee', 'charge', 'payment', 'refund', 'correction')),
	at_ms ${int} NOT NULL,
	recorded_ms ${int} NOT NULL
)${strict};

-- The legs of an entry; they sum to zero. A subscriber's account and suspense number their postings 1, 2, 3 … and
-- chain them by hash; the other system accounts have no running balance: the seq is the entry's id, hash and texts are
-- empty (the chained leg of the same entry covers it). What people see of a movement stands here, in the order of
-- time, so that a page reads one run of rows: kind and time are copies of the entry's.
CREATE TABLE posting (
	account_id ${id} NOT NULL REFERENCES account (id),
	at_ms ${int} NOT NULL,
	seq ${int} NOT NULL,
	entry_id ${id} NOT NULL REFERENCES entry (id),
	kind TEXT NOT NULL,
	amount_kop ${int} NOT NULL CHECK (amount_kop <> 0),
	balance_kop ${int} NOT NULL,
	title TEXT NOT NULL,
	detail TEXT NOT NULL,
	note TEXT NOT NULL,
	source TEXT NOT NULL,
	hash ${bytes} NOT NULL,
	PRIMARY KEY (account_id, at_ms, seq)
)${clustered};
CREATE UNIQUE INDEX posting_seq ON posting (account_id, seq);
CREATE INDEX posting_entry ON posting (entry_id);

CREATE TABLE audit (
	id ${id} PRIMARY KEY,
	at_ms ${int} NOT NULL,
	who TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	reason TEXT NOT NULL
)${strict};

-- Entries and postings are never changed or deleted.
-- {sqlite}
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'posting is append-only'); END;
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'posting is append-only'); END;
-- {postgres}
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION append_only();
-- {both}
