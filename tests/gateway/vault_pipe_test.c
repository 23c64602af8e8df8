/* Both ends of the way to the vault, and what a taken-over office could put into it. */
#include "gateway/vault_pipe.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct way {
	int office, vault;
	struct vault_pipe pipe;
	struct arena *a;
	struct buf question; /* a good one, as bytes */
};

static const struct vault_request request = {
	.staff_id = 7,
	.who = { "Anna", 4 },
	.purpose = { "contract", 8 },
	.subscriber_id = 42,
	.field = SEAL_PASSPORT,
	.sealed = { "sealed", 6 },
};

static int set_up(void **state)
{
	int pair[2];
	struct way *w = calloc(1, sizeof(*w));
	if (!w || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	w->office = pair[0];
	w->vault = pair[1];
	w->a = arena_new(65536);
	vault_pipe_init(&w->pipe, w->office);
	buf_init(&w->question, VAULT_WIRE_BYTES_MAX);
	*state = w;
	return vault_wire_ask(&w->question, &request) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct way *w = *state;
	if (w->office >= 0)
		close(w->office);
	close(w->vault);
	buf_done(&w->question);
	arena_free(w->a);
	free(w);
	return 0;
}

static int open_files(void)
{
	int n = 0;
	DIR *d = opendir("/proc/self/fd");
	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* --- asked and answered ------------------------------------------------------------ */

struct asker {
	struct way *w;
	struct seal_content got;
	enum err result;
	pthread_t thread;
};

static void *ask(void *arg)
{
	struct asker *k = arg;
	k->result = port_vault_open(&k->w->pipe.port, k->w->a, &request, &k->got);
	return NULL;
}

static void start(struct asker *k, struct way *w)
{
	*k = (struct asker){ .w = w };
	assert_int_equal(pthread_create(&k->thread, NULL, ask, k), 0);
}

static enum err take(struct way *w, struct vault_ask *ret)
{
	enum err e;
	while ((e = vault_pipe_take(w->vault, ret)) == E_NOTFOUND)
		sched_yield();
	return e;
}

static void test_vault_pipe__opens(void **state)
{
	struct way *w = *state;
	const struct seal_content c = { .n = 2, .parts = { STR("4010"), STR("") } };
	struct vault_ask q;
	struct asker k;
	start(&k, w);
	assert_int_equal(take(w, &q), OK);
	assert_true(str_eq(q.request.purpose, STR("contract")));
	assert_true(str_eq(q.request.sealed, STR("sealed")));
	vault_pipe_answer(&q, OK, &c);
	pthread_join(k.thread, NULL);
	assert_int_equal(k.result, OK);
	assert_int_equal(k.got.n, 2);
	assert_int_equal(k.got.subscriber_id, 42);
	assert_true(str_eq(k.got.parts[0], STR("4010")));
}

static void test_vault_pipe__refuses(void **state)
{
	struct way *w = *state;
	const struct seal_content none = { 0 };
	struct vault_ask q;
	struct asker k;
	int before = open_files();
	start(&k, w);
	assert_int_equal(take(w, &q), OK);
	vault_pipe_answer(&q, E_LIMIT, &none);
	pthread_join(k.thread, NULL);
	assert_int_equal(k.result, E_LIMIT);
	assert_int_equal(open_files(), before);
}

/* A vault that ends with the question in its hands: nobody knows how far it came. */
static void test_vault_pipe__without_an_answer(void **state)
{
	struct way *w = *state;
	struct vault_ask q;
	struct asker k;
	start(&k, w);
	assert_int_equal(take(w, &q), OK);
	close(q.reply);
	pthread_join(k.thread, NULL);
	assert_int_equal(k.result, E_UNKNOWN);
}

/* Who gave up gets nothing, and nothing is opened for them. */
static void test_vault_pipe__who_gave_up(void **state)
{
	struct way *w = *state;
	struct vault_ask q;
	struct seal_content got;
	w->pipe.wait_ms = 1;
	assert_int_equal(port_vault_open(&w->pipe.port, w->a, &request, &got), E_UNKNOWN);
	assert_int_equal(vault_pipe_take(w->vault, &q), E_INPUT);
	assert_int_equal(vault_pipe_take(w->vault, &q), E_NOTFOUND);
}

static void test_vault_pipe__without_a_vault(void **state)
{
	struct way *w = *state;
	struct seal_content got;
	struct vault_pipe none;
	vault_pipe_init(&none, -1);
	assert_int_equal(port_vault_open(&none.port, w->a, &request, &got), E_UPSTREAM);
}

/* --- hostile ------------------------------------------------------------------------ */

#define FDS_MANY 6

/* ${n} descriptors of /dev/null, ${first} in the place of the first of them. */
static void put(struct way *w, struct str bytes, int first, size_t n)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(FDS_MANY * sizeof(int))];
	} control = { 0 };
	int fds[FDS_MANY];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct iovec iov = { .iov_base = (char *)(uintptr_t)bytes.p, .iov_len = bytes.n };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	for (size_t i = 0; i < n; i++)
		fds[i] = i == 0 && first >= 0 ? first : null;
	if (n > 0) {
		msg.msg_control = control.room;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
		struct cmsghdr *h = CMSG_FIRSTHDR(&msg);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(h), fds, n * sizeof(int));
	}
	assert_int_equal(sendmsg(w->office, &msg, 0), bytes.n);
	close(null);
}

