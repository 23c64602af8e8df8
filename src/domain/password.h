/* What a password must be (and how it is written down before it is hashed). No rules of
 * composition: length, not one that everybody knows, and nothing that the SIM card or the passport
 * says. */
#ifndef DOMAIN_PASSWORD_H
#define DOMAIN_PASSWORD_H

#include "core/iccid.h"
#include "core/msisdn.h"
#include "core/secret.h"
#include "domain/say.h"

#define PASSWORD_MIN 8
#define PASSWORD_MAX 128

/* What others know of its owner. */
struct password_owner {
	struct msisdn msisdn;
	size_t n_iccids;
	const struct iccid *iccids;
	struct str family, given, patronymic;
};

/**
 * password_normal(a, typed, &ret):
 * As it is hashed: composed (NFC), without spaces around it, inner runs of space as one. What is
 * not UTF-8 is taken as it is: it matches no password. Wiped with ${a}. Expected: E_NOMEM.
 */
enum err password_normal(struct arena *a, struct secret typed, struct secret *ret) must_check;

/**
 * password_problem(a, password, owner, &ret):
 * What is wrong with the normal form ${password}; SAY_NONE when nothing is. Expected: E_NOMEM.
 */
enum err password_problem(struct arena *a, struct secret password,
			  const struct password_owner *owner, struct say *ret) must_check;

/** password_common(folded): in the list of password_common.def (lower case, at least 8 characters).
 */
bool password_common(struct str folded);

#endif
