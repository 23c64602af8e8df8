#include "core/check.h"

#include "core/log.h"
#include "core/utf8.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <unistd.h>

struct fixture {
	struct clock_manual clock;
	struct log *log;
	int pipe[2];
	char line[2 * PIPE_BUF];
};

static int set_up(void **state)
{
	static struct fixture f;
	clock_manual_init(&f.clock, (tstamp){ .ms = 1795350960123 });
	if (pipe(f.pipe))
		return -1;
	f.log = log_new(f.pipe[1], LOG_INFO, &f.clock.base);
	*state = &f;
	return f.log ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	log_free(f->log);
	close(f->pipe[0]);
	close(f->pipe[1]);
	return 0;
}

/* Everything that stands in the pipe. */
static struct str read_all(struct fixture *f)
{
	assert_int_equal(write(f->pipe[1], "!", 1), 1);
	ssize_t n = read(f->pipe[0], f->line, sizeof(f->line));
	assert_true(n > 0 && f->line[n - 1] == '!');
	return (struct str){ .p = f->line, .n = (size_t)n - 1 };
}

#define HEAD "{\"at\":\"2026-11-22T12:36:00.123Z\",\"level\":\"info\",\"event\":\"e\""

static void test_log__one_line_of_json(void **state)
{
	struct fixture *f = *state;
	log_event(f->log, LOG_WARN, "http.answer", log_int("status", -200),
		  log_const("route", "/lk"));
	check_str(read_all(f),
		  STR("{\"at\":\"2026-11-22T12:36:00.123Z\",\"level\":\"warn\","
		      "\"event\":\"http.answer\",\"status\":-200,\"route\":\"/lk\"}\n"));
	log_event(f->log, LOG_INFO, "e");
	check_str(read_all(f), STR(HEAD "}\n"));
}

static void test_log__below_its_level_nothing(void **state)
{
	struct fixture *f = *state;
	log_event(f->log, LOG_DEBUG, "e", log_int("n", 1));
	log_event(NULL, LOG_ERROR, "e", log_int("n", 1));
	assert_int_equal(read_all(f).n, 0);
}

static void test_log__escapes_everything(void **state)
{
	struct fixture *f = *state;
	log_event(f->log, LOG_INFO, "e", log_text("m", "a\"b\\c\n\x01\x7f\xD0z\xFFё"));
	check_str(read_all(f), STR(HEAD ",\"m\":\"a\\\"b\\\\c\\u000a\\u0001\\u007f"
					"\xEF\xBF\xBDz\xEF\xBF\xBDё\"}\n"));
	log_event(f->log, LOG_INFO, "e", log_text("m", NULL), log_const("c", "\""));
	check_str(read_all(f), STR(HEAD ",\"m\":\"\",\"c\":\"\\\"\"}\n"));
}

static void test_log__text_loses_long_numbers(void **state)
{
	struct fixture *f = *state;
	log_event(f->log, LOG_INFO, "e", log_text("m", "Key (n)=(9211234567) 123 1234 12a34567"));
	check_str(read_all(f), STR(HEAD ",\"m\":\"Key (n)=(#) 123 # 12a#\"}\n"));
}

static void test_log__text_is_cut_at_a_border(void **state)
{
	struct fixture *f = *state;
	char text[400];
	/* 199 bytes and then letters of two: the 200th byte would be half a letter. */
	memset(text, 'a', 199);
	for (size_t i = 199; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "ё", 2);
	text[397] = '\0';
	log_event(f->log, LOG_INFO, "e", log_text("m", text));
	struct str line = read_all(f);
	assert_int_equal(line.n, strlen(HEAD ",\"m\":\"") + 199 + strlen("\"}\n"));
	assert_true(utf8_clean(line, true));
	log_event(f->log, LOG_INFO, "e", log_text("m", text + 1));
	assert_int_equal(read_all(f).n, strlen(HEAD ",\"m\":\"") + 200 + strlen("\"}\n"));
}

static void test_log__hash_is_whole(void **state)
{
	struct fixture *f = *state;
	unsigned char hash[LOG_HASH_BYTES];
	for (int i = 0; i < LOG_HASH_BYTES; i++)
		hash[i] = (unsigned char)(0x10 + i);
	log_event(f->log, LOG_INFO, "e", log_hash("h", hash));
	check_str(read_all(f), STR(HEAD ",\"h\":\"101112131415161718191a1b1c1d1e1f"
					"202122232425262728292a2b2c2d2e2f\"}\n"));
}

static void test_log__too_long_a_line_says_so(void **state)
{
	struct fixture *f = *state;
	char text[201];
	memset(text, '\x01', 200);
	text[200] = '\0';
	/* 1,200 bytes each when escaped: the fourth has no room. */
	log_event(f->log, LOG_INFO, "e", log_text("a", text), log_text("b", text),
		  log_text("c", text), log_text("d", text), log_int("f", 1));
	struct str line = read_all(f);
	assert_true(line.n <= PIPE_BUF);
	assert_true(str_ends(line, STR("\\u0001\",\"cut\":true}\n")));
	assert_null(memmem(line.p, line.n, "\"d\"", 3));
}

static void test_log__keeps_errno(void **state)
{
	struct fixture *f = *state;
	struct log *closed = log_new(-1, LOG_DEBUG, &f->clock.base);
	errno = ENOENT;
	log_event(closed, LOG_INFO, "e");
	assert_int_equal(errno, ENOENT);
	log_free(closed);
	log_free(NULL);
}

#define LINES 200

static void *write_lines(void *arg)
{
	struct fixture *f = arg;
	for (int i = 0; i < LINES; i++)
		log_event(f->log, LOG_INFO, "e", log_const("c", "one and the same"));
	return NULL;
}

static void test_log__lines_of_threads_do_not_mix(void **state)
{
	struct fixture *f = *state;
	const struct str want = STR(HEAD ",\"c\":\"one and the same\"}\n");
	pthread_t threads[2];
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(threads + i, NULL, write_lines, f), 0);
	for (int i = 0; i < 2 * LINES; i++) {
		size_t n = 0;
		while (n < want.n) {
			ssize_t got = read(f->pipe[0], f->line + n, want.n - n);
			assert_true(got > 0);
			n += (size_t)got;
		}
		check_str(((struct str){ .p = f->line, .n = n }), want);
	}
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

#define with(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with(test_log__one_line_of_json),
		with(test_log__below_its_level_nothing),
		with(test_log__escapes_everything),
		with(test_log__text_loses_long_numbers),
		with(test_log__text_is_cut_at_a_border),
		with(test_log__hash_is_whole),
		with(test_log__too_long_a_line_says_so),
		with(test_log__keeps_errno),
		with(test_log__lines_of_threads_do_not_mix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
