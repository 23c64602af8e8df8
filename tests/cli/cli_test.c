/* The commands `kabinet init`, `number` and `limits`, and the files of the keys. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/keyfile.h"
#include "support/authenticator.h"
#include "support/kit.h"

struct console {
	struct app app;
	struct config conf;
	struct cli cli;
	char dir[64];
	char keys[80];
	char text[8192]; /* of the last run */
};

static struct console *console_new(void)
{
	struct console *c = calloc(1, sizeof(*c));
	assert_non_null(c);
	snprintf(c->dir, sizeof(c->dir), "/tmp/kabinet-cli.XXXXXX");
	assert_non_null(mkdtemp(c->dir));
	snprintf(c->keys, sizeof(c->keys), "%s/var/keys", c->dir);
	config_default(&c->conf);
	c->conf.keys_dir = str_c(c->keys);
	c->app = (struct app){ .clock = clock_system(), .rnd = rnd_system(), .conf = &c->conf };
	c->cli.app = &c->app;
	return c;
}

static void console_free(struct console *c)
{
	static const char *const made[] = { "var/keys/vault.key",
					    "var/keys/vault.pub",
					    "var/keys/app.key",
					    "var/keys/root.key",
					    "var/keys/root.pub",
					    "var/keys",
					    "var",
					    "said",
					    "" };
	char path[128];
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", c->dir, made[i]);
		(void)remove(path);
	}
	assert_int_equal(access(c->dir, F_OK), -1);
	free(c);
}

