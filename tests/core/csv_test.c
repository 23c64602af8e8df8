/* RFC 4180 and what people's files do to it, whole and cut into pieces of every size. */
#include "core/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* What a parser made of a text: `line:field|field` or `line!fault@field`, one per line. */
static struct str told(struct str in, char sep, size_t piece, char *out, size_t max)
{
	struct csv *c = csv_new(sep);
	assert_non_null(c);
	FILE *f = fmemopen(out, max, "w");
	assert_non_null(f);
	struct csv_record r;
	bool ended = false;
	while (!ended) {
		struct str part = str_sub(in, 0, piece);
		in = str_sub(in, part.n, in.n);
		ended = part.n == 0;
		enum csv_step step;
		while ((step = ended ? csv_end(c, &r) : csv_next(c, &part, &r)) != CSV_MORE) {
			fprintf(f, "%d", (int)r.line);
			if (step == CSV_FAULT)
				fprintf(f, "!%d@%zu", (int)r.fault, r.fault_field);
			for (size_t i = 0; step == CSV_RECORD && i < r.n; i++)
				fprintf(f, "%c%.*s", i ? '|' : ':', (int)r.fields[i].n,
					r.fields[i].p);
			fputc('\n', f);
		}
	}
	csv_free(c);
	long n = ftell(f);
	assert_in_range(n, 0, max - 1);
	fclose(f);
	return (struct str){ .p = out, .n = (size_t)n };
}

static void check(struct str in, char sep, const char *want)
{
	char out[4096];
	for (size_t piece = 1; piece <= in.n + 1; piece++) {
		struct str got = told(in, sep, piece, out, sizeof(out));
		if (!str_eq(got, str_c(want)))
			fail_msg("pieces of %zu: got\n%.*swant\n%s", piece, (int)got.n, got.p,
				 want);
	}
}

static void test_csv__records(void **state)
{
	(void)state;
	check(STR(""), ';', "");
	check(STR("\n\r\n\r\r"), ';', "");
	check(STR("a;b;c"), ';', "1:a|b|c\n");
	check(STR("a;b\nc;d\n"), ';', "1:a|b\n2:c|d\n");
	check(STR("a,b\r\nc,d\r\n"), ',', "1:a|b\n2:c|d\n");
	check(STR("a;b\rc;d\r"), ';', "1:a|b\n2:c|d\n");
	check(STR("a;b\r\n\r\n\nc;d"), ';', "1:a|b\n4:c|d\n");
	check(STR(";;\n;"), ';', "1:||\n2:|\n");
	check(STR("a,b;c\n"), ';', "1:a,b|c\n");
	check(STR(" a ; b\t\n"), ';', "1: a | b\t\n");
}

static void test_csv__quotes(void **state)
{
	(void)state;
	check(STR("\"a\";\"b\"\n"), ';', "1:a|b\n");
	check(STR("\"\"\n"), ';', "1:\n");
	check(STR("\"\";\"\"\"\"\n"), ';', "1:|\"\n");
	check(STR("\"ООО \"\"Ромашка\"\"\";1\n"), ';', "1:ООО \"Ромашка\"|1\n");
	check(STR("\"a;b\";c\n"), ';', "1:a;b|c\n");
	check(STR("\"two\nlines\";x\nnext;y\n"), ';', "1:two\nlines|x\n3:next|y\n");
	check(STR("\"two\r\nlines\";x\r\nnext;y\r\n"), ';', "1:two\r\nlines|x\n3:next|y\n");
	check(STR("\"a\""), ';', "1:a\n");
}

static void test_csv__faults(void **state)
{
	(void)state;
	char want[256];
	snprintf(want, sizeof(want), "1!%d@0\n2:ok\n", CSV_FAULT_QUOTE);
	check(STR("a\"b\"\nok\n"), ';', want);
	snprintf(want, sizeof(want), "1!%d@1\n2:ok\n", CSV_FAULT_AFTER_QUOTE);
	check(STR("x;\"a\" ;b\nok\n"), ';', want);
	snprintf(want, sizeof(want), "1:x\n2!%d@1\n", CSV_FAULT_UNCLOSED);
	check(STR("x\na;\"b\nc\n"), ';', want);
	snprintf(want, sizeof(want), "1!%d@1\n2:ok\n", CSV_FAULT_NUL);
	check(STR("a;b\0c\nok\n"), ';', want);
	snprintf(want, sizeof(want), "1!%d@0\n2:ok\n", CSV_FAULT_NUL);
	check(STR("\"b\0c\nok\n"), ';', want);
	snprintf(want, sizeof(want), "1!%d@0\n", CSV_FAULT_QUOTE);
	check(STR("a\""), ';', want);
}

