/* People of the staff. */
#include "support/colleague.h"

#include <stdio.h>

#include "domain/keys.h"

struct staff_link colleague_add(struct kit *k, const char *login, const char *role)
{
	struct actor by = audit_console();
	struct problems problems = { 0 };
	struct staff_link link;
	const struct staff_new new = { .login = str_c(login),
				       .name = STR("Анна Соколова"),
				       .role = str_c(role) };
	assert_int_equal(staff_add(&k->app, k->a, &by, &new, &problems, &link), OK);
	return link;
}

struct totp_code colleague_code(struct kit *k, const struct staff_link *link, int64_t steps)
{
	unsigned char mac[KEYS_MAC_BYTES];
	struct totp_code code;
	keys_mac(k->app.keys, "staff totp key", str_c(link->token), mac);
	struct secret key = { { .p = (const char *)mac, .n = TOTP_KEY_BYTES } };
	assert_int_equal(totp_code_of(key, totp_step_of(app_now(&k->app)) + steps, &code), OK);
	return code;
}

struct staff_signed colleague_enrol(struct kit *k, const struct staff_link *link)
{
	struct staff_signed done;
	struct problems problems = { 0 };
	struct totp_code code = colleague_code(k, link, 0);
	const struct staff_enrolment e = {
		.token = str_c(link->token),
		.password = { STR(COLLEAGUE_PASSWORD) },
		.code = { str_c(code.d) },
		.device = STR("Firefox, Linux"),
	};
	assert_int_equal(staff_enrol(&k->app, k->a, &e, &problems, &done), OK);
	return done;
}

struct visitor *colleague_at_work(struct kit *k, const char *login, const char *role)
{
	char target[128];
	struct staff_link link = colleague_add(k, login, role);
	struct visitor *v = visitor_at_office(k);
	struct totp_code code = colleague_code(k, &link, 0);
	snprintf(target, sizeof(target), "/enrol?t=%s", link.token);
	assert_int_equal(visitor_get(v, target), 200);
	assert_int_equal(POST_FORM(v, "/enrol", { STR("t"), str_c(link.token) },
				   { STR("password"), STR(COLLEAGUE_PASSWORD) },
				   { STR("code"), str_c(code.d) }),
			 303);
	assert_true(visitor_at(v, "/home"));
	assert_int_equal(visitor_get(v, "/home"), 200);
	return v;
}
