/* A child with two pipes. */
#include "support/peer.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define WAIT_MS 60000

struct peer {
	pid_t pid;
	int in, out; /* of the child */
	char *text;  /* what has come and was not read yet */
	size_t n, room;
	json_t *line;
	int port;
	char ca[256];
};

extern char **environ;

static void spawn(struct peer *p, const char *const argv[])
{
	int in[2];
	int out[2];
	posix_spawn_file_actions_t actions;
	assert_int_equal(pipe(in) | pipe(out), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	for (int i = 0; i < 2; i++) {
		posix_spawn_file_actions_addclose(&actions, in[i]);
		posix_spawn_file_actions_addclose(&actions, out[i]);
	}
	if (posix_spawnp(&p->pid, argv[0], &actions, NULL, (char *const *)argv, environ) != 0)
		fail_msg("cannot run %s", argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	close(in[0]);
	close(out[1]);
	p->in = in[1];
	p->out = out[0];
}

static void read_more(struct peer *p)
{
	struct pollfd fd = { .fd = p->out, .events = POLLIN };
	if (p->room - p->n < 65536) {
		p->room = p->n + 131072;
		p->text = realloc(p->text, p->room);
		assert_non_null(p->text);
	}
	if (poll(&fd, 1, WAIT_MS) != 1)
		fail_msg("the peer says nothing");
	ssize_t n = read(p->out, p->text + p->n, p->room - p->n);
	if (n <= 0)
		fail_msg("the peer has ended: are its modules there (cd tests && npm ci "
			 "--ignore-scripts)?");
	p->n += (size_t)n;
}

const json_t *peer_line(struct peer *p)
{
	char *end;
	json_error_t e;
	while (!p->n || !(end = memchr(p->text, '\n', p->n)))
		read_more(p);
	json_decref(p->line);
	p->line = json_loadb(p->text, (size_t)(end - p->text), 0, &e);
	if (!p->line)
		fail_msg("not JSON from the peer: %.*s", (int)(end - p->text), p->text);
	p->n -= (size_t)(end + 1 - p->text);
	memmove(p->text, end + 1, p->n);
	return p->line;
}

long long peer_number(struct peer *p, const char *key)
{
	const json_t *v = json_object_get(p->line, key);
	if (!json_is_integer(v))
		fail_msg("the peer's line has no number %s", key);
	return json_integer_value(v);
}

const char *peer_text(struct peer *p, const char *key)
{
	const char *s = json_string_value(json_object_get(p->line, key));
	if (!s)
		fail_msg("the peer's line has no text %s", key);
	return s;
}

struct peer *peer_start(const char *const argv[])
{
	struct peer *p = calloc(1, sizeof(*p));
	assert_non_null(p);
	signal(SIGPIPE, SIG_IGN);
	spawn(p, argv);
	peer_line(p);
	p->port = (int)peer_number(p, "port");
	const char *ca = json_string_value(json_object_get(p->line, "ca"));
	snprintf(p->ca, sizeof(p->ca), "%s", ca ? ca : "");
	return p;
}

int peer_port(const struct peer *p)
{
	return p->port;
}

const char *peer_ca(const struct peer *p)
{
	return p->ca;
}

void peer_say(struct peer *p, const char *line)
{
	assert_int_equal(write(p->in, line, strlen(line)), strlen(line));
	assert_int_equal(write(p->in, "\n", 1), 1);
}

void peer_stop(struct peer *p)
{
	int status;
	if (!p)
		return;
	close(p->in);
	close(p->out);
	kill(p->pid, SIGTERM);
	waitpid(p->pid, &status, 0);
	json_decref(p->line);
	free(p->text);
	free(p);
}
