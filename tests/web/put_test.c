/* How values look: escaping, amounts, dates, plurals, sentences, the geometry of the chart. */
#include "core/check.h"

#include "web/chart.h"
#include "web/given.h"
#include "web/put.h"

#define NB "\xc2\xa0"

static struct buf b;
static struct out ru = { .b = &b, .lang = LANG_RU, .utc_offset_min = 180 };
static struct out en = { .b = &b, .lang = LANG_EN, .utc_offset_min = 0 };

static int setup(void **state)
{
	(void)state;
	buf_init(&b, 4096);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_done(&b);
	return 0;
}

#define CHECK(call, want)                                                                          \
	do {                                                                                       \
		buf_done(&b);                                                                      \
		buf_init(&b, 4096);                                                                \
		call;                                                                              \
		assert_int_equal(b.err, OK);                                                       \
		check_str(buf_str(&b), str_c(want));                                               \
	} while (0)

static void test_put__escapes(void **state)
{
	(void)state;
	CHECK(put(&ru, STR("")), "");
	CHECK(put(&ru, STR("просто текст")), "просто текст");
	CHECK(put(&ru, STR("<a href=\"x\" b='y'>&</a>")),
	      "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
	CHECK(put(&ru, STR("&amp;")), "&amp;amp;");
}

static void test_put__leaves_markup_of_the_program(void **state)
{
	(void)state;
	CHECK(put(&ru, ((struct html){ STR("<b>&nbsp;</b>") })), "<b>&nbsp;</b>");
	CHECK(put(&ru, ((struct text){ STR("a&nbsp;b") })), "a&nbsp;b");
	CHECK(put_url(&ru, (struct url){ STR("/a?b=1&c=\"") }), "/a?b=1&amp;c=&quot;");
}

static void test_put__numbers(void **state)
{
	(void)state;
	CHECK(put(&ru, (int64_t)-5), "-5");
	CHECK(put(&ru, 7), "7");
	CHECK(put(&ru, (size_t)12), "12");
	CHECK(put(&ru, (size_t)-1), "9223372036854775807");
}

static void test_put__money(void **state)
{
	(void)state;
	CHECK(put(&ru, ((money){ -124960 })), "−1" NB "249,60" NB "₽");
	CHECK(put_signed(&ru, (money){ 25000 }), "+250,00" NB "₽");
	CHECK(put_signed(&ru, (money){ -16000 }), "−160,00" NB "₽");
	CHECK(put_signed(&ru, (money){ 0 }), "0,00" NB "₽");
	CHECK(put_abs(&ru, (money){ -16005 }), "160,05" NB "₽");
	CHECK(put_rub(&ru, (money){ 84960 }), "850");
	CHECK(put_rub(&ru, (money){ 84949 }), "849");
	CHECK(put_rub(&ru, (money){ -65000 }), "−650");
	CHECK(put_rub(&ru, (money){ -49 }), "0");
}

static void test_put__phones(void **state)
{
	struct msisdn m = { .d = "9215550123" };

	(void)state;
	CHECK(put(&ru, m), "+7" NB "921" NB "555-01-23");
	CHECK(put_mask(&ru, m), "+7" NB "921" NB "•••-••-23");
	CHECK(put(&ru, (struct msisdn){ 0 }), "");
	CHECK(put_mask(&ru, (struct msisdn){ 0 }), "");
	CHECK(put_veil(&ru, STR("anna@example.ru")), "a•••@example.ru");
	CHECK(put_veil(&ru, STR("<@example.ru")), "&lt;•••@example.ru");
	CHECK(put_veil(&ru, STR("")), "");
}

static void test_put__data(void **state)
{
	(void)state;
	CHECK(put_payer(&ru, STR("yookassa")), "ЮKassa");
	CHECK(put_payer(&en, STR("BANK")), "Bank transfer");
	CHECK(put_payer(&ru, STR("<kiwi>")), "Платежная система &lt;kiwi&gt;");
	CHECK(put_biller(&ru, STR("MegaFon")), "МегаФон");
	CHECK(put_biller(&ru, STR("x")), "Оператор связи x");
	CHECK(put_biller(&en, STR("x")), "Carrier x");
	CHECK(put_data(&ru, 15 * 1024), "15" NB "ГБ");
	CHECK(put_data(&ru, 500), "500" NB "МБ");
	CHECK(put_data(&en, 1536), "1536" NB "MB");
	CHECK(put_data(&en, 1024), "1" NB "GB");
	CHECK(put_data(&ru, 0), "0" NB "МБ");
}

static void test_put__dates(void **state)
{
	struct date d = { 2026, 11, 22 };
	tstamp t = tstamp_of_date(d, 180);

	(void)state;
	CHECK(put(&ru, d), "22.11.2026");
	CHECK(put_day(&ru, d), "22" NB "ноября");
	CHECK(put_day(&en, d), "22" NB "November");
	CHECK(put_day(&ru, t), "22" NB "ноября");
	CHECK(put_day(&en, t), "21" NB "November"); /* three hours earlier in Greenwich */
	t.ms += 18 * HOUR_MS + 5 * MINUTE_MS;
	CHECK(put_daytime(&ru, t), "22" NB "ноября, 18:05");
	CHECK(put_month(&ru, d), "Ноябрь" NB "2026");
	CHECK(put_month(&en, ((struct date){ 2026, 5, 1 })), "May" NB "2026");
	CHECK(put_mon(&ru, d), "Ноя");
	CHECK(put_weekday(&ru, d), "воскресенье");
	CHECK(put_weekday(&en, ((struct date){ 2026, 11, 23 })), "Monday");
}

/* Two years of history have each day twice. */
static void test_put__a_day_of_another_year_says_which(void **state)
{
	struct out now = { .b = &b, .lang = LANG_RU, .utc_offset_min = 180, .year = 2026 };
	struct date d = { 2024, 11, 22 };
	tstamp t = tstamp_of_date(d, 180);

	(void)state;
	CHECK(put_day(&now, d), "22" NB "ноября" NB "2024");
	CHECK(put_day(&now, t), "22" NB "ноября" NB "2024");
	CHECK(put_daytime(&now, t), "22" NB "ноября" NB "2024, 0:00");
	CHECK(put_day(&now, ((struct date){ 2027, 1, 1 })), "1" NB "января" NB "2027");
	CHECK(put_day(&now, ((struct date){ 2026, 1, 1 })), "1" NB "января");
}

static void test_put__query(void **state)
{
	(void)state;
	CHECK(put_query(&ru, STR("aZ09-_.~")), "aZ09-_.~");
	CHECK(put_query(&ru, STR("a b&c=/?#%+\"'<")), "a%20b%26c%3d%2f%3f%23%25%2b%22%27%3c");
	CHECK(put_query(&ru, STR("я")), "%d1%8f");
	CHECK(put_query(&ru, (int64_t)42), "42");
}

static void test_put__plural_forms(void **state)
{
	static const struct {
		int64_t n;
		int form;
	} rows[] = { { 0, 2 },   { 1, 0 },   { 2, 1 },   { 4, 1 },  { 5, 2 },   { 11, 2 },
		     { 12, 2 },  { 14, 2 },  { 21, 0 },  { 22, 1 }, { 25, 2 },  { 101, 0 },
		     { 111, 2 }, { 112, 2 }, { 122, 1 }, { -1, 0 }, { -11, 2 }, { INT64_MIN, 2 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(plural_form(LANG_RU, rows[i].n), rows[i].form);
	assert_int_equal(plural_form(LANG_EN, 1), 0);
	assert_int_equal(plural_form(LANG_EN, 0), 1);
	assert_int_equal(plural_form(LANG_EN, 21), 1);
}

static void test_put__says(void **state)
{
	(void)state;
	CHECK(put(&ru, (struct say){ 0 }), "");
	CHECK(put(&ru, ((struct say){ .id = SAY_REQUIRED })), "Заполните это поле");
	CHECK(put(&ru, ((struct say){ .id = SAY_PASSWORD_SHORT, .a = 5, .b = 8 })),
	      "5" NB "знаков, а нужно не меньше" NB "8");
	CHECK(put(&ru, ((struct say){ .id = SAY_PASSWORD_SHORT, .a = 1, .b = 8 })),
	      "1" NB "знак, а нужно не меньше" NB "8");
	CHECK(put(&en, ((struct say){ .id = SAY_PASSWORD_SHORT, .a = 1, .b = 8 })),
	      "1" NB "character; at least 8 are needed");
}

/* Every sentence of say.def has whole holes and comes out in both languages. */
static void test_put__every_sentence(void **state)
{
	(void)state;
	for (enum say_id id = SAY_NONE + 1; id < SAY_N; id++) {
		for (int lang = LANG_RU; lang < LANG_N; lang++) {
			struct out *o = lang == LANG_RU ? &ru : &en;
			buf_done(&b);
			buf_init(&b, 4096);
			put(o, ((struct say){ .id = id, .a = 2, .b = 3 }));
			assert_int_equal(b.err, OK);
			assert_true(b.n > 0);
			if (memchr(b.p, '{', b.n) || memchr(b.p, '}', b.n) || memchr(b.p, '|', b.n))
				fail_msg("%.*s", (int)b.n, b.p);
		}
	}
}

static void test_put__given(void **state)
{
	(void)state;
	assert_false(given(STR("")));
	assert_true(given(STR("0")));
	assert_false(given((money){ 0 }));
	assert_true(given((money){ -1 }));
	assert_false(given(TSTAMP_NONE));
	assert_true(given(((tstamp){ 0 })));
	assert_false(given((struct msisdn){ 0 }));
	assert_false(given((struct date){ 0 }));
	assert_false(given((struct say){ 0 }));
	assert_true(given(((struct say){ .id = SAY_REQUIRED })));
	assert_false(given((struct url){ 0 }));
	assert_false(given((bool)false));
	assert_true(given((size_t)1));
}

static void test_put__stops_at_a_full_buffer(void **state)
{
	(void)state;
	buf_done(&b);
	buf_init(&b, 4);
	put(&ru, STR("<<<<"));
	assert_int_equal(b.err, E_LIMIT);
	assert_true(b.n <= 4);
}

static void test_put__chart(void **state)
{
	struct arena *a = arena_new(1 << 16);
	struct web_months got;
	struct month_sum sums[8] = { 0 };

	(void)state;
	for (int i = 0; i < 8; i++)
		sums[i] = (struct month_sum){ .month = { 2026, (int8_t)(i + 1), 1 },
					      .payments = MONEY_RUB(100 * i),
					      .charges = MONEY_RUB(i == 7 ? 1400 : 0) };
	assert_int_equal(web_chart(a, sums, 8, (struct date){ 2026, 7, 31 }, &got), OK);
	assert_int_equal(got.n, CHART_MONTHS);
	assert_int_equal(got.v[0].sum.month.month, 3);
	assert_true(got.v[4].current);
	assert_false(got.v[5].current);
	assert_int_equal(got.v[5].charge_h, 64);
	assert_int_equal(got.v[5].pay_h, 32);
	for (size_t i = 0; i < got.n; i++) {
		assert_true(got.v[i].pay_text_y >= 10);
		assert_int_equal(got.v[i].pay_y + got.v[i].pay_h, CHART_BASE - 1);
		assert_true(got.v[i].charge_text_y < CHART_HEIGHT - 14);
		assert_true(got.v[i].x + 30 <= CHART_WIDTH);
	}
	/* A little is seen beside a lot; nothing is nothing. */
	sums[7].payments = (money){ INT64_MAX };
	assert_int_equal(web_chart(a, sums + 6, 2, (struct date){ 2026, 7, 1 }, &got), OK);
	assert_int_equal(got.v[0].pay_h, 1);
	assert_int_equal(got.v[0].charge_h, 0);
	assert_int_equal(got.v[1].pay_h, 64);
	assert_int_equal(web_chart(a, sums, 0, (struct date){ 2026, 7, 1 }, &got), OK);
	assert_int_equal(got.n, 0);
	arena_free(a);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_put__escapes), TEST(test_put__leaves_markup_of_the_program),
		TEST(test_put__numbers), TEST(test_put__money),
		TEST(test_put__phones),  TEST(test_put__data),
		TEST(test_put__dates),   TEST(test_put__a_day_of_another_year_says_which),
		TEST(test_put__query),   TEST(test_put__plural_forms),
		TEST(test_put__says),    TEST(test_put__every_sentence),
		TEST(test_put__given),   TEST(test_put__stops_at_a_full_buffer),
		TEST(test_put__chart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
