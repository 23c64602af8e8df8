/* What the pages show: plain data, nothing of HTTP. A handler fills one of these and calls one
 * view; views/<room>/<verb>.html says at its top what it takes.
 * The addresses that views name are those of web/routes.def; every form carries `csrf`.
 */
#ifndef WEB_VIEW_TYPES_H
#define WEB_VIEW_TYPES_H

#include "domain/account.h"
#include "domain/ledger.h"
#include "domain/phone.h"
#include "domain/say.h"
#include "domain/session.h"
#include "domain/subscriber.h"
#include "web/put.h"
#include "web/typed.h"
#include "web/view_flow.h"
#include "web/view_office.h"
#include "web/view_security.h"

enum section { SECTION_NONE, SECTION_HOME, SECTION_HISTORY, SECTION_PROFILE, SECTION_HELP };

/* What every page needs besides its own data. */
struct page {
	enum lang lang;
	struct str operator_name;
	struct str operator_area;
	struct str support_phone; /* as written in the settings */
	struct url support_tel;   /* tel:+78002220500 */
	struct str csrf;
	bool signed_in; /* registered and signed in: navigation and the name's menu are shown */
	struct str short_name; /* «Ольга К.» */
	enum section section;
	bool office; /* a page of the office; then the next three count, and section does not */
	enum office_section at;
	struct web_rights may;
	struct str looked_for; /* a subscriber, as it was typed */
	struct url lang_url;   /* this page in the other language */
	bool fault;            /* the title begins with what went wrong */
	struct say notice;     /* what has just been done, after a redirect; SAY_NONE: nothing */
	bool not_done;         /* the notice tells what was not done, and what to do */
};

struct web_signin {
	struct say fault;      /* the one neutral refusal, or SAY_NONE */
	struct typed_signin f; /* ticket, next and keep are sent back in hidden fields */
};

/* The slow-down: the server sends `Refresh` to the same address. */
struct web_wait {
	int64_t wait_s;
	bool code; /* was asked for; else somebody was signing in */
	struct url next;
};

struct web_register {
	struct msisdn number;
	bool number_works;           /* an active SIM: SMS reach it */
	size_t n_faults;             /* how many fields have an err */
	struct typed_registration f; /* of consent the value is not shown: see consent_given */
	bool consent_given;
	struct str consent_version;
};

struct web_consent {
	struct str version;
};

struct web_movements {
	const struct movement *v;
	size_t n;
};

struct web_home {
	struct account_summary sum;
	money shown; /* the balance without its sign: the word says which it is */
	struct web_movements last;
	bool unconfirmed; /* the contact phone, which is then: */
	struct msisdn contact;
};

struct web_day {
	struct date date;
	struct web_movements moves;
};

/* One month of the chart, laid out by web_chart() of web/chart.h. */
struct web_month {
	struct month_sum sum;
	bool current;
	int64_t x, x_mid;                 /* of the bar and of its middle */
	int64_t pay_y, pay_h, pay_text_y; /* upwards */
	int64_t charge_h, charge_text_y;  /* downwards from CHART_BASE */
};

struct web_months {
	const struct web_month *v;
	size_t n;
};

struct web_history {
	struct date from, to;
	enum history_kind kind;
	struct say fault;                  /* of the period asked for */
	struct field from_field, to_field; /* values as <input type=date> has them: 2026-11-22 */
	struct url all_url, payments_url, charges_url, csv_url; /* this period, another kind */
	struct url older_url;                      /* the period before this one; empty: none */
	money opening, payments, charges, closing; /* of the period; charges >= 0 */
	money closing_shown;                       /* without its sign */
	struct {
		const struct web_day *v;
		size_t n;
	} days; /* newest first */
	struct web_months months;
};

struct web_profile {
	struct profile p;
	struct phone phone; /* and what is to become of it */
	struct web_email email;
	struct str login; /* ten digits, for password managers */
	struct msisdn number;
	struct field now, want; /* the password form; names `now` and `want` */
};

/* A form that could not be sent, in its error page. */
struct web_again {
	struct url action; /* empty: there is none */
	bool as_it_is;     /* the button sends it; else it leads back to the form, filled in */
	bool secret;       /* it had fields that are not given back */
	struct {
		const struct field *v;
		size_t n;
	} fields; /* what was typed */
};

struct web_error {
	int status;
	struct say what;   /* what happened and what to do */
	struct str number; /* of the log line, for support; may be empty */
	struct url back;   /* where to go on */
	struct url reload; /* what did not open, and might in a while; empty: nothing */
	struct web_again again;
};

#endif
