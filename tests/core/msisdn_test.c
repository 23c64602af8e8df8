#include "core/check.h"

#include "core/msisdn.h"

#define NBSP "\xC2\xA0"

static void test_msisdn__parses_what_people_write(void **state)
{
	(void)state;
	static const char *const good[] = {
		"9211234567",
		"+79211234567",
		"79211234567",
		"89211234567",
		"+7 (921) 123-45-67",
		"8 (921) 123.45.67",
		" 8-921-123-45-67\r\n",
		"+7" NBSP "921" NBSP "123" NBSP "45" NBSP "67",
		"(921)1234567",
		"921 123\xE2\x80\x93"
		"45\xE2\x80\x94"
		"67",
		"921\xE2\x80\x91"
		"123\xE2\x88\x92"
		"4567",
		"+ 7 921 1234567",
		"\xE2\x80\xAA+7 921 123\xE2\x80\x91"
		"45\xE2\x80\x91"
		"67\xE2\x80\xAC",
	};
	for (size_t i = 0; i < COUNT(good); i++) {
		struct msisdn m = { 0 };
		if (msisdn_parse(str_c(good[i]), &m) != OK)
			fail_msg("%s was refused", good[i]);
		check_str(msisdn_str(&m), STR("9211234567"));
		assert_int_equal(m.d[10], '\0');
	}
}

static void test_msisdn__refuses_the_rest(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"+",
		"7",
		"921123456",
		"92112345678",
		"+89211234567",
		"+9211234567",
		"8121234567",
		"78121234567",
		"69211234567",
		"+7 921 123 45 67 доб. 5",
		"9211234567a",
		"921+1234567",
		"++79211234567",
		"\xEF\xBC\x99"
		"211234567",
		"\xD9\xA9"
		"211234567",
		"921/1234567",
		"9211234567\xC2",
		"----------",
		"89211234567 89211234567",
	};
	struct msisdn m = { .d = "9000000000" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (msisdn_parse(str_c(bad[i]), &m) != E_INPUT)
			fail_msg("%s was read", bad[i]);
		check_str(msisdn_str(&m), STR("9000000000"));
	}
	assert_int_equal(msisdn_parse((struct str){ .p = "9211\0 34567", .n = 10 }, &m), E_INPUT);
}

static void test_msisdn__prints(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100);
	struct msisdn m = { .d = "9215550123" };
	msisdn_print(&b, &m);
	check_printed(&b, "+7" NBSP "921" NBSP "555-01-23");
	msisdn_mask(&b, &m);
	check_printed(&b, "+7" NBSP "921" NBSP "•••-••-23");
	struct msisdn none = { 0 };
	assert_int_equal(msisdn_str(&none).n, 0);
	msisdn_print(&b, &none);
	msisdn_mask(&b, &none);
	check_printed(&b, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_msisdn__parses_what_people_write),
		cmocka_unit_test(test_msisdn__refuses_the_rest),
		cmocka_unit_test(test_msisdn__prints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
