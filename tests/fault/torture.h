/* A thing the program does, tried while each allocation or statement in it fails in turn. */
#ifndef FAULT_TORTURE_H
#define FAULT_TORTURE_H

#include "core/rnd.h"
#include "fault/fault.h"
#include "support/visitor.h"

/* One kit, many tries. */
struct torture {
	const struct torture_case *what;
	struct kit *k;
	int n; /* which try of any kind, from 1 */
	const struct fault *fault;
	struct visitor *v; /* freed at the end; may be NULL */
	struct visitor *other;
	struct rnd_seeded rnd;
	struct visitor_cookie jar[VISITOR_COOKIES]; /* what ${v} had before */
	struct str page, location;                  /* of the right answer */
	int status;
	const char *password, *next_password;
	char text[4096]; /* a file */
	int64_t before;  /* what was counted before the try */
};

/* Whatever is wrong fails the test. */
struct torture_case {
	const char *name;
	const char *path; /* of a page */
	/** begin(t): once, on a new kit; may be NULL. */
	void (*begin)(struct torture *t);
	/** prepare(t): before each try; may be NULL. */
	void (*prepare)(struct torture *t);
	/** attempt(t): do it under faults. True: it gave the right answer; else it must have said
	 * that it failed. */
	bool (*attempt)(struct torture *t);
	/** settle(t, right): what was answered rightly is there; what was not can be done again,
	 * and is there only once; may be NULL. */
	void (*settle)(struct torture *t, bool right);
};

struct torture_list {
	const struct torture_case *v;
	size_t n;
};

/** torture_pages(), torture_posts(): every row of both routes.def. torture_imports(): every kind of
 * file. torture_rooms(): what else has no page. torture_gateways(): who carries messages.
 * torture_outbox(): the messages. */
struct torture_list torture_pages(void);
struct torture_list torture_posts(void);
struct torture_list torture_imports(void);
struct torture_list torture_rooms(void);
struct torture_list torture_gateways(void);
struct torture_list torture_outbox(void);

/** torture_done(e): ${e} is OK. Any other may only say "not done, or nobody knows": else it would
 * be a wrong answer. */
bool torture_done(enum err e);

#endif