static void test_vault_pipe__throws_away_what_is_no_question(void **state)
{
	struct way *w = *state;
	struct vault_ask q;
	char long_one[VAULT_WIRE_BYTES_MAX + 1] = { 1 };
	const struct str good = buf_str(&w->question);
	const struct {
		struct str bytes;
		size_t fds;
	} hostile[] = {
		{ good, 0 },
		{ good, 2 },
		{ good, FDS_MANY },
		{ STR("x"), 1 },
		{ STR("x"), 0 },
		{ STR(""), 1 },
		{ STR(""), 0 },
		{ { long_one, sizeof(long_one) }, 1 },
		{ str_sub(good, 0, good.n - 1), 1 },
	};
	int before = open_files();
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		put(w, hostile[i].bytes, -1, hostile[i].fds);
		if (vault_pipe_take(w->vault, &q) != E_INPUT)
			fail_msg("taken: %zu", i);
		assert_int_equal(open_files(), before);
	}
	assert_int_equal(vault_pipe_take(w->vault, &q), E_NOTFOUND);
}

/* What the answer would go to is no socket, or is full: the vault does not wait for it. */
static void test_vault_pipe__never_waits_to_answer(void **state)
{
	struct way *w = *state;
	const struct seal_content c = { .n = 1, .parts = { STR("4010") } };
	struct vault_ask q;
	int full[2];
	put(w, buf_str(&w->question), -1, 1);
	assert_int_equal(vault_pipe_take(w->vault, &q), OK);
	vault_pipe_answer(&q, OK, &c);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, full), 0);
	put(w, buf_str(&w->question), full[0], 1);
	assert_int_equal(vault_pipe_take(w->vault, &q), OK);
	while (send(full[0], "x", 1, MSG_DONTWAIT) == 1)
		;
	vault_pipe_answer(&q, OK, &c);
	close(full[0]);
	close(full[1]);
}

static void test_vault_pipe__nobody_asks_any_more(void **state)
{
	struct way *w = *state;
	struct vault_ask q;
	close(w->office);
	w->office = -1;
	assert_int_equal(vault_pipe_take(w->vault, &q), E_UPSTREAM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(test_vault_pipe__##name, set_up, tear_down)
		T(opens),
		T(refuses),
		T(without_an_answer),
		T(who_gave_up),
		T(without_a_vault),
		T(throws_away_what_is_no_question),
		T(never_waits_to_answer),
		T(nobody_asks_any_more),
#undef T
	};
	return cmocka_run_group_tests_name("gateway/vault_pipe", tests, NULL, NULL);
}
