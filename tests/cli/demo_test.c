/* `kabinet demo`: what it refuses, and that who it makes up can sign in. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "domain/account.h"
#include "support/books.h"

static enum err run(struct kit *k, size_t argc, const char *const *args, char *out, size_t n)
{
	char path[96], *argv[8];
	snprintf(path, sizeof(path), "%s/out", k->dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	for (size_t i = 0; i < argc; i++)
		argv[i] = (char *)(uintptr_t)args[i];
	const struct cli c = {
		.app = &k->app, .argc = (int)argc, .argv = argv, .out_fd = fd, .err_fd = fd
	};
	enum err err = cli_demo(&c);
	ssize_t got = pread(fd, out, n - 1, 0);
	assert_true(got >= 0);
	out[got] = '\0';
	close(fd);
	return err;
}

static void test_demo__refuses_what_it_cannot_do(void **state)
{
	struct kit *k = *state;
	static const struct {
		size_t n;
		const char *v[4];
	} bad[] = {
		{ 0, { NULL } },
		{ 1, { "--subscribers" } },
		{ 2, { "--subscribers", "0" } },
		{ 2, { "--subscribers", "1000001" } },
		{ 2, { "--subscribers", "6 000" } },
		{ 2, { "--movements", "24" } },
		{ 4, { "--subscribers", "1", "--movements", "-1" } },
		{ 4, { "--subscribers", "1", "--password", "" } },
		{ 4, { "--subscribers", "1", "--pasword", "x" } },
	};
	char out[1024];
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(run(k, bad[i].n, bad[i].v, out, sizeof(out)), E_INPUT);
		assert_true(str_starts(str_c(out), STR("usage: kabinet demo ")));
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM number"), 0);
}

static void test_demo__makes_people_who_can_sign_in(void **state)
{
	struct kit *k = *state;
	static const char *const args[] = { "--subscribers", "21", "--movements", "7" };
	char out[1024];
	struct signin_done done;
	struct account_summary sum;
	assert_int_equal(run(k, 4, args, out, sizeof(out)), OK);
	assert_true(str_starts(str_c(out), STR("new subscribers: 21, per second: ")));
	assert_true(str_ends(str_c(out),
			     STR("\nnumbers 9000000000 to 9000000020, password demo-kabinet\n")));
	assert_int_equal(run(k, 4, args, out, sizeof(out)), OK);
	assert_true(str_starts(str_c(out), STR("new subscribers: 0, ")));
	books_assert_sound(k);
	kit_argon2(k);
	assert_int_equal(kit_signin(k, "9000000020", "demo-kabinet", &done), OK);
	struct session s = kit_session(k, &done);
	assert_int_equal(account_summary(&k->app, k->a, &s, &sum), OK);
	assert_int_equal(sum.state, NUMBER_ACTIVE);
	assert_true(sum.has_tariff);
	assert_int_equal(sum.n_last, 3);
	assert_int_equal(sum.money.balance.kop, books_balance(k, s.account_id));
	assert_int_equal(kit_signin(k, "9000000019", "demo-kabinet", &done), OK);
	s = kit_session(k, &done);
	assert_int_equal(account_summary(&k->app, k->a, &s, &sum), OK);
	assert_int_equal(sum.state, NUMBER_BLOCKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_demo__refuses_what_it_cannot_do),
		KIT_BOTH(test_demo__makes_people_who_can_sign_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
