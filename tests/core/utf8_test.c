#include "core/check.h"

#include "core/utf8.h"

static int with_arena(void **state)
{
	*state = arena_new(1 << 20);
	return *state ? 0 : -1;
}

static int without_arena(void **state)
{
	arena_free(*state);
	return 0;
}

/* Encodes also what strict UTF-8 forbids. */
static struct str encode(char *p, uint32_t cp)
{
	if (cp < 0x80)
		return *p = (char)cp, (struct str){ .p = p, .n = 1 };
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	for (size_t i = n; i-- > 1; cp >>= 6)
		p[i] = (char)(0x80 | (cp & 0x3F));
	p[0] = (char)(lead[n] | cp);
	return (struct str){ .p = p, .n = n };
}

static bool in(uint32_t cp, uint32_t first, uint32_t last)
{
	return cp >= first && cp <= last;
}

/* The contract once more, in the order in which the header names things. */
static bool should_be_clean(uint32_t cp, bool lines)
{
	if (lines && (cp == '\t' || cp == '\r' || cp == '\n'))
		return true;
	bool surrogate = in(cp, 0xD800, 0xDFFF) || cp > 0x10FFFF;
	bool control = cp < 0x20 || in(cp, 0x7F, 0x9F);
	bool bidi = cp == 0x61C || in(cp, 0x200E, 0x200F) || in(cp, 0x202A, 0x202E) ||
		    in(cp, 0x2066, 0x2069);
	bool separator = cp == 0xFEFF || cp == 0x2028 || cp == 0x2029;
	bool non_character = in(cp, 0xFDD0, 0xFDEF) || cp % 0x10000 >= 0xFFFE;
	bool private = in(cp, 0xE000, 0xF8FF) || cp >= 0xF0000;
	return !surrogate && !control && !bidi && !separator && !non_character && !private;
}

static void test_utf8__clean_for_every_code_point(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp < 0x1FFFFF; cp++) {
		char space[4];
		struct str s = encode(space, cp);
		for (int lines = 0; lines < 2; lines++)
			if (utf8_clean(s, lines) != should_be_clean(cp, lines))
				fail_msg("U+%04X, lines %d", cp, lines);
	}
}

static void test_utf8__clean_refuses_malformed(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"\x80",
		"\xBF",
		"\xC0\x80",
		"\xC1\xBF",
		"\xC2",
		"\xD0",
		"\xD0 ",
		"\xE0\x80\x80",
		"\xE0\x9F\xBF",
		"\xE2\x82",
		"\xED\xA0\x80",
		"\xF0\x80\x80\x80",
		"\xF0\x8F\xBF\xBF",
		"\xF0\x9F\x98",
		"\xF4\x90\x80\x80",
		"\xF5\x80\x80\x80",
		"\xF8\x88\x80\x80\x80",
		"\xFE",
		"\xFF",
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		char space[64];
		/* At every distance from the words of eight bytes, and at the end of the text. */
		for (size_t before = 0; before < 20; before++) {
			memset(space, 'a', sizeof(space));
			memcpy(space + before, bad[i], strlen(bad[i]));
			struct str s = { .p = space, .n = before + strlen(bad[i]) };
			assert_false(utf8_clean(s, true));
			s.n = sizeof(space);
			assert_false(utf8_clean(s, true));
		}
	}
}

/* Each byte at each place of a long ASCII text: the fast path says what the slow one says. */
static void test_utf8__clean_ascii_in_words(void **state)
{
	(void)state;
	char space[24];
	for (size_t at = 0; at < sizeof(space); at++) {
		for (unsigned c = 0; c < 256; c++) {
			memset(space, 'x', sizeof(space));
			space[at] = (char)c;
			bool want = c >= 0x20 && c < 0x7F;
			struct str s = { .p = space, .n = sizeof(space) };
			assert_int_equal(utf8_clean(s, false), want);
		}
	}
	assert_true(utf8_clean(
		STR("Привет, мир: 1 249,60 ₽ и ещё много текста"),
		false));
	assert_true(utf8_clean(STR(""), false));
}

static void test_utf8__next_and_length(void **state)
{
	(void)state;
	struct str s = STR("aё€😀");
	assert_int_equal(utf8_length(s), 4);
	const int32_t want[] = { 'a', 0x451, 0x20AC, 0x1F600 };
	int32_t cp;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_true(utf8_next(&s, &cp));
		assert_int_equal(cp, want[i]);
	}
	assert_false(utf8_next(&s, &cp));
	s = STR("\xD0z");
	assert_true(utf8_next(&s, &cp));
	assert_int_equal(cp, 0xFFFD);
	check_str(s, STR("z"));
}

