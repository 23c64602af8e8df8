/* Comma-separated values as RFC 4180 writes them, read as a stream in bounded memory. Bytes go in,
 * records come out; encoding, header and meaning are the caller's. A record that breaks the rules
 * or a maximum is reported once, with the line on which it began, and reading goes on behind the
 * end of that line. */
#ifndef CORE_CSV_H
#define CORE_CSV_H

#include "core/str.h"

#define CSV_FIELDS_MAX       64
#define CSV_FIELD_BYTES_MAX  ((size_t)16 << 10)
#define CSV_RECORD_BYTES_MAX ((size_t)64 << 10)

enum csv_fault {
	CSV_FAULT_NONE,
	CSV_FAULT_NUL,         /* a zero byte: this is no text file */
	CSV_FAULT_QUOTE,       /* a quote inside a field that does not begin with one */
	CSV_FAULT_AFTER_QUOTE, /* something between the closing quote and the separator */
	CSV_FAULT_UNCLOSED,    /* the input ends inside quotes */
	CSV_FAULT_FIELD_LONG,  /* past CSV_FIELD_BYTES_MAX: often a quote that is never closed */
	CSV_FAULT_RECORD_LONG,
	CSV_FAULT_FIELDS_MANY,
};

struct csv_record {
	int64_t line; /* on which it begins; the first is 1 */
	const struct str *fields;
	size_t n;
	enum csv_fault fault;
	size_t fault_field; /* index of the field in which the fault was met */
};

enum csv_step {
	CSV_MORE,   /* all bytes are used up */
	CSV_RECORD, /* a record; its fields are valid until the next call */
	CSV_FAULT,  /* no fields, but line, fault and fault_field */
};

struct csv;

/** csv_new(sep): a parser at the start of its input; NULL without memory. csv_free() wipes what it
 * held. */
struct csv *csv_new(char sep);
void csv_free(struct csv *c);

/**
 * csv_next(c, &in, &ret):
 * Take bytes off the front of ${in} up to the end of one record: LF, CRLF or CR outside of quotes.
 * Lines without a byte are skipped. Memory and work are bounded by ${in} and the maxima above.
 */
enum csv_step csv_next(struct csv *c, struct str *in, struct csv_record *ret);

/** csv_end(c, &ret): the last record, if the input did not end with a line end; CSV_MORE: there is
 * none. */
enum csv_step csv_end(struct csv *c, struct csv_record *ret);

/**
 * csv_separator(head):
 * Which of ';' and ',' stands more often outside of quotes in the first line of ${head} that has a
 * byte; ';' when equal, as Russian spreadsheets write.
 */
char csv_separator(struct str head);

#endif
