/* The server as a whole: lanes, listeners, proxies, counters, and how it stops. */
#include "http/site.h"

#include <sys/stat.h>

static void start(struct site *site)
{
	site_init(site);
	site_start(site);
}

static void ask(int fd, const char *path)
{
	char line[256];
	int n = snprintf(line, sizeof(line), "GET %s HTTP/1.1\r\nHost: site\r\n\r\n", path);
	assert_true(say(fd, (struct str){ .p = line, .n = (size_t)n }));
}

static void test_server__answers(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	struct reply r;
	get(fd, "/a%2Fb?x=%D0%B6&y=1+2", &r);
	assert_int_equal(r.status, 200);
	assert_string_equal(
		r.body, "path=/a/b;query:x=\xd0\xb6;query:y=1 2;host=site;peer=127.0.0.1;tls=0;");
	assert_non_null(strstr(r.head, "\r\nContent-Type: text/plain\r\n"));
	assert_non_null(strstr(r.head, "\r\nDate: "));
	close(fd);
	site_stop(&site);
}

static void test_server__keeps_the_connection(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	struct reply r;
	for (int i = 0; i < 100; i++) {
		get(fd, i % 2 ? "/" : "/work", &r);
		assert_int_equal(r.status, 200);
	}
	assert_comes(&site, connections, 1);
	assert_comes(&site, requests, 100);
	assert_comes(&site, status[2], 100);
	say(fd, STR("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
	hear(fd, true, &r);
	assert_int_equal(r.status, 200);
	assert_true(ends(fd));
	close(fd);
	assert_comes(&site, connections, 0);
	site_stop(&site);
}

static void test_server__head_is_get_without_a_body(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	struct reply r;
	say(fd, STR("HEAD /x HTTP/1.1\r\nHost: site\r\n\r\n"));
	hear(fd, false, &r);
	assert_int_equal(r.status, 200);
	assert_true(length_in(r.head) > 0);
	get(fd, "/x", &r);
	assert_int_equal(r.status, 200);
	assert_int_equal(r.body_n, length_in(r.head));
	close(fd);
	site_stop(&site);
}

static void test_server__not_modified(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	struct reply r;
	get(fd, "/unchanged", &r);
	assert_int_equal(r.status, 304);
	assert_non_null(strstr(r.head, "\r\nETag: \"1\"\r\n"));
	get(fd, "/", &r);
	assert_int_equal(r.status, 200);
	close(fd);
	site_stop(&site);
}

/* A page that does not fit is an error page, not half a page. */
static void test_server__page_too_large(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	struct reply r;
	get(fd, "/overflow", &r);
	assert_int_equal(r.status, 500);
	assert_non_null(strstr(r.body, "path=/overflow;"));
	close(fd);
	site_stop(&site);
}

static void test_server__large_answer(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	ask(fd, "/large");
	char head[4096];
	assert_true(hear_head(fd, head, sizeof(head)));
	assert_int_equal(length_in(head), STATIC_BODY_N);
	char space[65536];
	size_t got = 0;
	while (got < STATIC_BODY_N) {
		ssize_t n = recv(fd, space, sizeof(space), 0);
		assert_true(n > 0);
		got += (size_t)n;
	}
	assert_int_equal(got, STATIC_BODY_N);
	close(fd);
	site_stop(&site);
}

static void test_server__blocked_work_leaves_reads_alone(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int held[12];
	for (int i = 0; i < 12; i++) {
		held[i] = dial(&site);
		ask(held[i], "/hold");
	}
	latch_filled(&site.latch, site.opts.work_threads);
	assert_comes(&site, work_queue, 12 - site.opts.work_threads);
	for (int i = 0; i < 20; i++)
		assert_serves(&site);
	latch_open(&site.latch);
	for (int i = 0; i < 12; i++) {
		struct reply r;
		hear(held[i], true, &r);
		assert_int_equal(r.status, 200);
		close(held[i]);
	}
	site_stop(&site);
}

static void test_server__full_slow_lane_says_so(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int held[4];
	struct reply r;
	for (int i = 0; i < 4; i++) {
		held[i] = dial(&site);
		ask(held[i], "/slow");
		if (i == 1)
			latch_filled(&site.latch, 2);
	}
	assert_comes(&site, slow_queue, 2);
	int fd = dial(&site);
	get(fd, "/slow", &r);
	assert_int_equal(r.status, 503);
	assert_non_null(strstr(r.head, "\r\nRetry-After: "));
	assert_null(strstr(r.head, "\r\nConnection: close\r\n"));
	get(fd, "/", &r);
	assert_int_equal(r.status, 200);
	get(fd, "/work", &r);
	assert_int_equal(r.status, 200);
	assert_comes(&site, busy, 1);
	latch_open(&site.latch);
	for (int i = 0; i < 4; i++) {
		hear(held[i], true, &r);
		assert_int_equal(r.status, 200);
		close(held[i]);
	}
	close(fd);
	site_stop(&site);
}

static void *stop_in_thread(void *arg)
{
	struct site *site = arg;
	http_stop(site->server);
	return NULL;
}

/* What runs, what waits in the queue, and a body that is still coming: all of it is answered. */
static void test_server__stops_when_all_is_answered(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int held[8];
	for (int i = 0; i < 8; i++) {
		held[i] = dial(&site);
		ask(held[i], "/hold");
	}
	latch_filled(&site.latch, site.opts.work_threads);
	assert_comes(&site, work_queue, 8 - site.opts.work_threads);
	int posting = dial(&site);
	say(posting, STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
			 "Content-Type: application/x-www-form-urlencoded\r\n\r\na"));
	int idle = dial(&site);
	struct reply r;
	get(idle, "/", &r);
	assert_comes(&site, requests, 10);
	int port = http_port(site.server);

	pthread_t stopper;
	assert_int_equal(pthread_create(&stopper, NULL, stop_in_thread, &site), 0);
	assert_true(ends(idle));
	say(posting, STR("=1"));
	hear(posting, true, &r);
	assert_non_null(strstr(r.body, "form:a=1;"));
	assert_non_null(strstr(r.head, "\r\nConnection: close\r\n"));
	latch_open(&site.latch);
	for (int i = 0; i < 8; i++) {
		hear(held[i], true, &r);
		assert_int_equal(r.status, 200);
		assert_true(ends(held[i]));
		close(held[i]);
	}
	pthread_join(stopper, NULL);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), -1);
	close(fd);
	close(posting);
	close(idle);
	free(site.large);
}

