/* What is over is deleted, whatever else cannot be. */
#include "jobs/jobs.h"

#include "support/kit.h"

static void test_job_expire__goes_on_behind_what_fails(void **state)
{
	struct kit *k = *state;
	kit_sql(k, "INSERT INTO attempt_limit (key, win, n, expires_ms) VALUES ('k', 1, 1, 0)");
	kit_sql(k, "ALTER TABLE session RENAME TO session_gone");
	assert_int_equal(job_expire(&k->app), E_STORE);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM attempt_limit"), 0);
	kit_sql(k, "ALTER TABLE session_gone RENAME TO session");
	assert_int_equal(job_expire(&k->app), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_job_expire__goes_on_behind_what_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