/* Runs a command on ${app}; what it says, on either stream, is in ${c}->text. */
static enum err run(struct console *c, struct app *app, enum err (*command)(const struct cli *c),
		    int argc, char **argv)
{
	char path[96];
	snprintf(path, sizeof(path), "%s/said", c->dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	struct cli cli = { .app = app, .argc = argc, .argv = argv, .out_fd = fd, .err_fd = fd };
	enum err e = command(&cli);
	ssize_t n = pread(fd, c->text, sizeof(c->text) - 1, 0);
	assert_true(n >= 0);
	c->text[n] = '\0';
	close(fd);
	return e;
}

static enum err load(struct console *c, struct keys *ret)
{
	c->cli.out_fd = c->cli.err_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	enum err e = keyfile_load(&c->cli, ret);
	close(c->cli.err_fd);
	return e;
}

static mode_t mode_of(struct console *c, const char *name)
{
	struct stat st;
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", c->keys, name);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void test_keyfile__is_made_once(void **state)
{
	(void)state;
	struct console *c = console_new();
	struct keys first;
	struct keys again;
	mode_t old = umask(0);
	assert_int_equal(run(c, &c->app, cli_init, 0, NULL), OK);
	umask(old);
	assert_int_equal(mode_of(c, ""), 0700);
	assert_int_equal(mode_of(c, "vault.key"), 0600);
	assert_int_equal(mode_of(c, "vault.pub"), 0644);
	assert_int_equal(mode_of(c, "app.key"), 0600);
	assert_int_equal(mode_of(c, "root.key"), 0600);
	assert_int_equal(mode_of(c, "root.pub"), 0644);
	assert_int_equal(load(c, &first), OK);
	assert_int_equal(run(c, &c->app, cli_init, 0, NULL), E_CONFLICT);
	assert_non_null(strstr(c->text, "never overwritten"));
	assert_int_equal(load(c, &again), OK);
	assert_memory_equal(&first, &again, sizeof(first));
	console_free(c);
}

static void test_keyfile__is_not_made_beside_one_that_is_there(void **state)
{
	(void)state;
	struct console *c = console_new();
	char path[128];
	assert_int_equal(run(c, &c->app, cli_init, 0, NULL), OK);
	snprintf(path, sizeof(path), "%s/vault.key", c->keys);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(run(c, &c->app, cli_init, 0, NULL), E_CONFLICT);
	assert_int_equal(access(path, F_OK), -1);
	console_free(c);
}

static enum err load_root(struct console *c, bool private, struct keys_root *ret)
{
	c->cli.out_fd = c->cli.err_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	enum err e = keyfile_load_root(&c->cli, private, ret);
	close(c->cli.err_fd);
	return e;
}

/* An installation that is older than the roots of the ledger. */
static void test_keyfile__adds_what_is_missing(void **state)
{
	(void)state;
	struct console *c = console_new();
	static const char *const root[] = { "root.key", "root.pub" };
	char path[128];
	struct keys before, after;
	struct keys_root signer, checker;
	assert_int_equal(run(c, &c->app, cli_init, 0, NULL), OK);
	assert_int_equal(load(c, &before), OK);
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", c->keys, root[i]);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(load(c, &after), OK);
	assert_int_equal(load_root(c, true, &signer), E_NOTFOUND);
	assert_int_equal(run(c, &c->app, cli_init, 0, NULL), OK);
	assert_non_null(strstr(c->text, "/root.key\n"));
	assert_null(strstr(c->text, "/app.key\n"));
	assert_int_equal(load(c, &after), OK);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(load_root(c, true, &signer), OK);
	assert_int_equal(load_root(c, false, &checker), OK);
	assert_true(signer.signs && !checker.signs);
	assert_memory_equal(signer.public, checker.public, KEYS_BYTES);
	console_free(c);
}

/* Serving needs the public half and the application key; the private half may be on another
 * machine. */
static void test_keyfile__serves_without_the_private_key(void **state)
{
	(void)state;
	struct console *c = console_new();
	struct keys keys;
	char path[128];
	assert_int_equal(run(c, &c->app, cli_init, 0, NULL), OK);
	snprintf(path, sizeof(path), "%s/vault.key", c->keys);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(load(c, &keys), OK);
	console_free(c);
}

static void test_keyfile__refuses_what_is_not_a_key(void **state)
{
	(void)state;
	struct console *c = console_new();
	struct keys keys;
	char path[128];
	assert_int_equal(load(c, &keys), E_NOTFOUND);
	assert_int_equal(run(c, &c->app, cli_init, 0, NULL), OK);
	snprintf(path, sizeof(path), "%s/app.key", c->keys);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(load(c, &keys), E_DENIED);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(load(c, &keys), OK);
	assert_int_equal(truncate(path, 40), 0);
	assert_int_equal(load(c, &keys), E_INPUT);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(load(c, &keys), E_INPUT);
	console_free(c);
}

static void test_number__is_reopened_from_the_console(void **state)
{
	struct kit *k = *state;
	struct console *c = console_new();
	struct kit_person p = kit_issue(k, 1);
	struct signin_done done;
	char reopen[] = "reopen";
	char option[] = "--reason";
	char reason[] = " паспорт показан ";
	char empty[] = " ";
	char nobody[] = "9219999999";
	char *argv[] = { reopen, p.msisdn, option, reason };
	for (int i = 0; i < 3; i++)
		assert_int_equal(kit_signin(k, p.msisdn, "0000", &done), E_DENIED);
	assert_int_equal(run(c, &k->app, cli_number, 4, argv), OK);
	assert_int_equal(kit_signin(k, p.msisdn, p.last4, &done), OK);
	assert_int_equal(kit_number(k,
				    "SELECT count(*) FROM audit WHERE who = 'console' AND reason = "
				    "'паспорт показан'"),
			 1);
	assert_int_equal(run(c, &k->app, cli_number, 3, argv), E_INPUT);
	assert_non_null(strstr(c->text, "usage: kabinet number reopen NUMBER --reason TEXT"));
	argv[3] = empty;
	assert_int_equal(run(c, &k->app, cli_number, 4, argv), E_INPUT);
	argv[3] = reason;
	argv[1] = nobody;
	assert_int_equal(run(c, &k->app, cli_number, 4, argv), E_NOTFOUND);
	argv[1] = empty;
	assert_int_equal(run(c, &k->app, cli_number, 4, argv), E_INPUT);
	console_free(c);
}

static void test_limits__are_explained(void **state)
{
	(void)state;
	struct console *c = console_new();
	char option[] = "--explain";
	char *argv[] = { option };
	assert_int_equal(run(c, &c->app, cli_limits, 0, NULL), OK);
	assert_non_null(strstr(c->text, "first_number_life = 3"));
	assert_null(strstr(c->text, "any number in a day"));
	assert_int_equal(run(c, &c->app, cli_limits, 1, argv), OK);
	assert_non_null(strstr(c->text, "  0.0060  any number in a day (60 guesses of 10000)"));
	assert_non_null(
		strstr(c->text, "  0.15  one number, ever, by the holder of a neighbouring card"));
	assert_non_null(strstr(c->text, "  0.0000090  recovery: any account in a day, however many "
					"addresses (900 guesses of 100000000)"));
	assert_non_null(strstr(c->text, "recovery: one account in a day, by SMS and by letter (18 "
					"guesses of 100000000)"));
	assert_non_null(strstr(c->text, "  240  to all phones, asked for by strangers"));
	c->conf.signin_activation = STR("iccid4+sms");
	assert_int_equal(run(c, &c->app, cli_limits, 1, argv), OK);
	assert_non_null(strstr(c->text, "closed (activation = iccid4+sms)"));
	assert_non_null(strstr(c->text, "  0.0000000027  first sign-in: any number in a day"));
	c->conf.signin_activation = STR("office");
	assert_int_equal(run(c, &c->app, cli_limits, 1, argv), OK);
	assert_non_null(strstr(c->text, "closed (activation = office)"));
	assert_int_equal(run(c, &c->app, cli_limits, 2, argv), E_INPUT);
	console_free(c);
}

static void test_totp__is_switched_off_from_the_console(void **state)
{
	struct kit *k = *state;
	struct console *c = console_new();
	struct totp_spares spares;
	struct session session = kit_register(k, 1);
	struct kit_person p = kit_person(1);
	char off[] = "off";
	char option[] = "--reason";
	char reason[] = " паспорт показан ";
	char *argv[] = { off, p.msisdn, option, reason };
	assert_int_equal(run(c, &k->app, cli_totp, 4, argv), E_NOTFOUND);
	authenticator_on(k, &session, &spares);
	assert_int_equal(run(c, &k->app, cli_totp, 4, argv), OK);
	assert_int_equal(run(c, &k->app, cli_totp, 3, argv), E_INPUT);
	assert_non_null(strstr(c->text, "usage: kabinet totp off NUMBER --reason TEXT"));
	console_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keyfile__is_made_once),
		cmocka_unit_test(test_keyfile__is_not_made_beside_one_that_is_there),
		cmocka_unit_test(test_keyfile__adds_what_is_missing),
		cmocka_unit_test(test_keyfile__serves_without_the_private_key),
		cmocka_unit_test(test_keyfile__refuses_what_is_not_a_key),
		KIT_BOTH(test_totp__is_switched_off_from_the_console),
		KIT_BOTH(test_number__is_reopened_from_the_console),
		cmocka_unit_test(test_limits__are_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
