/* Settings of gateways: what goes together is started, what does not is said with its key. */
#include "cli/gateways.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/passfile.h"
#include "support/outcomes.h"

struct fixture {
	struct arena *a;
	struct config conf;
	struct app app;
	struct cli cli;
	struct outcomes *o;
	char dir[40];
	char said[4096];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->a = arena_new(1 << 20);
	f->o = outcomes_new();
	config_default(&f->conf);
	f->app = (struct app){ .clock = clock_system(),
			       .rnd = rnd_system(),
			       .log = outcomes_log(f->o),
			       .conf = &f->conf };
	f->cli = (struct cli){ .app = &f->app, .err_fd = memfd_create("err", MFD_CLOEXEC) };
	snprintf(f->dir, sizeof(f->dir), "/tmp/kabinet-gateways.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "pass", "sms", "mail" };
	struct fixture *f = *state;
	char path[64];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(f->dir), 0);
	close(f->cli.err_fd);
	outcomes_free(f->o);
	arena_free(f->a);
	free(f);
	return 0;
}

/* ${value} with its beginning "DIR" replaced by the folder of the test. */
static void set(struct fixture *f, const char *section, const char *key, const char *value)
{
	char text[256];
	struct buf errors;
	bool dir = strncmp(value, "DIR", 3) == 0;
	snprintf(text, sizeof(text), "%s%s", dir ? f->dir : "", value + (dir ? 3 : 0));
	buf_init(&errors, 4096);
	assert_int_equal(
		config_set(&f->conf, f->a, str_c(section), str_c(key), str_c(text), &errors), OK);
	buf_done(&errors);
}

/* What was complained since the last time. */
static const char *said(struct fixture *f)
{
	ssize_t n = pread(f->cli.err_fd, f->said, sizeof(f->said) - 1, 0);
	f->said[n > 0 ? n : 0] = '\0';
	assert_int_equal(ftruncate(f->cli.err_fd, 0), 0);
	assert_int_equal(lseek(f->cli.err_fd, 0, SEEK_SET), 0);
	return f->said;
}

static void want_said(struct fixture *f, const char *what)
{
	if (!strstr(said(f), what))
		fail_msg("said\n%s\nand not: %s", f->said, what);
}

static enum err start(struct fixture *f, struct gateways *g)
{
	const struct port_sms_events sms = outcomes_sms(f->o);
	const struct port_mail_events mail = outcomes_mail(f->o);
	return gateways_start(&f->cli, &sms, &mail, g);
}

static void stop(struct gateways *g)
{
	port_sms_stop(g->sms, 0);
	port_mail_stop(g->mail, 0);
	gateways_done(g);
}

static void put_file(struct fixture *f, const char *name, struct str text, mode_t mode)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.n), text.n);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void test_gateways__none_by_default(void **state)
{
	struct fixture *f = *state;
	struct gateways g;
	assert_int_equal(start(f, &g), OK);
	assert_null(g.sms);
	assert_null(g.mail);
	stop(&g);
	assert_string_equal(said(f), "");
}

static void test_gateways__files(void **state)
{
	struct fixture *f = *state;
	struct gateways g;
	const struct sms_out sms = { .id = 1, .to = { "9211234567" }, .text = STR("Код") };
	const struct mail_out mail = {
		.id = 2, .to = STR("a@example.com"), .subject = STR("Код"), .text = STR("1\n")
	};
	set(f, "sms", "gateway", "log");
	set(f, "sms", "log_file", "DIR/sms");
	set(f, "mail", "gateway", "log");
	set(f, "mail", "log_file", "DIR/mail");
	assert_int_equal(start(f, &g), OK);
	assert_int_equal(port_sms_submit(g.sms, &sms), OK);
	assert_int_equal(port_mail_submit(g.mail, &mail), OK);
	outcomes_want(f->o, 1, SENT_OK);
	outcomes_want(f->o, 2, SENT_OK);
	stop(&g);
	assert_string_equal(said(f), "");
}