static void hear_about(int fd, const char *fields, const char *want)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", fields);
	struct reply r;
	say(fd, (struct str){ .p = text, .n = (size_t)n });
	hear(fd, true, &r);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(r.body, want));
}

static void test_server__forwarded_by_a_proxy(void **state)
{
	(void)state;
	struct site site;
	site_init(&site);
	site.opts.proxies = "10.0.0.1 127.0.0.1";
	site_start(&site);
	int fd = dial(&site);
	hear_about(fd, "X-Forwarded-For: 192.0.2.7, 198.51.100.9\r\nX-Forwarded-Proto: https\r\n",
		   "peer=198.51.100.9;tls=1;");
	hear_about(fd, "X-Forwarded-For: 198.51.100.9, 10.0.0.1\r\nX-Forwarded-Proto: http\r\n",
		   "peer=198.51.100.9;tls=0;");
	hear_about(fd, "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 198.51.100.9\r\n",
		   "peer=198.51.100.9;");
	hear_about(fd, "X-Forwarded-For: nobody\r\n", "peer=127.0.0.1;");
	close(fd);
	site_stop(&site);
}

static void test_server__forwarded_by_a_stranger(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	int fd = dial(&site);
	hear_about(fd, "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n",
		   "peer=127.0.0.1;tls=0;");
	close(fd);
	site_stop(&site);
}

