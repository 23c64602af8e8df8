/* Texts in parts: what goes out as it is, what as UCS-2, where it is cut. */
#include "core/check.h"

#include "gateway/smpp_text.h"

/* n times a character of so many bytes. */
static struct str times(struct buf *b, size_t n, const char *what)
{
	buf_done(b);
	buf_init(b, 1 << 16);
	for (size_t i = 0; i < n; i++)
		buf_put(b, str_c(what));
	return buf_str(b);
}

static struct smpp_text split(struct str text)
{
	struct smpp_text t;
	assert_int_equal(smpp_text_split(text, 0xA7, &t), OK);
	return t;
}

static struct str part(const struct smpp_text *t, size_t i)
{
	return (struct str){ .p = t->parts[i].p, .n = t->parts[i].n };
}

static void test_smpp_text__leaves_what_the_alphabets_share_as_it_is(void **state)
{
	(void)state;
	static const struct str same =
		STR(" !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz\r\n");
	struct smpp_text t = split(same);
	assert_int_equal(t.coding, SMPP_CODING_DEFAULT);
	assert_false(t.header);
	assert_int_equal(t.n, 1);
	check_str(part(&t, 0), same);
}

/* `@` is 0x00 in GSM 03.38, `[` stands behind an escape, a backtick is nowhere. */
static void test_smpp_text__sends_as_ucs2_what_they_do_not_share(void **state)
{
	(void)state;
	static const char *const others[] = { "$", "@", "[", "\\", "]",  "^",    "_", "`",
					      "{", "|", "}", "~",  "\t", "\x7f", "é", "—" };
	for (size_t i = 0; i < COUNT(others); i++)
		assert_int_equal(split(str_c(others[i])).coding, SMPP_CODING_UCS2);
	struct smpp_text t = split(STR("Код: 1"));
	assert_int_equal(t.coding, SMPP_CODING_UCS2);
	check_str(part(&t, 0), STR("\x04\x1a\x04\x3e\x04\x34\x00:\x00 \x00"
				   "1"));
	t = split(STR("\xf0\x9f\x98\x80"));
	check_str(part(&t, 0), STR("\xd8\x3d\xde\x00"));
}

static void test_smpp_text__counts_parts(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		size_t n, want;
	} counts[] = {
		{ "a", 1, 1 },
		{ "a", 160, 1 },
		{ "a", 161, 2 },
		{ "a", 2 * 153, 2 },
		{ "a", 307, 3 },
		{ "я", 70, 1 },
		{ "я", 71, 2 },
		{ "я", 134, 2 },
		{ "я", 135, 3 },
		{ "\xf0\x9f\x98\x80", 35, 1 },
		{ "\xf0\x9f\x98\x80", 36, 2 },
		{ "\xf0\x9f\x98\x80", 66, 2 }, /* 33 pairs and one unit left in each part */
		{ "\xf0\x9f\x98\x80", 67, 3 },
		{ "я", 67 * 300, 300 },
	};
	struct buf b = { 0 };
	for (size_t i = 0; i < COUNT(counts); i++)
		assert_int_equal(smpp_text_parts(times(&b, counts[i].n, counts[i].what)),
				 counts[i].want);
	buf_done(&b);
}

static void test_smpp_text__refuses_what_cannot_be_sent(void **state)
{
	(void)state;
	static const struct str bad[] = {
		STR(""),
		STR("\x80"),
		STR("a\xff"),
		STR("\xc0\x80"),
		STR("\xd0"),
		STR("\xe0\x80\x80"),
		STR("\xed\xa0\x80"),
		STR("\xf4\x90\x80\x80"),
		STR("\xd0 "),
		STR("\xf8\x88\x80\x80\x80"),
	};
	struct smpp_text t;
	struct buf b = { 0 };
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(smpp_text_parts(bad[i]), 0);
		assert_int_equal(smpp_text_split(bad[i], 0, &t), E_INPUT);
	}
	assert_int_equal(smpp_text_split(times(&b, 67 * SMS_PARTS_MAX, "я"), 0, &t), OK);
	assert_int_equal(smpp_text_split(times(&b, 67 * SMS_PARTS_MAX + 1, "я"), 0, &t), E_INPUT);
	buf_done(&b);
}

static void test_smpp_text__puts_a_header_before_each_of_several_parts(void **state)
{
	(void)state;
	struct buf b = { 0 };
	struct smpp_text t = split(times(&b, 154 + 7, "b"));
	assert_true(t.header);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.parts[0].n, 6 + 153);
	check_str(str_sub(part(&t, 0), 0, 7), STR("\x05\x00\x03\xa7\x02\x01"
						  "b"));
	check_str(part(&t, 1), STR("\x05\x00\x03\xa7\x02\x02"
				   "bbbbbbbb"));
	buf_done(&b);
}

/* The 67th unit would be the first half of a pair: the pair goes to the next part, whole. */
static void test_smpp_text__never_tears_a_pair(void **state)
{
	(void)state;
	struct buf b = { 0 };
	times(&b, 66, "я");
	buf_put(&b, STR("\xf0\x9f\x98\x80"
			"конец"));
	struct smpp_text t = split(buf_str(&b));
	assert_int_equal(t.n, 2);
	assert_int_equal(t.parts[0].n, 6 + 2 * 66);
	check_str(str_sub(part(&t, 1), 6, 4), STR("\xd8\x3d\xde\x00"));
	/* with one unit less before it, it just fits */
	times(&b, 65, "я");
	buf_put(&b, STR("\xf0\x9f\x98\x80"
			"конец"));
	t = split(buf_str(&b));
	assert_int_equal(t.parts[0].n, 6 + 2 * 67);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smpp_text__leaves_what_the_alphabets_share_as_it_is),
		cmocka_unit_test(test_smpp_text__sends_as_ucs2_what_they_do_not_share),
		cmocka_unit_test(test_smpp_text__counts_parts),
		cmocka_unit_test(test_smpp_text__refuses_what_cannot_be_sent),
		cmocka_unit_test(test_smpp_text__puts_a_header_before_each_of_several_parts),
		cmocka_unit_test(test_smpp_text__never_tears_a_pair),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
