/* Made-up subscribers in any number, to measure with: `kabinet demo`. Each has a number (9000000000
 * and up), a contract, an active SIM card, a registered person, a tariff, a status and movements
 * over two years, in the same rows as if they had come one by one: `kabinet check` must find
 * nothing. */
#ifndef DOMAIN_DEMO_H
#define DOMAIN_DEMO_H

#include "core/msisdn.h"
#include "domain/app.h"

#define DEMO_SUBSCRIBERS_MAX 1000000
#define DEMO_MOVEMENTS_MAX   1000

struct demo_opts {
	int64_t subscribers;      /* so many are there afterwards; those there before count */
	int64_t movements;        /* of each new one */
	struct str password_hash; /* of each new one */
	void (*progress)(void *arg, int64_t done, int64_t of); /* may be NULL */
	void *arg;
};

/** demo_fill(app, opts, &ret_made): how many were new. In transactions of about 50 ms. Expected:
 * E_STORE. */
enum err demo_fill(const struct app *app, const struct demo_opts *o, int64_t *ret_made) must_check;

/** demo_msisdn(i): the number of the subscriber ${i} (0..DEMO_SUBSCRIBERS_MAX-1). */
struct msisdn demo_msisdn(int64_t i);

#endif
