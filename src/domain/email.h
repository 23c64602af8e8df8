/* The subscriber's e-mail address. A link in a letter confirms it; only what is confirmed carries
 * codes and notices. The link works in any browser and without a session, for people read their
 * mail elsewhere; so it proves that the letter was read, and not who reads it. */
#ifndef DOMAIN_EMAIL_H
#define DOMAIN_EMAIL_H

#include "core/email.h"
#include "domain/app.h"
#include "domain/say.h"
#include "domain/session.h"

#define EMAIL_LINK_MS DAY_MS

struct email {
	struct str address; /* empty: none */
	bool confirmed;
	bool asked;       /* a link is on its way to ${next} until ${until} */
	bool held;        /* ${next} is proved and in force from ${until} on */
	struct str next;  /* may be the address itself */
	tstamp at, until; /* when it was asked for, and the above */
};

/** email_carried(conf): letters go out, and links in them lead here. Without, nothing of all this
 * is offered to anybody. */
bool email_carried(const struct config *conf);

/** email_find(app, a, session, &ret): one's own address. */
enum err email_find(const struct app *app, struct arena *a, const struct session *s,
		    struct email *ret) must_check;

/** email_may_confirm(e): there is an address that a link can be sent to. */
bool email_may_confirm(const struct email *e);

/** email_subject(app, a, address, &ret): as what a limit counts it: no address stands in there. */
enum err email_subject(const struct app *app, struct arena *a, struct str address,
		       struct str *ret) must_check;

/** email_send(app, a, session, lang, &ret_open):
 * Send a link to the address, or once more to the one that is to take its place; it ends the one
 * before. Asked again within a minute, the one under way counts. Expected: E_CONFLICT (there is
 * nothing to confirm), E_LIMIT (nothing was sent; from ${ret_open} on it can be). */
enum err email_send(const struct app *app, struct arena *a, const struct session *s, enum lang lang,
		    tstamp *ret_open) must_check;

struct email_change {
	struct str to;     /* as typed */
	struct secret now; /* the password, as typed */
};

/** email_change_ask(app, a, session, lang, change, &problems, &ret_open):
 * Check the password and send a link to another address. Slow lane. Expected: E_INPUT (fields
 * "email", "now"), E_CONFLICT (another is held), E_LIMIT as above. */
enum err email_change_ask(const struct app *app, struct arena *a, const struct session *s,
			  enum lang lang, const struct email_change *change,
			  struct problems *ret_problems, tstamp *ret_open) must_check;

/** email_expire(app, &ret_n): delete up to 1,000 links and changes that have been over for a day;
 * call again while ${ret_n} is 1,000. */
enum err email_expire(const struct app *app, int64_t *ret_n) must_check;

#endif
