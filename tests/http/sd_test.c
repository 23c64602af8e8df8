/* What systemd would do around a service: hand sockets over, and listen to it. */
#include "http/sd.h"

#include "http/client.h"

#define FIRST_FD 3 /* SD_LISTEN_FDS_START */

/* Runs with ${n} descriptors handed over under ${names}, as the environment says it. */
static void announce(const char *n, const char *names)
{
	char pid[16];
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", n, 1);
	setenv("LISTEN_FDNAMES", names, 1);
}

static void silence(void)
{
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

static void test_sd__not_started_by_a_socket_unit(void **state)
{
	(void)state;
	char at[16];
	silence();
	assert_int_equal(http_listen_from_systemd("web", at, sizeof(at)), E_NOTFOUND);
	announce("0", "");
	assert_int_equal(http_listen_from_systemd("web", at, sizeof(at)), E_NOTFOUND);
	silence();
}

static void test_sd__finds_a_socket_by_its_name(void **state)
{
	(void)state;
	int kept[2];
	for (int i = 0; i < 2; i++) {
		kept[i] = dup(FIRST_FD + i);
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_int_equal(dup2(fd, FIRST_FD + i), FIRST_FD + i);
		if (fd != FIRST_FD + i)
			close(fd);
	}
	announce("2", "office:web");
	char at[16];
	assert_int_equal(http_listen_from_systemd("web", at, sizeof(at)), OK);
	assert_string_equal(at, "fd:4");
	assert_int_equal(http_listen_from_systemd("office", at, sizeof(at)), OK);
	assert_string_equal(at, "fd:3");
	assert_int_equal(http_listen_from_systemd("metrics", at, sizeof(at)), E_NOTFOUND);
	char small[4];
	assert_int_equal(http_listen_from_systemd("web", small, sizeof(small)), E_NOTFOUND);
	silence();
	for (int i = 0; i < 2; i++) {
		close(FIRST_FD + i);
		if (kept[i] >= 0) {
			dup2(kept[i], FIRST_FD + i);
			close(kept[i]);
		}
	}
}

static void assert_told(int fd, const char *want)
{
	char text[64] = "";
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);
	assert_int_equal(n, strlen(want));
	assert_string_equal(text, want);
}

static void test_sd__tells_how_it_is(void **state)
{
	(void)state;
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	snprintf(where.sun_path, sizeof(where.sun_path), "/tmp/kabinet-sd-%ld.sock",
		 (long)getpid());
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&where, sizeof(where)), 0);
	setenv("NOTIFY_SOCKET", where.sun_path, 1);
	http_sd_ready();
	assert_told(fd, "READY=1");
	http_sd_stopping();
	assert_told(fd, "STOPPING=1");
	unsetenv("NOTIFY_SOCKET");
	http_sd_ready(); /* nobody to tell */
	unlink(where.sun_path);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sd__not_started_by_a_socket_unit),
		cmocka_unit_test(test_sd__finds_a_socket_by_its_name),
		cmocka_unit_test(test_sd__tells_how_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
