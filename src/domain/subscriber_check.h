/* The checks of the registration form (S3): what is typed against itself, the calendar and the
 * number. */
#ifndef DOMAIN_SUBSCRIBER_CHECK_H
#define DOMAIN_SUBSCRIBER_CHECK_H

#include "domain/subscriber.h"

/* What the form is checked against. */
struct subscriber_facts {
	struct date today;
	struct msisdn msisdn;
	bool works; /* the number can receive SMS */
};

/* What the checks took out of free forms. */
struct subscriber_clean {
	char passport[11]; /* ten digits and a NUL */
	char code[8];      /* NNN-NNN and a NUL */
};

/** subscriber_check(reg, facts, problems, &ret): everything but the password; faults are added to
 * ${problems}. */
void subscriber_check(const struct registration *reg, const struct subscriber_facts *facts,
		      struct problems *problems, struct subscriber_clean *ret);

#endif