/* A fault in one stops the other, which had started. */
static void test_gateways__no_folder_for_a_file(void **state)
{
	struct fixture *f = *state;
	struct gateways g;
	set(f, "mail", "gateway", "log");
	set(f, "mail", "log_file", "DIR/mail");
	set(f, "sms", "gateway", "log");
	set(f, "sms", "log_file", "/nowhere/sms");
	assert_int_equal(start(f, &g), E_INPUT);
	want_said(f, "[sms] log_file: No such file or directory\n");
}

static void smtp(struct fixture *f)
{
	set(f, "mail", "gateway", "smtp");
	set(f, "mail", "sender", "noreply@lk.example.ru");
	set(f, "mail_smtp", "address", "localhost:587");
	set(f, "mail_smtp", "user", "kabinet");
	set(f, "mail_smtp", "password_file", "DIR/pass");
}

static void kannel(struct fixture *f)
{
	set(f, "sms", "gateway", "kannel");
	set(f, "sms_kannel", "user", "kabinet");
	set(f, "sms_kannel", "password_file", "DIR/pass");
}

static void smsc(struct fixture *f)
{
	set(f, "sms", "gateway", "smsc");
	set(f, "sms_smsc", "password_file", "DIR/pass");
}

static void smpp(struct fixture *f)
{
	set(f, "sms", "gateway", "smpp");
	set(f, "sms_smpp", "address", "127.0.0.1:1");
	set(f, "sms_smpp", "system_id", "kabinet");
	set(f, "sms_smpp", "password_file", "DIR/pass");
}

/* It connects by itself, here to nobody. */
static void test_gateways__smpp(void **state)
{
	struct fixture *f = *state;
	struct gateways g;
	smpp(f);
	put_file(f, "pass", STR("12345678\n"), 0640);
	if (start(f, &g) != OK)
		fail_msg("%s", said(f));
	assert_int_equal(port_sms_room(g.sms), 0);
	stop(&g);
	put_file(f, "pass", STR("123456789\n"), 0640);
	assert_int_equal(start(f, &g), E_INPUT);
	want_said(f, "[sms_smpp] password_file: SMPP has no passwords of more than 8 characters\n");
	put_file(f, "pass", STR("12345678\n"), 0640);
	set(f, "sms_smpp", "tls", "yes");
	set(f, "sms_smpp", "tls_ca", "/nowhere/ca.pem");
	assert_int_equal(start(f, &g), E_INPUT);
	want_said(f, "[sms_smpp] tls_ca: ");
}

static void test_gateways__started_with_a_password(void **state)
{
	struct fixture *f = *state;
	void (*const settings[])(struct fixture * f) = { kannel, smsc };
	struct gateways g;
	put_file(f, "pass", STR("пароль\n"), 0640);
	smtp(f);
	for (size_t i = 0; i < 2; i++) {
		settings[i](f);
		if (start(f, &g) != OK)
			fail_msg("%s", said(f));
		assert_int_equal(port_mail_room(g.mail), 4);
		assert_int_equal(port_sms_room(g.sms), i ? 4 : 10);
		stop(&g);
	}
}

