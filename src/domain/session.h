/* Sessions in the database by the hash of a 256-bit token. A look-up gives who asks and never
 * writes; the last use is written at most once in five minutes and not waited for. */
#ifndef DOMAIN_SESSION_H
#define DOMAIN_SESSION_H

#include "core/msisdn.h"
#include "domain/signin.h"

struct session {
	int64_t id;
	enum session_kind kind;
	int64_t number_id;
	int64_t epoch;
	int64_t subscriber_id; /* 0 with SESSION_FIRST */
	int64_t account_id;
	struct msisdn msisdn;
	struct str given; /* empty with SESSION_FIRST */
	struct str family;
	bool phone_confirmed; /* subscriber_phone_confirmed() */
	bool factor;          /* a second factor is on */
	bool fresh; /* its holder has proved anew, at most five minutes ago, that it is they */
};

struct session_row {
	int64_t id;
	struct str ref; /* names it to session_end_one() */
	tstamp created, used;
	struct str device;
};

struct session_list {
	size_t n;
	struct session_row *v;
};

/**
 * session_find(app, a, token, &ret):
 * Who holds the ${SESSION_TOKEN_BYTES} bytes of ${token}. Expected: E_NOTFOUND (none, ended, idle
 * too long, too old, of a clock that was wrong, epoch over). Reads only; schedules the note of the
 * last use.
 */
enum err session_find(const struct app *app, struct arena *a, struct str token,
		      struct session *ret) must_check;

/** session_list(app, a, session, &ret): the open sessions of the same subscriber, the latest use
 * first. ${app}->keys must be there. */
enum err session_list(const struct app *app, struct arena *a, const struct session *s,
		      struct session_list *ret) must_check;

/** session_end(app, s): sign out. session_end_others(app, a, s): all but this. */
enum err session_end(const struct app *app, const struct session *s) must_check;
enum err session_end_others(const struct app *app, struct arena *a,
			    const struct session *s) must_check;

/**
 * session_end_one(app, a, s, ref):
 * End the session that session_list() named so to the subscriber of ${s}; OK also when it has ended
 * by now. Expected: E_NOTFOUND (nothing was ever named so to them).
 */
enum err session_end_one(const struct app *app, struct arena *a, const struct session *s,
			 struct str ref) must_check;

/** session_reauth(app, tx, session): its holder has just proved that it is they. Expected:
 * E_NOTFOUND (it has ended). */
enum err session_reauth(const struct app *app, struct tx *tx, const struct session *s) must_check;

/* A session to be opened by the domain, inside the transaction that gives the right to it. */
struct session_new {
	const unsigned char *token; /* SESSION_TOKEN_BYTES */
	int64_t number_id, epoch;
	struct str device;
	int64_t sim_id;           /* SESSION_FIRST: the card whose digits were compared */
	int64_t subscriber_id;    /* SESSION_FULL */
	struct str password_hash; /* SESSION_FULL: what the password was compared with */
	bool proved;              /* SESSION_FULL: by a second factor besides, so it begins fresh */
};

/**
 * session_open_first(app, tx, n), session_open_full(app, tx, n):
 * Expected: E_DENIED (the digits, or the password, are no longer what they were when they were
 * compared).
 */
enum err session_open_first(const struct app *app, struct tx *tx,
			    const struct session_new *n) must_check;
enum err session_open_full(const struct app *app, struct tx *tx,
			   const struct session_new *n) must_check;

/**
 * session_settle(app, a, e, token):
 * After a transaction that opened a session: when its outcome ${e} is E_UNKNOWN, look the session
 * up; if it is there, all of that transaction was done and the result is OK. Any other ${e} is
 * returned as it is.
 */
enum err session_settle(const struct app *app, struct arena *a, enum err e,
			const unsigned char *token) must_check;

/** session_expire(app, &ret_n): delete up to 1,000 sessions that are over; call again while
 * ${ret_n} is 1,000. */
enum err session_expire(const struct app *app, int64_t *ret_n) must_check;

#endif
