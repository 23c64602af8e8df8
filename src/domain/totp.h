/* The second factor, for whoever wants it: a code of six digits that the subscriber's own device
 * computes from a key that it was given once (TOTP, RFC 6238: SHA-1, 30 seconds), and ten codes on
 * paper in its place, one use each.
 *
 * Each code counts once: the step of the last right one is kept, and only a later one is right.
 * Tries are counted in a transaction of their own, committed before anything is compared. Who has
 * lost both device and paper goes to the office: nothing here gets around the code. */
#ifndef DOMAIN_TOTP_H
#define DOMAIN_TOTP_H

#include "core/secret.h"
#include "domain/limit.h"
#include "domain/say.h"
#include "domain/session.h"

#define TOTP_DIGITS      6
#define TOTP_CODES       1000000
#define TOTP_CODES_RIGHT 3 /* at a time: of the present step and of those beside it */
#define TOTP_STEP_S      30
#define TOTP_KEY_BYTES   20 /* what RFC 4226 advises */
#define TOTP_SPARE_N     10
#define TOTP_SPARES      (INT64_C(1) << 50) /* there are so many */
#define TOTP_SPARE_CHARS 11                 /* "ab3de-fgh4j" */

/* --- setting up ----------------------------------------------------------- */

struct totp {
	bool on;
	tstamp since;       /* on */
	int64_t spare_left; /* codes on paper that are not used up */
};

/** totp_find(app, a, subscriber_id, &ret): all zero where there is none. */
enum err totp_find(const struct app *app, struct arena *a, int64_t subscriber_id,
		   struct totp *ret) must_check;

/** totp_begin(app, a, session, now, &problems): for a session that is fresh, where it can be; or a
 * thief with the password would shut the owner out with a device of his own. Make the key that is
 * to be confirmed within half an hour, in the place of an earlier one; ${now} is the password. Slow
 * lane. Expected: E_INPUT (field "now"), E_CONFLICT (it is on), E_BUSY. */
enum err totp_begin(const struct app *app, struct arena *a, const struct session *s,
		    struct secret now, struct problems *ret_problems) must_check;

/** What a device is given: both wiped with the arena. */
struct totp_setup {
	struct secret text; /* base32, in groups of four, for typing */
	struct secret uri;  /* otpauth://…, for the QR code */
};

/** totp_setup(app, a, session, &ret): the key that is to be confirmed. Expected: E_NOTFOUND (none
 * is, it has been, or it is too late). */
enum err totp_setup(const struct app *app, struct arena *a, const struct session *s,
		    struct totp_setup *ret) must_check;

struct totp_spares {
	char v[TOTP_SPARE_N][TOTP_SPARE_CHARS + 1];
};

/**
 * totp_confirm(app, a, session, typed, &problems, &ret):
 * Switch it on with the first code, and make the codes on paper, which are shown this once; all
 * other sessions end, and a notice goes out. Expected: E_INPUT (field "code"), E_NOTFOUND (nothing
 * to be confirmed).
 */
enum err totp_confirm(const struct app *app, struct arena *a, const struct session *s,
		      struct secret typed, struct problems *ret_problems,
		      struct totp_spares *ret) must_check;

/** totp_renew_spares(app, a, session, &ret): ten new codes on paper; those before are void. For a
 * session that is fresh (session_is_fresh()). Expected: E_NOTFOUND (it is off). */
enum err totp_renew_spares(const struct app *app, struct arena *a, const struct session *s,
			   struct totp_spares *ret) must_check;

/** totp_end(app, a, session, now, &problems): switch it off; a notice goes out. For a session that
 * is fresh; ${now} is the password. Slow lane. Expected: E_INPUT (field "now"), E_NOTFOUND (it is
 * off), E_BUSY. */
enum err totp_end(const struct app *app, struct arena *a, const struct session *s,
		  struct secret now, struct problems *ret_problems) must_check;

/* --- trying --------------------------------------------------------------- */

enum totp_kind { TOTP_CODE, TOTP_SPARE };

/* A code that was right, and what became of the try. */
struct totp_proof {
	int64_t subscriber_id;
	struct limit_take take; /* rule and subject: the caller's; the rest is set */
	enum totp_kind kind;
	struct str sealed; /* the key it was computed from */
	int64_t step;
	struct str spare_hash;
};

/** totp_rule(app, a, id, subject_id, &p): fill in the limit, by a number that names the subject. */
enum err totp_rule(const struct app *app, struct arena *a, enum limit_id id, int64_t subject_id,
		   struct totp_proof *p) must_check;

/**
 * totp_prove(app, a, typed, &p):
 * Count a try, then compare ${typed}, a code or one on paper. A right one still counts until
 * totp_spend(). Expected: E_DENIED (wrong, or used before), E_LIMIT (${p}->take.open says from when
 * the next is possible, or take.n that the window's are used up), E_INPUT (neither in form: no
 * try), E_NOTFOUND (it is off). What was not compared is given back.
 */
enum err totp_prove(const struct app *app, struct arena *a, struct secret typed,
		    struct totp_proof *p) must_check;

/** totp_spend(app, tx, a, p): use the code up in the transaction that it opens, and give the try
 * back. Expected: E_DENIED (another was quicker with it). */
enum err totp_spend(const struct app *app, struct tx *tx, struct arena *a,
		    const struct totp_proof *p) must_check;

/** totp_not_tried(app, a, p, e): what a right code was to open has ended with ${e}, which is
 * returned: where it surely opened nothing, but for E_DENIED of totp_spend(), the try is given
 * back.
 */
enum err totp_not_tried(const struct app *app, struct arena *a, struct totp_proof *p,
			enum err e) must_check;

/** totp_fault(app, p, e): what to say beside the field about E_DENIED, E_INPUT and E_LIMIT. */
struct say totp_fault(const struct app *app, const struct totp_proof *p, enum err e);

#endif
