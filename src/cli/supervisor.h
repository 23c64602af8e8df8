/* Starts processes and keeps them going: what `kabinet serve` is once it has given its sockets
 * away. It knows neither what they do nor what they were given: a command line and descriptors
 * each, and a pipe on which a child says two words. */
#ifndef CLI_SUPERVISOR_H
#define CLI_SUPERVISOR_H

#include "core/clock.h"
#include "core/err.h"
#include "core/log.h"

#include <sys/types.h>

/* A child finds its end of the pipe here, and what it was given at the numbers that follow. */
#define SUPERVISOR_TALK_FD 3
#define SUPERVISOR_FDS_MAX 8

/* What a child says, one byte each. Its end of the pipe reports POLLERR once the parent is gone. */
enum supervisor_word {
	SUPERVISOR_READY = 'R', /* it does its work */
	SUPERVISOR_LOST = 'F',  /* what all of them stand on cannot be trusted any more: end them */
};

struct supervisor_child {
	const char *name;  /* a constant, for the log */
	char *const *argv; /* NULL at the end */
};

struct supervisor_opts {
	const char *path; /* of the program */
	const struct supervisor_child *children;
	size_t children_n;
	const int *fds; /* given to every child as SUPERVISOR_TALK_FD + 1 …; -1: that number stays
			   closed */
	size_t fds_n;   /* at most SUPERVISOR_FDS_MAX */
	int stop_ms;    /* how long a child may take to end after SIGTERM, before SIGKILL */
	const struct clock *clock;
	struct log *log;
	void *arg;                   /* of the three below */
	void (*ready)(void *arg);    /* once: all of them are */
	void (*stopping)(void *arg); /* once, before they are told to end; not when ready() was
					never called */
	void (*up)(void *arg, size_t child, bool up); /* each time one is ready, or has died */
};

/**
 * supervisor_run(opts):
 * Start the children one after the other, each when the one before is ready; start one that dies
 * again, after a delay (supervisor_delay_ms()); until SIGTERM or SIGINT, which it passes on, or
 * SUPERVISOR_LOST. No child is left when it returns, and none outlives the calling thread
 * (SIGKILL). To be called with SIGTERM, SIGINT and SIGCHLD blocked. Returns OK when asked to stop.
 * Expected: E_STORE (a child said LOST, or ended with exit code 2 before it was ready for the first
 * time), E_UPSTREAM (it ended then in any other way).
 */
enum err supervisor_run(const struct supervisor_opts *opts) must_check;

/** supervisor_delay_ms(before_ms, lived_ms): how long to wait before a child that lived ${lived_ms}
 * is started again, if the last wait was ${before_ms} (0: none yet): 1 s, 2 s, 4 s, … 60 s, and 1 s
 * again after a minute of life. */
int64_t supervisor_delay_ms(int64_t before_ms, int64_t lived_ms);

#endif
