/* The file, twice: once to learn what it is, once record by record. */
#ifndef DOMAIN_IMPORT_READER_H
#define DOMAIN_IMPORT_READER_H

#include "core/csv.h"
#include "domain/import.h"

#define IMPORT_SHA256_BYTES 32

struct import_scan {
	unsigned char sha256[IMPORT_SHA256_BYTES];
	int64_t bytes;
	bool is_utf8; /* the whole of it, as an encoding: control characters and the like are not
			 judged here */
};

/** import_scan(source, progress, arg, &ret): read all of it. Expected: E_UPSTREAM, E_LIMIT (too
 * big), E_NOMEM. */
enum err import_scan(const struct import_opts *opts, struct import_scan *ret) must_check;

struct import_reader;

/** import_reader_new(source, &ret): at the first record; the separator is seen in it, a BOM is
 * skipped. Expected: E_UPSTREAM, E_NOMEM. */
enum err import_reader_new(struct import_source *source, struct import_reader **ret) must_check;

/** import_reader_free(r): wipes what it held. */
void import_reader_free(struct import_reader *r);

/** import_reader_next(r, &ret, &ret_end): a record, or a fault of one, valid until the next call;
 * or the end. */
enum err import_reader_next(struct import_reader *r, struct csv_record *ret,
			    bool *ret_end) must_check;

/** import_reader_bytes(r): how much of the file has been taken. */
int64_t import_reader_bytes(const struct import_reader *r);

/** import_reader_saw(r, scan): after the end: what was read is what had been scanned. */
bool import_reader_saw(struct import_reader *r, const struct import_scan *scan);

#endif
