/* Sessions in the database by the hash of a 256-bit token. A look-up gives who asks and never writes; the
 * last use is written at most once in five minutes and not waited for. */
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
	struct str given;  /* empty with SESSION_FIRST */
	struct str family;
};

struct session_row {
	int64_t id;
	tstamp created, used;
	struct str device;
};

struct session_list {
	size_t n;
	struct session_row *v;
};

/**
 * session_find(app, a, token, &ret):
 * Who holds the ${SESSION_TOKEN_BYTES} bytes of ${token}. Expected: E_NOTFOUND (none, ended, idle too long, too
 * old, epoch over). Reads only; schedules the note of the last use.
 */
enum err session_find(const struct app *app, struct arena *a, struct str token, struct session *ret) must_check;

/** session_list(app, a, session, &ret): the open sessions of the same subscriber, the latest use first. */
enum err session_list(const struct app *app, struct arena *a, const struct session *s, struct session_list *ret) must_check;

/** session_end(app, s): sign out. session_end_one(app, s, id): end one of one's own; E_NOTFOUND when not one's own. session_end_others(app, s): all but this. */
enum err session_end(const struct app *app, const struct session *s) must_check;
enum err session_end_one(const struct app *app, const struct session *s, int64_t id) must_check;
enum err session_end_others(const struct app *app, const struct session *s) must_check;

#endif
