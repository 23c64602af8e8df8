/* A role in a thread: it stops when it is asked to, and by itself when the disk fails. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "cli/serve.h"
#include "support/disk.h"
#include "support/kit.h"

/* Before any thread is made: a disk that can be broken, and signals that are waited for. */
static int prepare(void **state)
{
	sigset_t set;
	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return pthread_sigmask(SIG_BLOCK, &set, NULL) | disk_install();
}

struct server {
	struct kit *k;
	struct app app;
	struct cli cli;
	struct serve_link link;
	int told; /* what the role says to its parent */
	pthread_t thread;
	enum err result;
};

static void *serve(void *arg)
{
	struct server *s = arg;
	s->result = s->link.role == ROLE_WEB ? serve_web(&s->cli, &s->link)
					     : serve_worker(&s->cli, &s->link);
	return NULL;
}

static bool logged(struct kit *k, const char *what)
{
	char log[8192];
	ssize_t n = pread(k->log_fd, log, sizeof(log), 0);
	return n > 0 && memmem(log, (size_t)n, what, strlen(what));
}

static char next_word(struct server *s)
{
	char word = 0;
	assert_int_equal(read(s->told, &word, 1), 1);
	return word;
}

static void start(struct server *s, struct kit *k, enum role role)
{
	int ends[2];
	int board_fd;
	*s = (struct server){ .k = k,
			      .app = k->app,
			      .link = { .role = role, .wake = -1, .metrics = -1, .vault = -1 } };
	s->app.hasher = NULL; /* the web role makes its own */
	struct http_listener listener;
	assert_int_equal(http_listen("127.0.0.1:0", s->app.log, &listener), OK);
	s->link.listen = listener.fd;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	s->cli = (struct cli){ .app = &s->app, .out_fd = null, .err_fd = null };
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	s->told = ends[0];
	s->link.talk = ends[1];
	assert_int_equal(board_new(&s->link.board, &board_fd), OK);
	close(board_fd);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
	assert_int_equal(next_word(s), SUPERVISOR_READY);
}

static void finish(struct server *s)
{
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	close(s->cli.out_fd);
	if (s->link.role != ROLE_WEB)
		close(s->link.listen); /* the web role has closed it */
	close(s->link.talk);
	close(s->told);
	board_free(s->link.board);
}

static void stops_when_asked(struct kit *k, enum role role)
{
	struct server s;
	start(&s, k, role);
	kill(getpid(), SIGTERM);
	finish(&s);
	assert_int_equal(s.result, OK);
	assert_true(logged(k, "\"asked\""));
}

static void test_serve__web_stops_when_asked(void **state)
{
	stops_when_asked(*state, ROLE_WEB);
}

static void test_serve__worker_stops_when_asked(void **state)
{
	stops_when_asked(*state, ROLE_WORKER);
}

/* What was acknowledged stays; what was not is not tried again (threat-model.md, rule 5). */
static void test_serve__stops_when_the_disk_fails(void **state)
{
	struct server s;
	start(&s, *state, ROLE_WEB);
	struct kit_person p = kit_issue(s.k, 1);
	struct signin_done done;
	disk_break(true);
	assert_int_equal(kit_signin(s.k, p.msisdn, p.last4, &done), E_UNKNOWN);
	assert_int_equal(next_word(&s), SUPERVISOR_LOST);
	finish(&s);
	disk_break(false);
	assert_int_equal(s.result, E_STORE);
	assert_true(logged(*state, "\"store_failed\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(test_serve__##name, kit_setup_sqlite, kit_teardown)
		T(web_stops_when_asked),
		T(worker_stops_when_asked),
		T(stops_when_the_disk_fails),
#undef T
	};
	return cmocka_run_group_tests_name("cli/serve", tests, prepare, NULL);
}
