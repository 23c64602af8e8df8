/* Anchors of the audit: when they are made, what they show. */
#include "domain/audit_anchor.h"

#include <stdio.h>
#include <string.h>

#include "domain/port_anchor.h"
#include "jobs/jobs.h"
#include "support/colleague.h"
#include "support/tamper.h"

/* Whoever keeps them outside. */
struct outside {
	struct port_anchor port; /* stands first */
	char *last;              /* 256 bytes; what it was told */
	int *n;
	const bool *broken;
};

static enum err put(const struct port_anchor *p, struct str line)
{
	const struct outside *o = (const struct outside *)p;
	if (*o->broken)
		return E_UPSTREAM;
	snprintf(o->last, 256, "%.*s", (int)line.n, line.p);
	++*o->n;
	return OK;
}

static void add(struct kit *k, int n)
{
	char login[16];
	snprintf(login, sizeof(login), "n%d", n);
	colleague_add(k, login, "clerk");
	arena_reset(k->a);
}

static int64_t anchors(struct kit *k)
{
	return kit_number(k, "SELECT count(*) FROM audit_anchor");
}

static void test_job_anchor__tells_once_a_day(void **state)
{
	struct kit *k = *state;
	char last[256] = "";
	int told = 0;
	bool broken = false;
	const struct outside o = { { put }, last, &told, &broken };
	k->app.anchors = &o.port;
	assert_int_equal(job_anchor(&k->app), OK);
	assert_int_equal(told, 0); /* nothing was done yet */
	add(k, 1);
	assert_int_equal(job_anchor(&k->app), OK);
	assert_int_equal(told, 1);
	assert_int_equal(strlen(last), strlen("2026-11-23 1 ") + 64);
	assert_memory_equal(last, "2026-11-23 1 ", 13);
	add(k, 2);
	assert_int_equal(job_anchor(&k->app), OK);
	assert_int_equal(told, 1);
	kit_days(k, 1);
	assert_int_equal(job_anchor(&k->app), OK);
	assert_memory_equal(last, "2026-11-24 2 ", 13);
	kit_days(k, 1);
	assert_int_equal(job_anchor(&k->app), OK);
	assert_memory_equal(last, "2026-11-25 2 ", 13);
	assert_int_equal(told, 3);
	assert_int_equal(anchors(k), 3);
}

static void test_job_anchor__does_not_wait_when_many_rows_came(void **state)
{
	struct kit *k = *state;
	add(k, 1);
	assert_int_equal(job_anchor(&k->app), OK);
	for (int i = 2; i <= AUDIT_ANCHOR_ROWS; i++)
		add(k, i);
	assert_int_equal(job_anchor(&k->app), OK);
	assert_int_equal(anchors(k), 1);
	add(k, AUDIT_ANCHOR_ROWS + 1);
	assert_int_equal(job_anchor(&k->app), OK);
	assert_int_equal(anchors(k), 2);
}

/* It counts when somebody outside has it. */
static void test_job_anchor__tries_again_what_was_not_taken(void **state)
{
	struct kit *k = *state;
	char last[256] = "";
	int told = 0;
	bool broken = true;
	const struct outside o = { { put }, last, &told, &broken };
	k->app.anchors = &o.port;
	add(k, 1);
	assert_int_equal(job_anchor(&k->app), E_UPSTREAM);
	assert_int_equal(anchors(k), 0);
	broken = false;
	assert_int_equal(job_anchor(&k->app), OK);
	assert_int_equal(told, 1);
	assert_int_equal(anchors(k), 1);
}

/* --- what they show ------------------------------------------------------- */

struct faults {
	int n;
	int64_t seq; /* of the first */
	int64_t day;
};

static void on_fault(void *arg, const struct check_fault *f)
{
	struct faults *all = arg;
	assert_string_equal(f->invariant, "I14");
	if (all->n++ > 0)
		return;
	all->seq = f->audit_seq;
	all->day = f->day;
}

static struct faults check(struct kit *k)
{
	struct faults all = { 0 };
	assert_int_equal(audit_anchor_check(&k->app, on_fault, &all), OK);
	return all;
}

static int chain_faults(struct kit *k)
{
	struct faults all = { 0 };
	assert_int_equal(audit_check(&k->app, on_fault, &all), OK);
	return all.n;
}

/* Who has the application key can write another past, whose chain is sound. */
static void test_audit_anchor__shows_a_past_that_was_written_anew(void **state)
{
	struct kit *k = *state;
	for (int i = 1; i <= 3; i++)
		add(k, i);
	assert_int_equal(job_anchor(&k->app), OK);
	assert_int_equal(check(k).n, 0);
	tamper_open_audit(k);
	kit_sql(k, "DELETE FROM audit");
	kit_sql(k, "UPDATE audit_head SET seq = 0, mac = CAST('' AS %s)",
		k->kind == KIT_POSTGRES ? "BYTEA" : "BLOB");
	for (int i = 4; i <= 6; i++)
		add(k, i);
	assert_int_equal(chain_faults(k), 0);
	struct faults all = check(k);
	assert_int_equal(all.n, 1);
	assert_int_equal(all.seq, 3);
	assert_int_equal(all.day, date_days(app_today(&k->app)));
}

static void test_audit_anchor__shows_an_end_that_was_cut_off(void **state)
{
	struct kit *k = *state;
	for (int i = 1; i <= 3; i++)
		add(k, i);
	assert_int_equal(job_anchor(&k->app), OK);
	tamper_open_audit(k);
	kit_sql(k, "DELETE FROM audit WHERE seq = 3");
	kit_sql(k, "UPDATE audit_head SET seq = 2, mac = (SELECT mac FROM audit WHERE seq = 2)");
	assert_int_equal(chain_faults(k), 0);
	assert_int_equal(check(k).seq, 3);
}

static void test_audit_anchor__is_append_only(void **state)
{
	struct kit *k = *state;
	add(k, 1);
	assert_int_equal(job_anchor(&k->app), OK);
	assert_true(kit_sql_refused(k, "UPDATE audit_anchor SET seq = 2"));
	assert_true(kit_sql_refused(k, "DELETE FROM audit_anchor"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_job_anchor__tells_once_a_day),
		KIT_BOTH(test_job_anchor__does_not_wait_when_many_rows_came),
		KIT_BOTH(test_job_anchor__tries_again_what_was_not_taken),
		KIT_BOTH(test_audit_anchor__shows_a_past_that_was_written_anew),
		KIT_BOTH(test_audit_anchor__shows_an_end_that_was_cut_off),
		KIT_BOTH(test_audit_anchor__is_append_only),
	};
	return cmocka_run_group_tests_name("jobs/anchor", tests, NULL, NULL);
}
