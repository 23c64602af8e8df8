/* The person registered on a number for one epoch (S3, S8, profile). What is sealed here can be
 * opened only by the vault. */
#ifndef DOMAIN_SUBSCRIBER_H
#define DOMAIN_SUBSCRIBER_H

#include "domain/say.h"
#include "domain/session.h"

struct registration {
	struct str family, given, patronymic; /* NFC; patronymic may be empty */
	struct date birth;
	struct msisdn contact_phone;
	struct str email;
	struct str passport; /* as typed */
	struct date passport_issued;
	struct str passport_by;
	struct str passport_code;
	struct str city, street, house, building, flat; /* building and flat may be empty */
	struct secret password;
	bool consent;
	struct str consent_version;
};

/**
 * subscriber_register(app, a, session, reg, &problems, &ret_token):
 * Check everything (S3), seal passport, birth date and address, keep the rest with the mask, hash
 * the password (slow lane), set SIM and subscriber to registered, record the consent, end the first
 * session and open a full one. One transaction. Expected: E_INPUT (${problems} says what is wrong
 * with which field of struct registration; faults that are in it already count), E_CONFLICT
 * (somebody has registered this number in the meantime), E_BUSY.
 */
enum err subscriber_register(const struct app *app, struct arena *a, const struct session *s,
			     const struct registration *reg, struct problems *ret_problems,
			     struct signin_done *ret) must_check;

struct profile {
	struct str family, given, patronymic;
	struct msisdn contact_phone; /* d[0] == '\0': none known */
	bool phone_confirmed;
	struct str email;
	struct str passport_mask; /* last two digits */
	struct str city;
	tstamp registered;
	tstamp password_changed;
	struct str contract_code;
};

/** subscriber_profile(app, a, session, &ret): one's own data as far as they are not sealed. */
enum err subscriber_profile(const struct app *app, struct arena *a, const struct session *s,
			    struct profile *ret) must_check;

/** subscriber_phone_confirmed(session): codes and notices are known to reach this person: until
 * then most of the cabinet is locked (S9). */
static inline bool subscriber_phone_confirmed(const struct session *s)
{
	return s->kind == SESSION_FULL && s->phone_confirmed;
}

struct password_change {
	struct secret now, want;
	struct str device;
};

/**
 * subscriber_change_password(app, a, session, change, &problems, &ret):
 * «Сохранить пароль»: check the current one (counted like a sign-in), the rules for the new one,
 * keep its hash, end all sessions and recoveries under way, open a new one for this device (the
 * token is renewed) and write a notice to the confirmed contact phone. Slow lane. Expected: E_INPUT
 * (fields "now", "want"), E_BUSY.
 */
enum err subscriber_change_password(const struct app *app, struct arena *a, const struct session *s,
				    const struct password_change *c, struct problems *ret_problems,
				    struct signin_done *ret) must_check;

#endif
