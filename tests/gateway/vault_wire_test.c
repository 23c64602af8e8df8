/* Questions and answers of the vault as bytes, and what is neither. */
#include "gateway/vault_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct vault_request question(void)
{
	return (struct vault_request){
		.staff_id = 7,
		.who = STR("№ 7, Анна Соколова"),
		.purpose = STR("сверка с договором"),
		.subscriber_id = INT64_C(72057594037927936),
		.field = SEAL_BIRTH,
		.sealed = { "\0\1\377", 3 },
	};
}

static void same(const struct vault_request *a, const struct vault_request *b)
{
	assert_int_equal(a->staff_id, b->staff_id);
	assert_int_equal(a->subscriber_id, b->subscriber_id);
	assert_int_equal(a->field, b->field);
	assert_true(str_eq(a->who, b->who));
	assert_true(str_eq(a->purpose, b->purpose));
	assert_true(str_eq(a->sealed, b->sealed));
}

static void test_vault_wire__brings_a_question_over(void **state)
{
	struct vault_request q = question(), got;
	struct buf b;
	(void)state;
	buf_init(&b, VAULT_WIRE_BYTES_MAX);
	assert_int_equal(vault_wire_ask(&b, &q), OK);
	assert_int_equal(vault_wire_asked(buf_str(&b), &got), OK);
	same(&q, &got);
	/* Not a byte less, nor one more. */
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(vault_wire_asked(str_sub(buf_str(&b), 0, n), &got), E_INPUT);
	buf_c(&b, 0);
	assert_int_equal(vault_wire_asked(buf_str(&b), &got), E_INPUT);
	buf_done(&b);
}

static void test_vault_wire__the_longest_question_fits(void **state)
{
	char text[VAULT_SEALED_MAX + 1];
	struct vault_request q = question(), got;
	struct buf b;
	(void)state;
	memset(text, 'x', sizeof(text));
	q.who = (struct str){ text, VAULT_WHO_MAX };
	q.purpose = (struct str){ text, VAULT_PURPOSE_MAX };
	q.sealed = (struct str){ text, VAULT_SEALED_MAX };
	buf_init(&b, VAULT_WIRE_BYTES_MAX);
	assert_int_equal(vault_wire_ask(&b, &q), OK);
	assert_int_equal(vault_wire_asked(buf_str(&b), &got), OK);
	same(&q, &got);
	q.sealed.n++;
	assert_int_equal(vault_wire_ask(&b, &q), E_INPUT);
	buf_done(&b);
}

/* What a taken-over office could send: said by hand, as vault_wire_ask() refuses to. */
#define HEAD_IDS                                                                                   \
	"\0\0\0\0\0\0\0\7"                                                                         \
	"\0\0\0\0\0\0\0\1"
#define TEXTS                                                                                      \
	"\0\1w"                                                                                    \
	"\0\1p"                                                                                    \
	"\0\1s"
static const struct hostile {
	const char *what;
	struct str bytes;
} hostile[] = {
	{ "nothing", { "", 0 } },
	{ "another version", STR("\2\1" HEAD_IDS TEXTS) },
	{ "field 0", STR("\1\0" HEAD_IDS TEXTS) },
	{ "field 4", STR("\1\4" HEAD_IDS TEXTS) },
	{ "field 255", STR("\1\377" HEAD_IDS TEXTS) },
	{ "staff 0", STR("\1\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1" TEXTS) },
	{ "staff below 0", STR("\1\1\377\0\0\0\0\0\0\7\0\0\0\0\0\0\0\1" TEXTS) },
	{ "subscriber 0", STR("\1\1\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0\0" TEXTS) },
	{ "subscriber below 0", STR("\1\1\0\0\0\0\0\0\0\7\200\0\0\0\0\0\0\1" TEXTS) },
	{ "nobody", STR("\1\1" HEAD_IDS "\0\0"
			"\0\1p"
			"\0\1s") },
	{ "no purpose", STR("\1\1" HEAD_IDS "\0\1w"
			    "\0\0"
			    "\0\1s") },
	{ "nothing sealed", STR("\1\1" HEAD_IDS "\0\1w"
				"\0\1p"
				"\0\0") },
	{ "a tabulator in who", STR("\1\1" HEAD_IDS "\0\3w\tw"
				    "\0\1p"
				    "\0\1s") },
	{ "a line feed in the purpose", STR("\1\1" HEAD_IDS "\0\1w"
					    "\0\3p\np"
					    "\0\1s") },
	{ "a NUL in the purpose", STR("\1\1" HEAD_IDS "\0\1w"
				      "\0\3p\0p"
				      "\0\1s") },
	{ "bytes that are no text", STR("\1\1" HEAD_IDS "\0\1\377"
					"\0\1p"
					"\0\1s") },
	{ "a length beyond the end", STR("\1\1" HEAD_IDS "\377\377w") },
	{ "half a length", STR("\1\1" HEAD_IDS "\0\1w"
			       "\0") },
	{ "more behind it", STR("\1\1" HEAD_IDS TEXTS "x") },
};