static void socket_path(char *path, size_t n)
{
	snprintf(path, n, "/tmp/kabinet-http-%ld.sock", (long)getpid());
}

static void test_server__unix_socket(void **state)
{
	(void)state;
	char path[64];
	char listen[80];
	socket_path(path, sizeof(path));
	snprintf(listen, sizeof(listen), "unix:%s", path);
	struct site site;
	site_init(&site);
	site.opts.listen = listen;
	site_start(&site);
	assert_int_equal(http_port(site.server), 0);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	int fd = dial_unix(path);
	hear_about(fd, "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n",
		   "peer=192.0.2.7;tls=1;");
	hear_about(fd, "", "peer=;tls=0;");
	close(fd);
	site_stop(&site);
	assert_int_equal(stat(path, &st), -1);
}

static void test_server__socket_file_left_behind(void **state)
{
	(void)state;
	char path[64];
	char listen[80];
	socket_path(path, sizeof(path));
	snprintf(listen, sizeof(listen), "unix:%s", path);
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	memcpy(where.sun_path, path, strlen(path) + 1);
	int left = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(left, (struct sockaddr *)&where, sizeof(where)), 0);
	close(left);
	struct site site;
	site_init(&site);
	site.opts.listen = listen;
	site_start(&site);
	struct http_server *second = NULL;
	assert_int_equal(http_start(&site.opts, &second), E_UPSTREAM);
	assert_null(second);
	int fd = dial_unix(path);
	hear_about(fd, "", "path=/;");
	close(fd);
	site_stop(&site);
}

static void test_server__descriptor_handed_over(void **state)
{
	(void)state;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	char listen_at[16];
	snprintf(listen_at, sizeof(listen_at), "fd:%d", fd);
	struct site site;
	site_init(&site);
	site.opts.listen = listen_at;
	assert_int_equal(http_start(&site.opts, &site.server), E_UPSTREAM); /* not listening yet */
	assert_int_equal(listen(fd, 8), 0);
	site_start(&site);
	assert_true(http_port(site.server) > 0);
	assert_serves(&site);
	site_stop(&site);
}

static void test_server__cannot_listen(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"8080",
		":8080",
		"127.0.0.1",
		"127.0.0.1:x",
		"127.0.0.1:99999",
		"localhost:80",
		"fd:x",
		"fd:-1",
		"unix:",
		"unix:/nowhere/at/all",
		"192.0.2.1:80",
	};
	struct site site;
	site_init(&site);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		site.opts.listen = bad[i];
		assert_int_equal(http_start(&site.opts, &site.server), E_UPSTREAM);
	}
	site.opts.listen = "127.0.0.1:0";
	site.opts.proxies = "nginx";
	assert_int_equal(http_start(&site.opts, &site.server), E_UPSTREAM);
	free(site.large);
}

static void test_server__both_families(void **state)
{
	(void)state;
	struct site site;
	site_init(&site);
	site.opts.listen = "[::1]:0";
	if (http_start(&site.opts, &site.server) != OK) {
		free(site.large);
		skip(); /* a machine without IPv6 */
	}
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
				   .sin6_port = htons((uint16_t)http_port(site.server)),
				   .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	hear_about(fd, "", "peer=::1;");
	close(fd);
	site_stop(&site);
}

/* With the house nearly full, who only sits there is asked to leave, and nobody is turned away. */
static void test_server__full_house(void **state)
{
	(void)state;
	struct site site;
	site_init(&site);
	site.opts.io_threads = 1;
	site.opts.connections_max = 8;
	site_start(&site);
	int fd[8];
	struct reply r;
	for (int i = 0; i < 8; i++) {
		fd[i] = dial(&site);
		get(fd[i], "/", &r);
		assert_int_equal(r.status, 200);
	}
	assert_serves(&site);
	for (int i = 0; i < 8; i++) {
		assert_true(ends(fd[i]));
		close(fd[i]);
	}
	site_stop(&site);
}

