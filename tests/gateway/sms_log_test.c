/* Short messages into a file. */
#include "gateway/sms_log.h"

#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/outcomes.h"

struct fixture {
	struct outcomes *o;
	char path[64];
	struct clock_manual clock;
	struct port_sms *port;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->o = outcomes_new();
	snprintf(f->path, sizeof(f->path), "/tmp/kabinet-sms-log.%d", (int)getpid());
	unlink(f->path);
	clock_manual_init(&f->clock, (tstamp){ INT64_C(1795435200000) });
	const struct sms_log_opts opts = { .clock = &f->clock.base, .path = f->path };
	const struct port_sms_events events = outcomes_sms(f->o);
	assert_int_equal(sms_log_start(&opts, &events, &f->port), OK);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	port_sms_stop(f->port, 0);
	unlink(f->path);
	outcomes_free(f->o);
	free(f);
	return 0;
}

static enum err submit(struct fixture *f, int64_t id, struct str text)
{
	const struct sms_out m = { .id = id, .to = { "9211234567" }, .text = text };
	enum err e;
	while ((e = port_sms_submit(f->port, &m)) == E_BUSY)
		outcomes_any_ready(f->o);
	return e;
}

static const char *member(const json_t *line, const char *key)
{
	return json_string_value(json_object_get(line, key));
}

static void test_sms_log__writes_a_line_and_says_delivered(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	json_error_t e;
	assert_int_equal(submit(f, 7, STR("Код: 1 \"2\"\n")), OK);
	outcomes_want(f->o, 7, SENT_OK);
	assert_string_equal(outcomes_provider_id(f->o), "log-7");
	outcomes_want_receipt(f->o, "log-7", SMS_DELIVERED);
	FILE *file = fopen(f->path, "r");
	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	json_t *line = json_loadf(file, JSON_DISABLE_EOF_CHECK, &e);
	assert_non_null(line);
	assert_string_equal(member(line, "at"), "2026-11-23T12:00:00.000Z");
	assert_string_equal(member(line, "to"), "9211234567");
	assert_string_equal(member(line, "text"), "Код: 1 \"2\"\n");
	assert_int_equal(json_integer_value(json_object_get(line, "id")), 7);
	assert_int_equal(json_integer_value(json_object_get(line, "parts")), 1);
	json_decref(line);
	assert_int_equal(getc(file), '\n');
	assert_int_equal(getc(file), EOF);
	fclose(file);
}

/* More than the queue holds, and what is queued when it is told to stop. */
static void test_sms_log__keeps_all_of_many(void **state)
{
	struct fixture *f = *state;
	for (int64_t id = 1; id <= 500; id++)
		assert_int_equal(submit(f, id, STR("text")), OK);
	port_sms_stop(f->port, 0);
	f->port = NULL;
	for (int64_t id = 1; id <= 500; id++)
		outcomes_want(f->o, id, SENT_OK);
}

static void test_sms_log__refuses_what_no_carrier_would_take(void **state)
{
	struct fixture *f = *state;
	char text[161 * 8];
	memset(text, 'a', sizeof(text));
	assert_int_equal(submit(f, 1, STR("")), E_INPUT);
	assert_int_equal(submit(f, 2, STR("\xff")), E_INPUT);
	assert_int_equal(submit(f, 3, (struct str){ .p = text, .n = sizeof(text) }), E_INPUT);
	assert_int_equal(port_sms_link(f->port), SMS_LINK_UP);
}

static void test_sms_log__needs_its_folder(void **state)
{
	struct fixture *f = *state;
	const struct sms_log_opts opts = { .clock = &f->clock.base, .path = "/nowhere/sms" };
	const struct port_sms_events events = outcomes_sms(f->o);
	struct port_sms *port;
	assert_int_equal(sms_log_start(&opts, &events, &port), E_STORE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sms_log__writes_a_line_and_says_delivered),
		TEST(test_sms_log__keeps_all_of_many),
		TEST(test_sms_log__refuses_what_no_carrier_would_take),
		TEST(test_sms_log__needs_its_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
