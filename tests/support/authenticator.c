/* Opens the key in the store with the keys of the kit. */
#include "support/authenticator.h"

#include <stdio.h>

#include "domain/box.h"
#include "domain/totp_row.h"

struct totp_code authenticator_code(struct kit *k, int64_t subscriber_id, int64_t steps)
{
	char from[64];
	struct secret key;
	struct totp_code code;
	snprintf(from, sizeof(from), "totp WHERE subscriber_id = %lld", (long long)subscriber_id);
	struct str sealed = kit_bytes(k, "sealed", from);
	assert_int_equal(box_open(&k->app, k->a, TOTP_PURPOSE, subscriber_id, sealed, &key), OK);
	int64_t step = totp_step_of(app_now(&k->app)) + steps;
	assert_int_equal(totp_code_of(key, step, &code), OK);
	return code;
}

void authenticator_on(struct kit *k, const struct session *s, struct totp_spares *ret)
{
	struct problems problems = { 0 };
	assert_int_equal(
		totp_begin(&k->app, k->a, s, (struct secret){ STR(KIT_PASSWORD) }, &problems), OK);
	struct totp_code code = authenticator_code(k, s->subscriber_id, 0);
	assert_int_equal(
		totp_confirm(&k->app, k->a, s, (struct secret){ str_c(code.d) }, &problems, ret),
		OK);
}

struct totp_code authenticator_next(struct kit *k, int64_t subscriber_id)
{
	clock_manual_add(&k->clock, TOTP_STEP_S * 1000);
	return authenticator_code(k, subscriber_id, 0);
}
