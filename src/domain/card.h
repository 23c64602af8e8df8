/* The card of a number: what the office sees of it, and of whoever is registered on it, on one
 * page. Nothing that is sealed. */
#ifndef DOMAIN_CARD_H
#define DOMAIN_CARD_H

#include "domain/account.h"
#include "domain/audit.h"
#include "domain/notice.h"
#include "domain/sim.h"

#define CARD_NOTICES 5

struct card_sim {
	struct str iccid;
	enum sim_state state;
	tstamp issued; /* none: not yet */
};

struct card {
	int64_t number_id;
	struct msisdn msisdn;
	struct str contract; /* empty: none; then the next two do not count */
	struct date contract_opened;
	struct str company; /* empty: a person's contract */
	struct {
		size_t n;
		const struct card_sim *v; /* the one that works first */
	} sims;
	struct account_summary sum;
	struct {
		size_t n;
		const struct movement *v;
	} last;
	bool person; /* somebody is known on it; else the rest does not count */
	struct str family, given, patronymic;
	struct msisdn contact_phone; /* d[0] == '\0': none known */
	bool phone_confirmed;
	struct str email; /* empty: none */
	bool email_confirmed;
	struct str passport_mask, city; /* empty: not known */
	tstamp registered;              /* none: not yet */
	bool has_password;              /* none: sets one by recovering */
	bool factor;                    /* a second factor is on */
	struct notice_list notices;
};

/**
 * card_look(app, a, by, number_id, &ret):
 * A look at personal data: a row of the audit, committed before anything of it is returned.
 * Expected: E_NOTFOUND (no such number).
 */
enum err card_look(const struct app *app, struct arena *a, const struct actor *by,
		   int64_t number_id, struct card *ret) must_check;

#endif
