#include "core/check.h"

#include "core/iccid.h"

static void test_iccid__keeps_what_is_printed(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *digits;
	} good[] = {
		{ "89701010000000000", NULL },
		{ "897010100000000001", "897010100000000001" },
		{ "8970101000000000012", "8970101000000000012" },
		{ "89701010000000000123", "89701010000000000123" },
		{ "897010100000000001234", NULL },
		{ "8970 1010 0000 0000 012", "8970101000000000012" },
		{ " 89701-01000-00000-0012\n", "8970101000000000012" },
		{ "897010\xC2\xA0"
		  "1000000000012",
		  "8970101000000000012" },
		{ "8870101000000000012", NULL },
		{ "7010100000000001289", NULL },
		{ "8970101000000000012-", NULL },
		{ "-8970101000000000012", NULL },
		{ "897010100000000001F", NULL },
		{ "89701010000\xD9\xA1"
		  "00000012",
		  NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < COUNT(good); i++) {
		struct iccid c = { .d = "x" };
		enum err want = good[i].digits ? OK : E_INPUT;
		if (iccid_parse(str_c(good[i].text), &c) != want)
			fail_msg("%s", good[i].text);
		check_str(iccid_str(&c), str_c(want == OK ? good[i].digits : "x"));
	}
}

static void test_iccid__luhn(void **state)
{
	(void)state;
	/* The number by which the algorithm is usually explained: of its ten endings only 3 fits.
	 */
	struct iccid c = { .d = "79927398713" };
	for (char last = '0'; last <= '9'; last++) {
		c.d[10] = last;
		assert_int_equal(iccid_luhn(&c), last == '3');
	}
	assert_int_equal(iccid_parse(STR("89911 01200 00320 4514"), &c), OK);
	assert_true(iccid_luhn(&c));
	assert_int_equal(iccid_parse(STR("89911 01200 00320 5414"), &c), OK);
	assert_false(iccid_luhn(&c));
	/* Fives in the doubled places: ten counts as one. */
	assert_int_equal(iccid_parse(STR("8970101555556789052"), &c), OK);
	assert_true(iccid_luhn(&c));
	assert_false(iccid_luhn(&(struct iccid){ 0 }));
}

static void test_iccid__last4(void **state)
{
	(void)state;
	struct iccid c;
	assert_int_equal(iccid_parse(STR("8991101200003204510"), &c), OK);
	check_str(iccid_last4(&c), STR("4510"));
	struct iccid none = { 0 };
	assert_int_equal(iccid_last4(&none).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iccid__keeps_what_is_printed),
		cmocka_unit_test(test_iccid__luhn),
		cmocka_unit_test(test_iccid__last4),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