/* ${n} times ${unit} between ${head} and ${tail}, parsed. */
static void check_long(const char *head, const char *unit, size_t n, const char *tail,
		       const char *want)
{
	struct str u = str_c(unit);
	size_t bytes = strlen(head) + n * u.n + strlen(tail);
	char *text = malloc(bytes);
	char *out = malloc(bytes + 4096);
	assert_non_null(text);
	assert_non_null(out);
	char *p = mempcpy(text, head, strlen(head));
	for (size_t i = 0; i < n; i++)
		p = mempcpy(p, u.p, u.n);
	memcpy(p, tail, strlen(tail));
	struct str got = told((struct str){ .p = text, .n = bytes }, ';', 4096, out, bytes + 4096);
	if (want)
		assert_true(str_eq(got, str_c(want)));
	else
		assert_null(memchr(got.p, '!', got.n));
	free(text);
	free(out);
}

static void test_csv__maxima(void **state)
{
	(void)state;
	char want[64];
	check_long("", "x", CSV_FIELD_BYTES_MAX, "\n", NULL);
	snprintf(want, sizeof(want), "1!%d@0\n2:ok\n", CSV_FAULT_FIELD_LONG);
	check_long("", "x", CSV_FIELD_BYTES_MAX + 1, "\nok\n", want);
	check_long("\"", "x", CSV_FIELD_BYTES_MAX + 1, "\"\nok\n", want);
	check_long("", "x;", CSV_FIELDS_MAX - 1, "x\n", NULL);
	snprintf(want, sizeof(want), "1!%d@%d\n2:ok\n", CSV_FAULT_FIELDS_MANY, CSV_FIELDS_MAX);
	check_long("", "x;", CSV_FIELDS_MAX, "x\nok\n", want);
	check_long("", ";", CSV_FIELDS_MAX + 1, "\nok\n", want);

	char unit[CSV_RECORD_BYTES_MAX / 8 + 2];
	memset(unit, 'x', sizeof(unit));
	unit[sizeof(unit) - 2] = ';';
	unit[sizeof(unit) - 1] = '\0';
	check_long("", unit, 8, "\n", NULL);
	snprintf(want, sizeof(want), "1!%d@8\n2:ok\n", CSV_FAULT_RECORD_LONG);
	check_long("", unit, 8, "x\nok\n", want);
}

/* A quote that is never closed costs its record and what fits a field, never the memory of a file.
 */
static void test_csv__unclosed_quote_recovers(void **state)
{
	(void)state;
	size_t n = 3 * CSV_FIELD_BYTES_MAX;
	char *text = malloc(n);
	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		text[i] = i % 8 == 7 ? '\n' : 'x';
	text[0] = '"';
	struct csv *c = csv_new(';');
	struct str in = { .p = text, .n = n };
	struct csv_record r;
	assert_int_equal(csv_next(c, &in, &r), CSV_FAULT);
	assert_int_equal(r.fault, CSV_FAULT_FIELD_LONG);
	assert_int_equal(r.line, 1);
	assert_int_equal(csv_next(c, &in, &r), CSV_RECORD);
	assert_in_range(r.line, CSV_FIELD_BYTES_MAX / 8, CSV_FIELD_BYTES_MAX / 8 + 2);
	csv_free(c);
	free(text);
}

/* Any bytes at all: it ends, stays inside its memory (ASan) and says the same whatever the pieces
 * are. */
static void test_csv__any_bytes(void **state)
{
	(void)state;
	static const char alphabet[] = "a;,\"\n\r\0x";
	uint32_t seed = 1;
	char text[60];
	char one[4096];
	char two[4096];
	for (int round = 0; round < 20000; round++) {
		for (size_t i = 0; i < sizeof(text); i++) {
			seed = seed * 1664525u + 1013904223u;
			text[i] = alphabet[(seed >> 24) % (sizeof(alphabet) - 1)];
		}
		struct str in = { .p = text, .n = sizeof(text) };
		struct str whole = told(in, ';', sizeof(text), one, sizeof(one));
		size_t piece = 1 + (seed >> 16) % 7;
		assert_true(str_eq(whole, told(in, ';', piece, two, sizeof(two))));
	}
}

static void test_csv__separator(void **state)
{
	(void)state;
	assert_int_equal(csv_separator(STR("a;b;c")), ';');
	assert_int_equal(csv_separator(STR("a,b,c\n;;;;;")), ',');
	assert_int_equal(csv_separator(STR("\"Сумма, ₽; руб\",b")), ',');
	assert_int_equal(csv_separator(STR("\r\n\na,b\n;;")), ',');
	assert_int_equal(csv_separator(STR("one")), ';');
	assert_int_equal(csv_separator(STR("")), ';');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv__records),
		cmocka_unit_test(test_csv__quotes),
		cmocka_unit_test(test_csv__faults),
		cmocka_unit_test(test_csv__maxima),
		cmocka_unit_test(test_csv__unclosed_quote_recovers),
		cmocka_unit_test(test_csv__any_bytes),
		cmocka_unit_test(test_csv__separator),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