static void test_vault_wire__refuses_what_is_no_question(void **state)
{
	struct vault_request got;
	(void)state;
	assert_int_equal(vault_wire_asked(STR("\1\1" HEAD_IDS TEXTS), &got), OK);
	for (size_t i = 0; i < COUNT(hostile); i++) {
		if (vault_wire_asked(hostile[i].bytes, &got) != E_INPUT)
			fail_msg("taken: %s", hostile[i].what);
	}
}

static void test_vault_wire__brings_an_answer_over(void **state)
{
	const struct seal_content c = { .n = 3, .parts = { STR("4010"), STR(""), STR("ТП") } };
	struct seal_content got = { .field = SEAL_PASSPORT, .subscriber_id = 42 };
	struct buf b;
	(void)state;
	buf_init(&b, VAULT_WIRE_BYTES_MAX);
	assert_int_equal(vault_wire_tell(&b, OK, &c), OK);
	assert_int_equal(vault_wire_told(buf_str(&b), &got), OK);
	assert_int_equal(got.n, 3);
	assert_int_equal(got.subscriber_id, 42);
	for (size_t i = 0; i < 3; i++)
		assert_true(str_eq(got.parts[i], c.parts[i]));
	buf_done(&b);
}

/* A refusal brings no data along, whatever lay ready. */
static void test_vault_wire__brings_refusals_over(void **state)
{
	static const struct {
		enum err said, heard;
	} pairs[] = {
		{ E_LIMIT, E_LIMIT },    { E_INPUT, E_INPUT },     { E_STORE, E_UPSTREAM },
		{ E_NOMEM, E_UPSTREAM }, { E_DENIED, E_UPSTREAM },
	};
	const struct seal_content c = { .n = 1, .parts = { STR("4010") } };
	struct seal_content got = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct buf b;
		buf_init(&b, VAULT_WIRE_BYTES_MAX);
		assert_int_equal(vault_wire_tell(&b, pairs[i].said, &c), OK);
		assert_int_equal(b.n, 2);
		assert_int_equal(vault_wire_told(buf_str(&b), &got), pairs[i].heard);
		assert_int_equal(got.n, 0);
		buf_done(&b);
	}
}

static void test_vault_wire__refuses_what_is_no_answer(void **state)
{
	static const struct hostile none[] = {
		{ "nothing", { "", 0 } },
		{ "a version alone", STR("\1") },
		{ "another version", STR("\2\0") },
		{ "no such outcome", STR("\1\4") },
		{ "a refusal with parts", STR("\1\1\0\1x") },
		{ "a part beyond the end", STR("\1\0\0\2x") },
		{ "too many parts", STR("\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	};
	struct seal_content got;
	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		if (vault_wire_told(none[i].bytes, &got) != E_UNKNOWN)
			fail_msg("taken: %s", none[i].what);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test(test_vault_wire__##name)
		T(brings_a_question_over),      T(the_longest_question_fits),
		T(refuses_what_is_no_question), T(brings_an_answer_over),
		T(brings_refusals_over),        T(refuses_what_is_no_answer),
#undef T
	};
	return cmocka_run_group_tests_name("gateway/vault_wire", tests, NULL, NULL);
}