static void test_utf8__fold(void **state)
{
	static const struct {
		const char *text;
		const char *folded;
	} rows[] = {
		{ "  Семён   Ёлкин ", "семен елкин" },
		{ "СЕМЕ\xCC\x88Н", "семен" },
		{ "И\xCC\x86ван", "йван" },
		{ "Stra\xC3\x9F"
		  "e",
		  "strasse" },
		{ "a\xC2\xA0\t\r\n\xE2\x80\x83"
		  "b",
		  "a b" },
		{ "", "" },
		{ " \xC2\xA0 ", "" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str s;
		assert_int_equal(utf8_fold(*state, str_c(rows[i].text), &s), OK);
		check_str(s, str_c(rows[i].folded));
	}
}

static void test_utf8__nfc(void **state)
{
	struct str s;
	assert_int_equal(utf8_nfc(*state, STR("  И\xCC\x86ван  Ёлкин\n"), &s), OK);
	check_str(s, STR("Йван Ёлкин"));
	/* No compatibility mapping: ① stays. */
	assert_int_equal(utf8_nfc(*state, STR("①"), &s), OK);
	check_str(s, STR("①"));
	assert_int_equal(utf8_nfc(*state, STR("\xD0"), &s), E_INPUT);
	assert_int_equal(utf8_fold(*state, STR("abc\xED\xA0\x80"), &s), E_INPUT);
	check_str(s, STR("①"));
}

static void test_utf8__without_memory(void **state)
{
	(void)state;
	struct arena *small = arena_new(64);
	struct str s = STR("before");
	struct str longer = STR("a name that is longer than sixty-four bytes of code points");
	assert_int_equal(utf8_fold(small, longer, &s), E_NOMEM);
	assert_int_equal(utf8_nfc(small, longer, &s), E_NOMEM);
	assert_int_equal(utf8_from_cp1251(small, longer, &s), E_NOMEM);
	check_str(s, STR("before"));
	arena_free(small);
}

static void test_utf8__script(void **state)
{
	(void)state;
	static const struct {
		int32_t cp;
		enum script script;
	} rows[] = {
		{ 'a', SCRIPT_LATIN },       { 'Z', SCRIPT_LATIN },      { 0xE9, SCRIPT_LATIN },
		{ 0x17F, SCRIPT_LATIN },     { 0xFF21, SCRIPT_LATIN },   { 0x1E9E, SCRIPT_LATIN },
		{ 0x410, SCRIPT_CYRILLIC },  { 0x451, SCRIPT_CYRILLIC }, { 0x4AF, SCRIPT_CYRILLIC },
		{ 0xA64A, SCRIPT_CYRILLIC }, { 0x3B1, SCRIPT_OTHER },    { 0x5D0, SCRIPT_OTHER },
		{ 0x4E2D, SCRIPT_OTHER },    { '1', SCRIPT_NONE },       { '-', SCRIPT_NONE },
		{ ' ', SCRIPT_NONE },        { 0xD7, SCRIPT_NONE },      { 0x301, SCRIPT_NONE },
		{ 0x482, SCRIPT_NONE },      { 0x1F600, SCRIPT_NONE },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (utf8_script(rows[i].cp) != rows[i].script)
			fail_msg("U+%04X", (unsigned)rows[i].cp);
}

static void test_utf8__from_cp1251(void **state)
{
	struct str s;
	struct str win = STR("\xCF\xF0\xE8\xE2\xE5\xF2, \xA8\xB8 \xB9 1\xA0\x88 \x80\xBF\xFF\xC0");
	assert_int_equal(utf8_from_cp1251(*state, win, &s), OK);
	check_str(s, STR("Привет, Ёё № 1\xC2\xA0€ Ђїя"
			 "А"));
	struct str before = s;
	assert_int_equal(utf8_from_cp1251(*state, STR("a\x98"), &s), E_INPUT);
	check_str(s, before);
	assert_int_equal(utf8_from_cp1251(*state, STR("a\0b"), &s), OK);
	check_str(s, STR("a\0b"));
}

#define with(test) cmocka_unit_test_setup_teardown(test, with_arena, without_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8__clean_for_every_code_point),
		cmocka_unit_test(test_utf8__clean_refuses_malformed),
		cmocka_unit_test(test_utf8__clean_ascii_in_words),
		cmocka_unit_test(test_utf8__next_and_length),
		with(test_utf8__fold),
		with(test_utf8__nfc),
		cmocka_unit_test(test_utf8__without_memory),
		cmocka_unit_test(test_utf8__script),
		with(test_utf8__from_cp1251),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
