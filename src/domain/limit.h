/* Limits on attempts (docs/threat-model.md, section 4). A try is counted first and judged
 * afterwards: one upsert either counts it or refuses by returning no row, in a transaction that is
 * committed before any secret is compared. A try that turned out right is given back by the
 * transaction that it opened: what is left in a counter are wrong tries and those still under way,
 * so the maximum is never passed. */
#ifndef DOMAIN_LIMIT_H
#define DOMAIN_LIMIT_H

#include "domain/app.h"
#include "domain/say.h"

enum limit_id {
	LIMIT_FIRST_NUMBER,
	LIMIT_FIRST_NETWORK,
	LIMIT_FIRST_SYSTEM,
	LIMIT_PASSWORD_ACCOUNT,
	LIMIT_PASSWORD_DEVICE,
	LIMIT_PASSWORD_NETWORK,
	LIMIT_PASSWORD_SYSTEM,
	LIMIT_PASSWORD_CHANGE,
	LIMIT_CODE_NETWORK,
	LIMIT_CODE_PHONE,
	LIMIT_CODE_EMAIL,
	LIMIT_CODE_SYSTEM,
	LIMIT_CODE_IN_PHONE, /* signed in, as the next two */
	LIMIT_CODE_IN_NUMBER,
	LIMIT_CODE_IN_SYSTEM, /* its maximum depends on how many are registered: the caller's */
	LIMIT_LINK_ADDRESS,   /* letters that confirm an address: to one, and by one number */
	LIMIT_LINK_NUMBER,
	LIMIT_RECOVER_DIGITS,
	LIMIT_TOTP_ACCOUNT,
	LIMIT_TOTP_DEVICE,
	LIMIT_TOTP_IN, /* signed in */
	LIMIT_NOTICE,  /* of one kind to one subscriber */
	LIMIT_STAFF_PASSWORD,
	LIMIT_STAFF_NETWORK,
	LIMIT_STAFF_CODE,
	LIMIT_NONE, /* counts and never refuses: the same work where there is nothing to guess */
	LIMIT_N,
};

enum limit_window { LIMIT_HOUR, LIMIT_DAY, LIMIT_LIFE };

#define LIMIT_ENDLESS INT64_MAX

/* A rule as configured. From the ${pause_from}th try in a window on, the next one has to wait:
 * ${pause_ms} at first, then twice as long each time, up to ${pause_max_ms}. */
struct limit {
	const char *name; /* begins the key */
	enum limit_window window;
	int64_t max; /* LIMIT_ENDLESS: only pauses */
	int64_t pause_from;
	int64_t pause_ms, pause_max_ms;
	int64_t alert_at; /* the try with which an alert goes out; LIMIT_ENDLESS: none */
};

/** limit_rule(conf, id): the rule. */
struct limit limit_rule(const struct config *conf, enum limit_id id);

/** limit_code_strangers(conf): of the codes in a day those that are not kept for known devices. */
int64_t limit_code_strangers(const struct config *conf);

/** limit_pause_ms(rule, n): how long the next one waits after the ${n}th try of a window. */
int64_t limit_pause_ms(const struct limit *rule, int64_t n);

#define LIMIT_KEY_MAX 96

/* One try against one rule. */
struct limit_take {
	struct limit rule;
	struct str subject; /* of what: at most 64 bytes */
	bool waited; /* the try was held back; one that was not is refused while others have to wait
		      */
	/* set by limit_take() */
	bool taken;
	int64_t win; /* the window it was counted in */
	int64_t n;   /* tries in it, this one included; 0 when refused */
	tstamp open; /* when the next one may come; also when refused for that */
};

/** limit_take(app, tx, a, t): count the try, or say in ${t} that it is refused. Repeatable.
 * Expected: E_STORE, E_NOMEM. */
enum err limit_take(const struct app *app, struct tx *tx, struct arena *a,
		    struct limit_take *t) must_check;

/** limit_wait(app, tx, a, t): after a refusal, set ${t}->n and ${t}->open to those of the window.
 */
enum err limit_wait(const struct app *app, struct tx *tx, struct arena *a,
		    struct limit_take *t) must_check;

/** limit_when(app, tx, a, t, &ret): then: when pause or day are over, and the next may come. */
enum err limit_when(const struct app *app, struct tx *tx, struct arena *a, struct limit_take *t,
		    tstamp *ret) must_check;

/**
 * limit_give(app, tx, a, t):
 * Undo ${t} (which may not be taken: then nothing happens, at the same cost): the try was right, or
 * never compared. Takes back one count and only the pause that this very try began, so that right
 * tries in between do not buy more wrong ones.
 */
enum err limit_give(const struct app *app, struct tx *tx, struct arena *a,
		    const struct limit_take *t) must_check;

/** limit_wait_s(app, t): of a try that a network's pause has refused: the seconds to hold it back.
 */
int64_t limit_wait_s(const struct app *app, const struct limit_take *t);

/** limit_reset(app, tx, a, id, subject): forget the lifelong count of ${subject}. */
enum err limit_reset(const struct app *app, struct tx *tx, struct arena *a, enum limit_id id,
		     struct str subject) must_check;

/** limit_take_alone(app, a, t): limit_take() and, when refused, limit_wait(), in a transaction of
 * their own. */
enum err limit_take_alone(const struct app *app, struct arena *a, struct limit_take *t) must_check;

/** limit_again(app, t): what to say of a try that was refused: when the next is possible. */
struct say limit_again(const struct app *app, const struct limit_take *t);

/* A limit that somebody should look at: from the try that reached it until the operator's midnight.
 */
struct limit_alert {
	const char *name;
	int64_t n, alert_at;
	bool fresh; /* nobody in any process was told of it today */
};

/* Where the number of alerts is shown (struct app). */
struct limit_gauge {
	void (*show)(const struct limit_gauge *g, int64_t alerts); /* thread-safe */
};

/**
 * limit_watch(app, tell, arg, &ret_n):
 * Look at the limits that alert; each that has been reached today is one call of ${tell}, and
 * ${ret_n} says how many. Looking is apart from counting, so that no try costs more for who knows
 * a number than for who does not. Transactions of its own.
 */
enum err limit_watch(const struct app *app,
		     void (*tell)(void *arg, const struct limit_alert *alert), void *arg,
		     int64_t *ret_n) must_check;

/** limit_network(a, peer, &ret): the /24 or /64 that the address lies in; "local" for what is none.
 * Expected: E_NOMEM. */
enum err limit_network(struct arena *a, struct str peer, struct str *ret) must_check;

/** limit_expire(app, &ret_n): delete up to 1,000 counters whose window is long over; call again
 * while ${ret_n} is 1,000. */
enum err limit_expire(const struct app *app, int64_t *ret_n) must_check;

#endif
