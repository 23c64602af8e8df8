-- Tables of the store's own tests: every type that a query can bind and read, and something to trip over.
CREATE TABLE item (
	id ${id} PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	amount_kop ${int} NOT NULL CHECK (amount_kop >= 0)
)${strict};

CREATE TABLE typed (
	id ${id} PRIMARY KEY,
	flag ${bool} NOT NULL,
	word TEXT NOT NULL,
	word_opt TEXT,
	raw ${bytes} NOT NULL,
	raw_opt ${bytes},
	number_opt ${int},
	price_kop ${int} NOT NULL,
	at_ms ${int} NOT NULL,
	at_opt_ms ${int},
	on_day ${int} NOT NULL,
	on_opt_day ${int},
	msisdn TEXT NOT NULL,
	msisdn_opt TEXT,
	iccid TEXT NOT NULL,
	iccid_opt TEXT
)${strict};

CREATE TABLE child (
	id ${id} PRIMARY KEY,
	item_id ${id} NOT NULL REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED
)${strict};
