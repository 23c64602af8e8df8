/* Letters into a file. */
#include "gateway/mail_log.h"

#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/outcomes.h"

struct fixture {
	struct outcomes *o;
	char path[64];
	struct clock_manual clock;
	struct port_mail *port;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->o = outcomes_new();
	snprintf(f->path, sizeof(f->path), "/tmp/kabinet-mail-log.%d", (int)getpid());
	unlink(f->path);
	clock_manual_init(&f->clock, (tstamp){ INT64_C(1795435200000) });
	const struct mail_log_opts opts = { .clock = &f->clock.base, .path = f->path };
	const struct port_mail_events events = outcomes_mail(f->o);
	assert_int_equal(mail_log_start(&opts, &events, &f->port), OK);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	port_mail_stop(f->port, 0);
	unlink(f->path);
	outcomes_free(f->o);
	free(f);
	return 0;
}

static void submit(struct fixture *f, int64_t id)
{
	const struct mail_out m = {
		.id = id,
		.to = STR("a@example.com"),
		.subject = STR("Тема «с \"кавычками\"»"),
		.text = STR("одна\nдве\n"),
	};
	enum err e;
	while ((e = port_mail_submit(f->port, &m)) == E_BUSY)
		outcomes_any_ready(f->o);
	assert_int_equal(e, OK);
}

static void test_mail_log__lines(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	json_error_t e;
	submit(f, 7);
	submit(f, 8);
	outcomes_want(f->o, 7, SENT_OK);
	outcomes_want(f->o, 8, SENT_OK);
	FILE *file = fopen(f->path, "r");
	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	for (int64_t id = 7; id <= 8; id++) {
		json_t *line = json_loadf(file, JSON_DISABLE_EOF_CHECK, &e);
		assert_non_null(line);
		assert_int_equal(json_integer_value(json_object_get(line, "id")), id);
		assert_string_equal(json_string_value(json_object_get(line, "at")),
				    "2026-11-23T12:00:00.000Z");
		assert_string_equal(json_string_value(json_object_get(line, "to")),
				    "a@example.com");
		assert_string_equal(json_string_value(json_object_get(line, "subject")),
				    "Тема «с \"кавычками\"»");
		assert_string_equal(json_string_value(json_object_get(line, "text")),
				    "одна\nдве\n");
		assert_string_equal(json_string_value(json_object_get(line, "html")), "");
		json_decref(line);
	}
	assert_int_equal(getc(file), '\n');
	assert_int_equal(getc(file), EOF);
	fclose(file);
}

/* More than the queue holds, and what is queued when it is told to stop. */
static void test_mail_log__all_of_many(void **state)
{
	struct fixture *f = *state;
	for (int64_t id = 1; id <= 500; id++)
		submit(f, id);
	port_mail_stop(f->port, 0);
	f->port = NULL;
	for (int64_t id = 1; id <= 500; id++)
		outcomes_want(f->o, id, SENT_OK);
}

static void test_mail_log__no_such_folder(void **state)
{
	struct fixture *f = *state;
	const struct mail_log_opts opts = { .clock = &f->clock.base, .path = "/nowhere/mail" };
	const struct port_mail_events events = outcomes_mail(f->o);
	struct port_mail *port;
	assert_int_equal(mail_log_start(&opts, &events, &port), E_STORE);
}

static void test_mail_log__refused_letters(void **state)
{
	struct fixture *f = *state;
	const struct mail_out m = { .to = STR("nobody"), .subject = STR("a"), .text = STR("b") };
	assert_int_equal(port_mail_submit(f->port, &m), E_INPUT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_mail_log__lines),
		TEST(test_mail_log__all_of_many),
		TEST(test_mail_log__no_such_folder),
		TEST(test_mail_log__refused_letters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