#define CLIENTS  8
#define REQUESTS 150

struct client {
	pthread_t thread;
	struct site *site;
	int id;
	int failures;
};

static void *run_client(void *arg)
{
	struct client *c = arg;
	static const char *const kinds[] = { "/", "/work", "/slow-" };
	int fd = -1;
	for (int i = 0; i < REQUESTS; i++) {
		if (fd < 0)
			fd = dial(c->site);
		char path[64];
		char want[80];
		snprintf(path, sizeof(path), "%s%d-%d", kinds[(i + c->id) % 3], c->id, i);
		snprintf(want, sizeof(want), "path=%s;", path);
		struct reply r;
		get(fd, path, &r);
		bool mine = r.status == 200 && strstr(r.body, want);
		if (!mine && r.status != 503)
			c->failures++;
		if (i % 10 == 9) {
			close(fd);
			fd = -1;
		}
	}
	return NULL;
}

static void clients_start(struct client clients[CLIENTS], struct site *site,
			  void *(*run)(void *arg))
{
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = (struct client){ .site = site, .id = i };
		assert_int_equal(pthread_create(&clients[i].thread, NULL, run, &clients[i]), 0);
	}
}

/* None has seen anything wrong. */
static void clients_join(struct client clients[CLIENTS])
{
	for (int i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		assert_int_equal(clients[i].failures, 0);
	}
}

/* Every client gets its own answers, on all lanes at once. */
static void test_server__many_at_once(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	struct client clients[CLIENTS];
	clients_start(clients, &site, run_client);
	clients_join(clients);
	assert_comes(&site, requests, CLIENTS * REQUESTS);
	site_stop(&site);
}

/* Stopping while requests pour in: each client sees whole answers or the end of the connection. */
static void *pour(void *arg)
{
	struct client *c = arg;
	int fd = dial(c->site);
	struct reply r;
	do {
		static const struct str line = STR("GET /work HTTP/1.1\r\nHost: a\r\n\r\n");
		say(fd, line);
		hear(fd, true, &r);
		if (r.status != 0 && (r.status != 200 || r.body_n != length_in(r.head)))
			c->failures++;
	} while (r.status != 0);
	close(fd);
	return NULL;
}

static void test_server__stops_under_load(void **state)
{
	(void)state;
	struct site site;
	start(&site);
	struct client clients[CLIENTS];
	clients_start(clients, &site, pour);
	assert_comes(&site, connections, CLIENTS);
	(void)poll(NULL, 0, 50);
	site_stop(&site);
	clients_join(clients);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_server__answers),
		cmocka_unit_test(test_server__keeps_the_connection),
		cmocka_unit_test(test_server__head_is_get_without_a_body),
		cmocka_unit_test(test_server__not_modified),
		cmocka_unit_test(test_server__page_too_large),
		cmocka_unit_test(test_server__large_answer),
		cmocka_unit_test(test_server__blocked_work_leaves_reads_alone),
		cmocka_unit_test(test_server__full_slow_lane_says_so),
		cmocka_unit_test(test_server__stops_when_all_is_answered),
		cmocka_unit_test(test_server__forwarded_by_a_proxy),
		cmocka_unit_test(test_server__forwarded_by_a_stranger),
		cmocka_unit_test(test_server__unix_socket),
		cmocka_unit_test(test_server__socket_file_left_behind),
		cmocka_unit_test(test_server__descriptor_handed_over),
		cmocka_unit_test(test_server__cannot_listen),
		cmocka_unit_test(test_server__both_families),
		cmocka_unit_test(test_server__full_house),
		cmocka_unit_test(test_server__many_at_once),
		cmocka_unit_test(test_server__stops_under_load),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
