/* Every page with made-up data: both languages, nothing hostile comes through, and the results lie
 * in build/look/ for the browser (tests/browser looks at them). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assets.h"
#include "web/samples.h"

#define PAGE_MAX (1 << 20)

static void render(const struct look *look, enum lang lang, struct str hostile, struct buf *b)
{
	struct sample s = { .a = arena_new(4 << 20), .lang = lang, .hostile = hostile };
	struct out o = { .b = b, .lang = lang, .utc_offset_min = 180 };

	assert_non_null(s.a);
	buf_init(b, PAGE_MAX);
	look->render(&s, &o);
	assert_int_equal(b->err, OK);
	arena_free(s.a);
}

static size_t count(const struct buf *b, const char *what)
{
	size_t n = 0;
	struct str rest = buf_str(b);

	for (const char *at_; (at_ = memmem(rest.p, rest.n, what, strlen(what))); n++)
		rest = str_sub(rest, (size_t)(at_ - rest.p) + 1, rest.n);
	return n;
}

/* A state that there is no longer is not looked at. */
static int forget_the_last_ones(void **state)
{
	glob_t old = { 0 };

	(void)state;
	if (glob("build/look/*.html", 0, NULL, &old) == 0) {
		for (size_t i = 0; i < old.gl_pathc; i++)
			assert_int_equal(unlink(old.gl_pathv[i]), 0);
	}
	globfree(&old);
	return 0;
}

static void save(const char *name, const struct buf *b)
{
	char path[128];

	mkdir("build", 0777);
	mkdir("build/look", 0777);
	snprintf(path, sizeof path, "build/look/%s", name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(b->p, 1, b->n, f), b->n);
	assert_int_equal(fclose(f), 0);
}

/* The picture that the page of the second factor shows. */
static void test_views__qr(void **state)
{
	static const char uri[] =
		"otpauth://totp/9215550123?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
		"&issuer=%D0%A1%D0%BC%D0%B0%D1%80%D1%82";
	struct arena *a = arena_new(1 << 20);
	struct out o = { .lang = LANG_RU };
	struct web_qr qr;
	struct buf b;

	(void)state;
	assert_non_null(a);
	assert_int_equal(qr_make(a, (struct secret){ str_c(uri) }, &qr), OK);
	buf_init(&b, PAGE_MAX);
	o.b = &b;
	v_totp_qr(&o, .qr = &qr);
	assert_int_equal(b.err, OK);
	mkdir("build/look/totp", 0777);
	save("totp/qr.svg", &b);
	buf_done(&b);
	arena_free(a);
}

static void test_views__all_pages(void **state)
{
	static const char *const langs[] = { [LANG_RU] = "ru", [LANG_EN] = "en" };
	char name[64];

	(void)state;
	for (struct sample_at it = { 0 }; sample_next(&it);) {
		for (enum lang lang = LANG_RU; lang < LANG_N; lang++) {
			struct buf b;

			render(it.look, lang, STR(""), &b);
			assert_int_equal(count(&b, "<h1>"), 1);
			assert_int_equal(count(&b, "</html>"), 1);
			bool office = strncmp(it.look->name, "office", 6) == 0;
			assert_int_equal(count(&b, "8-800-222-05-00") >= 1, !office);
			snprintf(name, sizeof name, "%s.%s.html", it.look->name, langs[lang]);
			save(name, &b);
			if (b.n > 12 * 1024 && strcmp(it.look->name, "history") != 0)
				fail_msg("%s has %zu bytes, 12 KB are the limit", name, b.n);
			buf_done(&b);
		}
	}
}

/* With every text hostile, no page may hold an unescaped byte of it. */
static void test_views__hostile(void **state)
{
	static const char hostile[] = "\"><script>alert(1)</script>'&<!--{{x}}{% end %}";
	static const char escaped[] =
		"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;&lt;!--{{x}}{% end %}";
	char name[64];

	(void)state;
	for (struct sample_at it = { 0 }; sample_next(&it);) {
		struct buf b;

		render(it.look, LANG_RU, str_c(hostile), &b);
		assert_true(count(&b, escaped) >= 2);
		assert_int_equal(count(&b, "alert(1)"), count(&b, escaped));
		assert_int_equal(count(&b, "<!--"), 0);
		assert_int_equal(count(&b, "<script"), 1);
		snprintf(name, sizeof name, "%s.hostile.html", it.look->name);
		save(name, &b);
		buf_done(&b);
	}
}

static void check_page(const char *name, enum lang lang, const char *const *wants, size_t n)
{
	for (struct sample_at it = { 0 }; sample_next(&it);) {
		struct buf b;

		if (strcmp(it.look->name, name) != 0)
			continue;
		render(it.look, lang, STR(""), &b);
		for (size_t k = 0; k < n; k++)
			if (count(&b, wants[k]) == 0)
				fail_msg("%s: no \"%s\"", name, wants[k]);
		buf_done(&b);
		return;
	}
	fail_msg("no sample %s", name);
}

#define CHECK(name, lang, ...)                                                                     \
	do {                                                                                       \
		static const char *const wants[] = { __VA_ARGS__ };                                \
		check_page(name, lang, wants, sizeof wants / sizeof *wants);                       \
	} while (0)

