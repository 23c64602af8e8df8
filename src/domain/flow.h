/* One-time codes by SMS or letter (docs/threat-model.md, section 4): 8 digits, 5 minutes, 3 tries,
 * one use. A flow belongs to the browser that asked, to what it is for, and to one owner of one
 * number. What is asked for a number that we do not know is a flow like any other whose code nobody
 * has: the answer and the work are the same.
 *
 *     sent -> proved -> used       proved: the code was right and opened the next page
 *       `-------^`-----> dead      dead: three wrong tries, or a newer flow
 *
 * Tries are counted in a transaction of their own, committed before the code is compared. */
#ifndef DOMAIN_FLOW_H
#define DOMAIN_FLOW_H

#include "core/lang.h"
#include "core/msisdn.h"
#include "core/secret.h"
#include "domain/app.h"
#include "domain/ledger.h"

enum flow_purpose {
	FLOW_RECOVER,
	FLOW_FIRST_SIGNIN,
	FLOW_CONFIRM_PHONE,
	FLOW_CHANGE_PHONE,
	FLOW_REAUTH,
	FLOW_PURPOSE_N,
};

enum flow_state { FLOW_SENT, FLOW_PROVED, FLOW_USED, FLOW_DEAD, FLOW_STATE_N };

#define FLOW_CODE_DIGITS 8
#define FLOW_CODES       INT64_C(100000000)
#define FLOW_TRIES       3
#define FLOW_CODE_MS     (5 * MINUTE_MS)
#define FLOW_PROVED_MS   (15 * MINUTE_MS)
#define FLOW_AGAIN_MS    MINUTE_MS

struct flow_ask {
	enum flow_purpose purpose;
	struct str browser;       /* what its cookie holds */
	struct msisdn login;      /* the number it is about */
	int64_t number_id, epoch; /* 0: of nobody */
	int64_t subscriber_id;    /* 0: of nobody */
	bool by_mail;             /* FLOW_RECOVER: to ${email}, else to ${to} */
	struct msisdn to;         /* none: nothing is sent */
	struct str email;         /* likewise */
	struct msisdn new_phone;  /* FLOW_CHANGE_PHONE */
	enum lang lang;
	/* FLOW_RECOVER, FLOW_FIRST_SIGNIN: */
	bool known_device; /* may use what is kept for them, and its network's pause is not its */
	struct str peer;
	int64_t waited_s; /* the form was held back so long */
};

struct flow {
	int64_t id;
	enum flow_purpose purpose;
	enum flow_state state; /* sent or proved */
	struct msisdn login;
	int64_t number_id, epoch;
	bool by_mail;
	struct msisdn to; /* of use to who is signed in only: for others it would tell */
	struct str email; /* likewise */
	struct msisdn new_phone;
	tstamp sent, expires;
	tstamp again; /* when another code can be asked for */
	int64_t tries_left, digits_left;
	struct str network; /* that it was counted for, in a window; empty: for none */
	int64_t network_win;
};

/**
 * flow_send(app, a, ask, &ret):
 * Begin a flow, end the one that it replaces, and let the code be sent. Asked again within a
 * minute, the flow under way is returned. Expected E_LIMIT: nothing was sent, and ${ret}->again
 * says from when it can be. Before anybody is signed in (FLOW_RECOVER, FLOW_FIRST_SIGNIN) that
 * means that the network is slowed down, and nothing was begun; whether anything is sent ${ret}
 * never tells.
 */
enum err flow_send(const struct app *app, struct arena *a, const struct flow_ask *ask,
		   struct flow *ret) must_check;

/** flow_give_network(app, tx, a, flow): its code was right, so it does not count any more for the
 * network that asked for it. */
enum err flow_give_network(const struct app *app, struct tx *tx, struct arena *a,
			   const struct flow *flow) must_check;

/** flow_find(app, a, browser, purpose, &ret): what this browser is in the middle of. Of
 * FLOW_RECOVER and FLOW_FIRST_SIGNIN either: a browser has one of them. Expected: E_NOTFOUND. */
enum err flow_find(const struct app *app, struct arena *a, struct str browser,
		   enum flow_purpose purpose, struct flow *ret) must_check;

/**
 * flow_try(app, a, browser, purpose, typed, &ret):
 * Count a try, then compare. The flow stays where it is: the caller's transaction moves it on by
 * flow_step(), which only one can. Expected: E_DENIED (wrong; ${ret}->tries_left says how many are
 * left, after the last the flow is dead), E_NOTFOUND (no code to be tried), E_INPUT (not eight
 * digits: no try).
 */
enum err flow_try(const struct app *app, struct arena *a, struct str browser,
		  enum flow_purpose purpose, struct secret typed, struct flow *ret) must_check;

/** flow_take_digits(app, tx, a, id): count a try at the last four digits of the card, for a flow
 * that is proved. Expected: E_DENIED (none is left). */
enum err flow_take_digits(const struct app *app, struct tx *tx, struct arena *a,
			  int64_t id) must_check;

/** flow_step(app, tx, id, from, to): expected E_CONFLICT (it is not there any more). */
enum err flow_step(const struct app *app, struct tx *tx, int64_t id, enum flow_state from,
		   enum flow_state to) must_check;

/** flow_end_recoveries(tx, number_id): the password is new: whoever is in the middle of recovering
 * the one before, in whichever browser, has to begin again. */
enum err flow_end_recoveries(struct tx *tx, int64_t number_id) must_check;

/** flow_may_step(from, to), flow_state_name(s), flow_purpose_name(p): as in the database. */
bool flow_may_step(enum flow_state from, enum flow_state to);
struct str flow_state_name(enum flow_state s);
struct str flow_purpose_name(enum flow_purpose p);

/** flow_check(app, report, arg): invariant I10. Expected: E_STORE. */
enum err flow_check(const struct app *app, void (*report)(void *arg, const struct check_fault *f),
		    void *arg) must_check;

/** flow_expire(app, &ret_n): delete up to 1,000 flows that have been over for a day,
 * or are of a clock that was wrong by one; call again
 * while ${ret_n} is 1,000. */
enum err flow_expire(const struct app *app, int64_t *ret_n) must_check;

#endif
