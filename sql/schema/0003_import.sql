-- Imports of files: what is being brought in, and what has been. See src/domain/DESIGN-import.md.

-- One file. While it is not done it is also the lock of its kind: the holder renews its lease with every
-- transaction, and whoever finds the lease run out takes the import over and ends it.
CREATE TABLE import_run (
	id ${id} PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('tariffs', 'sims', 'subscribers', 'charges', 'payments')),
	state TEXT NOT NULL CHECK (state IN ('staging', 'applying', 'done')),
	sha256 ${bytes} NOT NULL,
	file TEXT NOT NULL,
	holder ${int} NOT NULL,
	leased_until_ms ${int} NOT NULL,
	begun_ms ${int} NOT NULL,
	ended_ms ${int},
	n_rows ${int} NOT NULL,
	n_fresh ${int} NOT NULL,
	n_known ${int} NOT NULL,
	CHECK ((state = 'done') = (ended_ms IS NOT NULL))
)${strict};
CREATE UNIQUE INDEX import_run_open ON import_run (kind) WHERE state <> 'done';
CREATE UNIQUE INDEX import_run_done ON import_run (kind, sha256) WHERE state = 'done';

-- Rows that have been checked and wait to be applied; each is deleted by the transaction that applies it.
CREATE TABLE import_row (
	run_id ${id} NOT NULL REFERENCES import_run (id),
	line ${int} NOT NULL,
	cells ${bytes} NOT NULL,
	PRIMARY KEY (run_id, line)
)${clustered};

-- What may stand only once in a file, and on which line it stood first.
CREATE TABLE import_key (
	run_id ${id} NOT NULL REFERENCES import_run (id),
	key TEXT NOT NULL,
	line ${int} NOT NULL,
	PRIMARY KEY (run_id, key)
)${clustered};

-- One row: this store holds invented people, and commands that open their accounts may run on it.
CREATE TABLE demonstration (
	id ${int} PRIMARY KEY CHECK (id = 1),
	since_ms ${int} NOT NULL
)${strict};
