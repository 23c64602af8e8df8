/* One byte after the other through five states. The bytes of a record's fields lie behind each
 * other in one buffer; fields are kept as offsets until the record is whole. */
#include "core/csv.h"

#include "core/secret.h"

#include <stdlib.h>

enum state {
	FIELD_START,
	PLAIN,
	QUOTED,
	QUOTE_SEEN, /* inside quotes, behind a quote: the end, or the first half of a doubled one */
	SKIP,       /* behind a fault: to the end of the line */
};

struct csv {
	char sep;
	enum state state;
	bool after_cr;    /* an LF now belongs to the CR before it */
	bool record_open; /* a byte of the record has been seen */
	int64_t line;     /* of the next byte */
	int64_t record_line;
	enum csv_fault fault;
	size_t fault_field;
	size_t n_fields;
	size_t n_bytes;
	size_t field_start;
	size_t field_ends[CSV_FIELDS_MAX];
	struct str fields[CSV_FIELDS_MAX];
	char bytes[CSV_RECORD_BYTES_MAX];
};

struct csv *csv_new(char sep)
{
	struct csv *c = malloc(sizeof(*c));
	if (!c)
		return NULL;
	memset(c, 0, sizeof(*c));
	c->sep = sep;
	c->line = 1;
	return c;
}

void csv_free(struct csv *c)
{
	if (!c)
		return;
	secret_wipe(c, sizeof(*c));
	free(c);
}

static void fail(struct csv *c, enum csv_fault fault)
{
	c->fault = fault;
	c->fault_field = c->n_fields;
	c->state = SKIP;
}

static void put(struct csv *c, const char *p, size_t n)
{
	if (n > CSV_FIELD_BYTES_MAX - (c->n_bytes - c->field_start)) {
		fail(c, CSV_FAULT_FIELD_LONG);
	} else if (n > CSV_RECORD_BYTES_MAX - c->n_bytes) {
		fail(c, CSV_FAULT_RECORD_LONG);
	} else {
		memcpy(c->bytes + c->n_bytes, p, n);
		c->n_bytes += n;
	}
}

static void end_field(struct csv *c)
{
	if (c->n_fields == CSV_FIELDS_MAX) {
		fail(c, CSV_FAULT_FIELDS_MANY);
		return;
	}
	c->field_ends[c->n_fields++] = c->n_bytes;
	c->field_start = c->n_bytes;
	c->state = FIELD_START;
}

static enum csv_step give_record(struct csv *c, struct csv_record *ret)
{
	size_t start = 0;
	for (size_t i = 0; i < c->n_fields; i++) {
		size_t end = c->field_ends[i];
		c->fields[i] = (struct str){ .p = c->bytes + start, .n = end - start };
		start = end;
	}
	*ret = (struct csv_record){ .line = c->record_line, .fields = c->fields, .n = c->n_fields };
	return CSV_RECORD;
}

/* The record is over; the fields stay where they are until the next byte begins another. */
static enum csv_step end_record(struct csv *c, struct csv_record *ret)
{
	enum csv_step step = CSV_MORE;
	if (c->state != SKIP && c->record_open)
		end_field(c);
	if (c->fault) {
		*ret = (struct csv_record){
			.line = c->record_line,
			.fault = c->fault,
			.fault_field = c->fault_field,
		};
		step = CSV_FAULT;
	} else if (c->record_open) {
		step = give_record(c, ret);
	}
	c->state = FIELD_START;
	c->fault = CSV_FAULT_NONE;
	c->record_open = false;
	c->n_fields = c->n_bytes = c->field_start = 0;
	return step;
}

static bool is_ordinary(const struct csv *c, char ch)
{
	return ch != c->sep && ch != '"' && ch != '\n' && ch != '\r' && ch != '\0';
}

/* Bytes that mean nothing in the state in which they stand go in as one run. */
static bool take_run(struct csv *c, struct str *in)
{
	size_t n = 0;
	if (c->state == QUOTED)
		while (n < in->n && in->p[n] != '"' && in->p[n] != '\n' && in->p[n] != '\0')
			n++;
	else if (c->state == PLAIN || c->state == FIELD_START)
		while (n < in->n && is_ordinary(c, in->p[n]))
			n++;
	else if (c->state == SKIP)
		while (n < in->n && in->p[n] != '\n' && in->p[n] != '\r')
			n++;
	if (n == 0)
		return false;
	if (c->state == FIELD_START)
		c->state = PLAIN;
	if (c->state != SKIP)
		put(c, in->p, n);
	*in = str_sub(*in, n, in->n);
	return true;
}

static void take_quote(struct csv *c)
{
	switch (c->state) {
	case FIELD_START:
		c->state = QUOTED;
		break;
	case PLAIN:
		fail(c, CSV_FAULT_QUOTE);
		break;
	case QUOTED:
		c->state = QUOTE_SEEN;
		break;
	case QUOTE_SEEN:
		c->state = QUOTED;
		put(c, "\"", 1);
		break;
	case SKIP:
		break;
	}
}

/* A byte that is neither part of a run nor a line end. */
static void take_byte(struct csv *c, char ch)
{
	if (ch == '\0')
		fail(c, CSV_FAULT_NUL);
	else if (ch == '"')
		take_quote(c);
	else if (ch == c->sep && c->state != QUOTED)
		end_field(c);
	else if (c->state == QUOTE_SEEN)
		fail(c, CSV_FAULT_AFTER_QUOTE);
	else
		put(c, &ch, 1);
}

static void begin_record(struct csv *c)
{
	c->record_open = true;
	c->record_line = c->line;
}

enum csv_step csv_next(struct csv *c, struct str *in, struct csv_record *ret)
{
	while (in->n) {
		char ch = *in->p;
		bool line_end = ch == '\n' || ch == '\r';
		if (!line_end && !c->record_open)
			begin_record(c);
		if (take_run(c, in)) {
			c->after_cr = false;
			continue;
		}
		*in = str_sub(*in, 1, in->n);
		bool second_half = ch == '\n' && c->after_cr;
		c->after_cr = ch == '\r';
		if (line_end && !second_half)
			c->line++;
		if (!line_end || c->state == QUOTED) {
			take_byte(c, ch);
		} else if (!second_half) {
			enum csv_step step = end_record(c, ret);
			if (step != CSV_MORE)
				return step;
		}
	}
	return CSV_MORE;
}

enum csv_step csv_end(struct csv *c, struct csv_record *ret)
{
	if (c->state == QUOTED)
		fail(c, CSV_FAULT_UNCLOSED);
	return end_record(c, ret);
}

char csv_separator(struct str head)
{
	size_t commas = 0;
	size_t semicolons = 0;
	bool quoted = false;
	bool begun = false; /* lines without a byte are skipped here as they are in csv_next() */
	for (size_t i = 0; i < head.n; i++) {
		char ch = head.p[i];
		bool line_end = ch == '\n' || ch == '\r';
		if (!quoted && line_end && begun)
			break;
		begun |= !line_end;
		quoted ^= ch == '"';
		commas += !quoted && ch == ',';
		semicolons += !quoted && ch == ';';
	}
	return commas > semicolons ? ',' : ';';
}