static void test_gateways__settings_that_do_not_go_together(void **state)
{
	struct fixture *f = *state;
	static const struct {
		void (*good)(struct fixture *f);
		const char *section, *key, *value, *complaint;
	} all[] = {
		{ smtp, "mail_smtp", "address", "", "[mail_smtp] address: name the relay" },
		{ smtp, "mail", "sender", "noreply", "[mail] sender: name the address" },
		{ smtp, "mail", "sender", "", "[mail] sender: name the address" },
		{ smtp, "mail_smtp", "tls", "none", "[mail_smtp] tls: a password is sent" },
		{ smtp, "mail_smtp", "tls", "if-offered", "[mail_smtp] tls: a password is sent" },
		{ smtp, "mail_smtp", "password_file", "", "[mail_smtp] password_file: name" },
		{ kannel, "sms_kannel", "url", "http://kannel.example/cgi-bin/sendsms",
		  "[sms_kannel] url: this is not an address of https" },
		{ kannel, "sms_kannel", "url", "http://127.0.0.1.example/",
		  "[sms_kannel] url: this is not an address of https" },
		{ kannel, "sms_kannel", "user", "", "[sms_kannel] user: name" },
		{ kannel, "sms_kannel", "password_file", "", "[sms_kannel] password_file: name" },
		{ smsc, "sms_smsc", "url", "ftp://smsc.example/", "[sms_smsc] url: this is not" },
		{ smsc, "sms_smsc", "password_file", "", "[sms_smsc] password_file: name" },
		{ smpp, "sms_smpp", "address", "", "[sms_smpp] address: name" },
		{ smpp, "sms_smpp", "system_id", "", "[sms_smpp] system_id: name" },
		{ smpp, "sms_smpp", "password_file", "", "[sms_smpp] password_file: name" },
	};
	struct gateways g;
	put_file(f, "pass", STR("пароль\n"), 0600);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		config_default(&f->conf);
		all[i].good(f);
		assert_int_equal(gateways_check(&f->cli), OK);
		set(f, all[i].section, all[i].key, all[i].value);
		assert_int_equal(start(f, &g), E_INPUT);
		want_said(f, all[i].complaint);
	}
}

static enum err read_pass(struct fixture *f, struct secret *ret)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/pass", f->dir);
	return passfile_read(&f->cli, f->a, "[x] password_file", str_c(path), ret);
}

static void test_gateways__password_files(void **state)
{
	struct fixture *f = *state;
	static const struct str good[] = { STR("a b=c"), STR("a b=c\n"), STR("a b=c\r\n") };
	static const struct str bad[] = { STR(""),     STR("\n"),   STR("a\nb\n"), STR("a\n\n"),
					  STR("\xFF"), STR("a\0b"), STR("\ta\n") };
	static char big[1024];
	struct secret s;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		put_file(f, "pass", good[i], 0600);
		assert_int_equal(read_pass(f, &s), OK);
		assert_true(str_eq(s.bytes, STR("a b=c")));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_file(f, "pass", bad[i], 0600);
		assert_int_equal(read_pass(f, &s), E_INPUT);
		want_said(f, "pass: this is not a password on one line\n");
	}
	memset(big, 'a', sizeof(big));
	put_file(f, "pass", (struct str){ .p = big, .n = sizeof(big) }, 0600);
	assert_int_equal(read_pass(f, &s), E_INPUT);
}

static void test_gateways__password_files_of_all(void **state)
{
	struct fixture *f = *state;
	struct secret s;
	put_file(f, "pass", STR("a\n"), 0644);
	assert_int_equal(read_pass(f, &s), E_INPUT);
	want_said(f, "[x] password_file: ");
	put_file(f, "pass", STR("a\n"), 0602);
	assert_int_equal(read_pass(f, &s), E_INPUT);
	want_said(f, "pass: others may read or write this file; chmod it\n");
	assert_int_equal(passfile_read(&f->cli, f->a, "[x] y", STR("/nowhere/x"), &s), E_INPUT);
	want_said(f, "[x] y: /nowhere/x: No such file or directory\n");
	assert_int_equal(passfile_read(&f->cli, f->a, "[x] y", STR("/tmp"), &s), E_INPUT);
	want_said(f, "[x] y: /tmp: not a file\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_gateways__none_by_default),
		TEST(test_gateways__files),
		TEST(test_gateways__no_folder_for_a_file),
		TEST(test_gateways__smpp),
		TEST(test_gateways__started_with_a_password),
		TEST(test_gateways__settings_that_do_not_go_together),
		TEST(test_gateways__password_files),
		TEST(test_gateways__password_files_of_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
