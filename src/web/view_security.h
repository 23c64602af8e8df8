/* What the pages of «Безопасность» show. */
#ifndef WEB_VIEW_SECURITY_H
#define WEB_VIEW_SECURITY_H

#include "domain/event.h"
#include "domain/notice.h"
#include "domain/totp.h"
#include "web/put.h"
#include "web/qr.h"
#include "web/typed.h"

struct web_session {
	struct str id; /* for /security/sessions/end; not of the current one */
	struct str device;
	tstamp created, used;
	bool current;
};

struct web_security {
	struct str login; /* ten digits, for password managers */
	struct totp totp;
	bool prove; /* a code is asked for before a second factor can be switched on */
	struct field now;
	struct {
		const struct web_session *v;
		size_t n;
	} sessions; /* the current one first */
	struct event_lists events;
	struct notice_list notices;
	bool confirmed; /* the contact phone: without it notices go by letter, if at all */
	bool all;       /* as many of them as are ever shown */
};

/* A key that is to be confirmed. */
struct web_totp {
	struct str text; /* for typing, in groups */
	struct url link; /* for a phone that has the app */
	struct field code;
};

struct web_totp_spare {
	struct str code;
};

/* Codes on paper, shown once. */
struct web_totp_spares {
	struct msisdn number;
	bool renewed; /* else the second factor has just been switched on */
	size_t n;
	const struct web_totp_spare *v;
};

struct web_totp_change {
	struct str login;
	struct totp totp;
	struct field now;
};

/* The page in between that asks for a code again. */
struct web_reauth {
	bool sms;
	tstamp held_until; /* the contact phone proves nothing before; then nothing else is set */
	struct msisdn contact; /* sms */
	bool asked;            /* sms: a code is on its way, and what follows is set */
	tstamp expires, again;
	bool again_open;
	tstamp refused_until;  /* no code can be sent before */
	struct typed_reauth f; /* next and keep are sent back in hidden fields */
	bool spare;
};

#endif
