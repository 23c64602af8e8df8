/* The audit: appended to, proved, and what becomes of those who tamper with it. */
#include "domain/audit.h"

#include <stdio.h>
#include <string.h>

#include "support/tamper.h"

struct put {
	struct kit *k;
	const char *subject;
	bool fails;
};

static enum err put(struct tx *tx, void *arg)
{
	const struct put *p = arg;
	const struct audit_entry entry = {
		.action = AUDIT_NUMBER_REOPEN,
		.by = audit_console(),
		.subject = str_c(p->subject),
		.reason = STR("паспорт показан"),
	};
	try(audit_put(&p->k->app, tx, p->k->a, &entry));
	return p->fails ? E_CONFLICT : OK;
}

static void append(struct kit *k, const char *subject)
{
	assert_int_equal(store_write(k->app.store, put, &(struct put){ k, subject, false }), OK);
}

struct faults {
	int n;
	int64_t seq; /* of the first */
	char what[128];
};

static void on_fault(void *arg, const struct check_fault *f)
{
	struct faults *all = arg;
	assert_string_equal(f->invariant, "I14");
	if (all->n++ > 0)
		return;
	all->seq = f->audit_seq;
	snprintf(all->what, sizeof(all->what), "%s", f->what);
}

static struct faults check(struct kit *k)
{
	struct faults all = { 0 };
	assert_int_equal(audit_check(&k->app, on_fault, &all), OK);
	return all;
}

static void test_audit__is_sound_as_it_is_written(void **state)
{
	struct kit *k = *state;
	assert_int_equal(check(k).n, 0);
	append(k, "9210000001");
	append(k, "9210000002");
	assert_int_equal(check(k).n, 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM audit WHERE who = 'console' AND "
				       "action = 'number.reopen' AND staff_id IS NULL"),
			 2);
	assert_int_equal(kit_number(k, "SELECT max(seq) FROM audit"), 2);
}

/* What is not done is not told of either, and leaves no gap. */
static void test_audit__goes_with_its_transaction(void **state)
{
	struct kit *k = *state;
	append(k, "1");
	assert_int_equal(store_write(k->app.store, put, &(struct put){ k, "2", true }), E_CONFLICT);
	append(k, "3");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM audit"), 2);
	assert_int_equal(check(k).n, 0);
}

static void test_audit__is_append_only(void **state)
{
	struct kit *k = *state;
	append(k, "1");
	assert_true(kit_sql_refused(k, "UPDATE audit SET reason = 'x'"));
	assert_true(kit_sql_refused(k, "DELETE FROM audit"));
}

/* Whoever owns the database can do this; without the application key it shows. */
static void test_audit__shows_every_change(void **state)
{
	static const struct {
		const char *sql;
		int64_t seq;
		const char *what;
	} cases[] = {
		{ "UPDATE audit SET reason = 'x' WHERE seq = 2", 2, "not as it was written" },
		{ "UPDATE audit SET who = 'y' WHERE seq = 1", 1, "not as it was written" },
		{ "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 3", 3, "not as it was written" },
		{ "UPDATE audit SET subject = reason, reason = subject WHERE seq = 2", 2,
		  "not as it was written" },
		{ "DELETE FROM audit WHERE seq = 2", 2, "missing" },
		{ "DELETE FROM audit WHERE seq = 3", 3, "does not end" },
		{ "DELETE FROM audit", 3, "does not end" },
	};
	struct kit *k = *state;
	append(k, "1");
	append(k, "2");
	append(k, "3");
	tamper_open_audit(k);
	kit_sql(k, "CREATE TABLE kept AS SELECT * FROM audit");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kit_sql(k, "%s", cases[i].sql);
		struct faults all = check(k);
		assert_int_not_equal(all.n, 0);
		assert_int_equal(all.seq, cases[i].seq);
		assert_non_null(strstr(all.what, cases[i].what));
		kit_sql(k, "DELETE FROM audit");
		kit_sql(k, "INSERT INTO audit SELECT * FROM kept");
	}
	assert_int_equal(check(k).n, 0);
}

/* A row that was written without the key is no row. */
static void test_audit__refuses_rows_of_others(void **state)
{
	struct kit *k = *state;
	append(k, "1");
	kit_sql(k, "INSERT INTO audit (seq, at_ms, who, action, subject, reason, mac) "
		   "SELECT 2, at_ms, who, action, subject, reason, mac FROM audit");
	kit_sql(k, "UPDATE audit_head SET seq = 2");
	assert_int_equal(check(k).seq, 2);
}

static void test_audit__is_sound_over_many_pages(void **state)
{
	struct kit *k = *state;
	for (int i = 0; i < 1203; i++) {
		append(k, "many");
		arena_reset(k->a);
	}
	assert_int_equal(check(k).n, 0);
}

static void test_audit__knows_a_reason(void **state)
{
	(void)state;
	char longest[AUDIT_REASON_MAX + 2];
	memset(longest, 'x', sizeof(longest));
	assert_true(audit_reason_ok((struct str){ longest, AUDIT_REASON_MAX }));
	assert_false(audit_reason_ok((struct str){ longest, AUDIT_REASON_MAX + 1 }));
	assert_false(audit_reason_ok(STR("")));
	assert_false(audit_reason_ok(STR("a\nb")));
	assert_true(str_eq(audit_action_text(STR("number.reopen"), LANG_RU),
			   STR("Открыт первый вход")));
	assert_true(str_eq(audit_action_text(STR("of.tomorrow"), LANG_RU), STR("of.tomorrow")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_audit__is_sound_as_it_is_written),
		KIT_BOTH(test_audit__goes_with_its_transaction),
		KIT_BOTH(test_audit__is_append_only),
		KIT_BOTH(test_audit__shows_every_change),
		KIT_BOTH(test_audit__refuses_rows_of_others),
		KIT_BOTH(test_audit__is_sound_over_many_pages),
		cmocka_unit_test(test_audit__knows_a_reason),
	};
	return cmocka_run_group_tests_name("domain/audit", tests, NULL, NULL);
}