static void test_views__exact_labels(void **state)
{
	(void)state;
	CHECK("signin", LANG_RU, ">Войти</button>", ">Восстановить пароль</a>", "href=\"/recover\"",
	      "<title>Вход – Смарт Кард</title>", "<html lang=\"ru\">");
	CHECK("register", LANG_RU, ">Зарегистрировать данные</button>", "Фамилия", "Имя",
	      "Отчество", "Дата рождения", "Контактный телефон для уведомлений",
	      "Электронная почта", "Серия и номер", "Дата выдачи", "Кем выдан", "Код подразделения",
	      "Город", "Улица", "Дом", "Корпус", "Квартира или офис");
	CHECK("profile", LANG_RU, ">Сохранить пароль</button>", "Профиль", "Выйти",
	      "Не подтвержден");
	CHECK("history", LANG_RU, "<h1>Платежи и начисления</h1>", "Почему списали?",
	      "/history.csv?from=");
	CHECK("home-debt-blocked", LANG_RU, "Задолженность",
	      "1\xc2\xa0"
	      "249,60\xc2\xa0₽",
	      "Номер заблокирован", "30\xc2\xa0ноября");
	CHECK("home-overpaid", LANG_RU, "Переплата", "412,30");
	CHECK("home-debt-blocked", LANG_EN, "Debt", "The number is blocked", "30\xc2\xa0November",
	      "<html lang=\"en\">");
}

static void test_views__faults_lead_to_their_fields(void **state)
{
	(void)state;
	CHECK("register-faults", LANG_RU,
	      "<title>Исправьте поля – Регистрация – Смарт Кард</title>", "Исправьте 6 полей",
	      "<a href=\"#passport\">Серия и номер паспорта</a>: 9\xc2\xa0цифр",
	      "aria-describedby=\"passport-h passport-e\" aria-invalid=\"true\"",
	      "id=\"passport-e\"", "value=\"40 12 34567\"", "autofocus");
	CHECK("signin-refused", LANG_RU, "<title>Не удалось войти – Вход – Смарт Кард</title>",
	      "role=\"alert\"", "value=\"921 555-01-23\"", "name=\"ticket\" value=\"abc.123\"");
}

/* --- every text of every view is looked at ---------------------------------- */

/* As the list of English texts counts: each stretch of blanks is one. */
static void squeeze(struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		char c = strchr("\t\n\r", b->p[i]) && b->p[i] ? ' ' : b->p[i];
		if (c != ' ' || (n > 0 && b->p[n - 1] != ' '))
			b->p[n++] = c;
	}
	b->n = n;
}

/* A plural is seen in one of its forms. */
static bool seen(struct str all, struct str text)
{
	while (text.n > 0) {
		size_t n = str_find(text, '|');

		if (memmem(all.p, all.n, text.p, n))
			return true;
		text = str_sub(text, n + 1, text.n);
	}
	return false;
}

static void render_all(struct buf *all)
{
	buf_init(all, 64 * PAGE_MAX);
	for (struct sample_at it = { 0 }; sample_next(&it);) {
		for (enum lang lang = LANG_RU; lang < LANG_N; lang++) {
			struct buf b;

			render(it.look, lang, STR(""), &b);
			buf_put(all, buf_str(&b));
			buf_done(&b);
		}
	}
	assert_int_equal(all->err, OK);
	squeeze(all);
}

/* views/en.txt holds them all (mkview --strict sees to that): a Russian line, an English one, an
 * empty one. What no sample shows is a state that nobody has looked at. */
static void test_views__every_text_is_in_a_sample(void **state)
{
	FILE *f = fopen("views/en.txt", "rb");
	char line[4096];
	struct buf all;
	bool first = true;
	int missing = 0;

	(void)state;
	assert_non_null(f);
	render_all(&all);
	while (fgets(line, sizeof line, f)) {
		struct str text = str_trim(str_c(line));
		bool is_text = text.n > 0 && line[0] != '#' && line[0] != '[';

		if (is_text && first && !seen(buf_str(&all), text)) {
			print_error("no sample shows «%.*s»\n", (int)text.n, text.p);
			missing++;
		}
		first = !is_text || !first;
	}
	assert_int_equal(fclose(f), 0);
	assert_int_equal(missing, 0);
	buf_done(&all);
}

/* The pages name only files that exist. */
static void test_views__assets_exist(void **state)
{
	struct buf b;
	size_t n = 0;

	(void)state;
	render(look_signin_show, LANG_RU, STR(""), &b);
	struct str rest = buf_str(&b);
	for (const char *p; (p = memmem(rest.p, rest.n, "\"/a/", 4)); n++) {
		rest = str_sub(rest, (size_t)(p - rest.p) + 1, rest.n);
		struct str url = str_sub(rest, 0, str_find(rest, '"'));

		url.n = str_find(url, '#');
		if (!asset_find(url))
			fail_msg("%.*s is not there", (int)url.n, url.p);
	}
	assert_true(n >= 4);
	assert_null(asset_find(STR("/a/kabinet.css")));
	assert_null(asset_find(STR("")));
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views__all_pages),
		cmocka_unit_test(test_views__qr),
		cmocka_unit_test(test_views__hostile),
		cmocka_unit_test(test_views__exact_labels),
		cmocka_unit_test(test_views__faults_lead_to_their_fields),
		cmocka_unit_test(test_views__every_text_is_in_a_sample),
		cmocka_unit_test(test_views__assets_exist),
	};

	return cmocka_run_group_tests(tests, forget_the_last_ones, NULL);
}
