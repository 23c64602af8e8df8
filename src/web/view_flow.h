/* What the pages of one-time codes show. */
#ifndef WEB_VIEW_FLOW_H
#define WEB_VIEW_FLOW_H

#include "core/msisdn.h"
#include "core/tstamp.h"
#include "domain/email.h"
#include "web/typed.h"

struct web_recover {
	bool mail; /* a code can go by letter, too */
	struct field login, ticket;
};

/* The page that asks for a code. All of it is the same whether one was sent or not. */
struct web_code {
	struct msisdn number; /* it is about, or goes to */
	tstamp expires, again;
	bool again_open;     /* another can be asked for now */
	struct str login;    /* ten digits, to ask again */
	int64_t codes_a_day; /* to one phone, without signing in */
	bool mail;           /* it can go by letter, too: */
	struct str ticket;   /* that asking was held back; may be empty */
	struct field code;
};

/* The contact phone to be confirmed. */
struct web_phone {
	struct msisdn contact;
	bool locked;          /* a page that is open to confirmed phones only has led here */
	tstamp refused_until; /* no code can be sent before */
	bool asked;           /* a code is on its way: what follows is set */
	tstamp sent, expires, again;
	bool again_open;
	struct field code, next;
};

/* Another contact phone is asked for. */
struct web_phone_change {
	struct msisdn contact; /* so far; none: nothing to prove it by */
	bool confirmed;        /* the code goes there, and the change is held for a day */
	struct str login;      /* ten digits, for password managers */
	tstamp refused_until;
	struct field phone, now;
};

/* The link in the notice. */
struct web_phone_refusal {
	bool found; /* else it works no more */
	bool done;
	struct msisdn next;
	tstamp due;
	bool at_once; /* sessions stay */
	struct str token;
};

/* One's own address, in the profile. */
struct web_email {
	struct email e;
	bool carried;         /* letters go out; else nothing can be done about it */
	bool may_confirm;     /* a link can be sent */
	tstamp refused_until; /* no link can be sent before */
};

/* Another address is asked for, or none. */
struct web_email_change {
	struct str address; /* so far; empty: none */
	bool confirmed;
	struct str login; /* ten digits, for password managers */
	tstamp refused_until;
	struct field email, now;
};

/* A link in a letter or a notice. */
struct web_email_link {
	bool found; /* else it works no more */
	bool done;
	struct str address;
	bool held; /* in force only from: */
	tstamp until;
	struct str token;
};

/* The code of the second factor: by the device, or one on paper. */
struct web_signin_code {
	struct msisdn number;
	bool spare;
	struct typed_signin_code f; /* next and keep are sent back in hidden fields */
};

struct web_recover_new {
	bool first; /* registers: asks for the digits only */
	bool mail;  /* the code came by letter */
	struct msisdn number;
	struct str login; /* ten digits, for password managers */
	struct field last4, want;
	bool asks_code; /* of the second factor */
	struct field code;
};

#endif
