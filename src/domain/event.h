/* What happened to somebody's credentials: a row for the page that shows it to them, and the notice
 * that goes with it, both in the transaction of the event. Which events there are, and what each
 * says, is in domain/event.def. */
#ifndef DOMAIN_EVENT_H
#define DOMAIN_EVENT_H

#include "domain/message.h"
#include "domain/say.h"
#include "domain/session.h"

enum event_kind {
#define EVENT(id, name, list, notice, ru, en) EVENT_##id,
#include "domain/event.def"
#undef EVENT
	EVENT_N,
};

#define EVENT_KEEP_MS (90 * DAY_MS)

struct event_new {
	enum event_kind kind;
	int64_t subscriber_id;
	struct msisdn
		msisdn;     /* the number that the notice tells; none: where no notice goes by it */
	int64_t session_id; /* whose holder did it: the device is that one's; 0: another way */
	struct str device;  /* then: in words, or empty */
};

/**
 * event_put(app, tx, a, e):
 * Write ${e} down and tell it to the confirmed contact phone as it is in ${tx}, as domain/event.def
 * says: so before anything in ${tx} changes that phone. The caller calls outbox_wake() after the
 * commit. Expected: E_STORE, E_NOMEM.
 */
enum err event_put(const struct app *app, struct tx *tx, struct arena *a,
		   const struct event_new *e) must_check;

/** event_by(app, tx, a, session, kind): event_put() of what the holder of ${session} did. */
enum err event_by(const struct app *app, struct tx *tx, struct arena *a, const struct session *s,
		  enum event_kind kind) must_check;

/** event_notice(kind, &ret): the message that event_put() writes for it; false: none. */
bool event_notice(enum event_kind kind, enum message_id *ret);

/** event_text(kind): what to call it on a page. */
struct say event_text(enum event_kind kind);

/** event_told(message, &ret): what a notice tells of. Expected: E_NOTFOUND (it is none: a code, or
 * a link that somebody asked for). */
enum err event_told(enum message_id message, enum event_kind *ret) must_check;

struct event {
	enum event_kind kind;
	struct say what; /* event_text() of it */
	tstamp at;
	struct str device; /* empty: nobody's browser did it, or it did not say which it is */
};

struct event_list {
	size_t n;
	struct event *v; /* the latest first */
	bool more;       /* than were asked for */
};

struct event_lists {
	struct event_list signins, changes;
};

/** event_list(app, a, session, size, &ret): up to ${size} of each that are kept of the subscriber.
 */
enum err event_list(const struct app *app, struct arena *a, const struct session *s, int64_t size,
		    struct event_lists *ret) must_check;

/** event_expire(app, &ret_n): delete up to 1,000 that are older than EVENT_KEEP_MS; call again
 * while ${ret_n} is 1,000. */
enum err event_expire(const struct app *app, int64_t *ret_n) must_check;

#endif
