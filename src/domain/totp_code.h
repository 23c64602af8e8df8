/* What a key makes: the codes of liboath, the link that a QR code holds, and codes on paper. No
 * database here. */
#ifndef DOMAIN_TOTP_CODE_H
#define DOMAIN_TOTP_CODE_H

#include "domain/totp.h"

struct totp_code {
	char d[TOTP_DIGITS + 1];
};

/** totp_step_of(at): the step of 30 seconds that an instant falls on. */
int64_t totp_step_of(tstamp at);

/** totp_code_of(key, step, &ret): the code of a step (>= 0). Expected: E_NOMEM. */
enum err totp_code_of(struct secret key, int64_t step, struct totp_code *ret) must_check;

/**
 * totp_match(key, now, typed, &ret_step):
 * Of which step ${typed} (TOTP_DIGITS) is the code: the present one, or the one before or after it,
 * for clocks that are not right. The latest when of several. Expected: E_DENIED (of none).
 */
enum err totp_match(struct secret key, tstamp now, struct str typed, int64_t *ret_step) must_check;

/** totp_read_code(typed, &ret), totp_read_spare(typed, ret): what people copy, without blanks and
 * dashes; of the letters on paper those that look like digits are read as such. */
bool totp_read_code(struct str typed, struct totp_code *ret);
bool totp_read_spare(struct str typed, char ret[TOTP_SPARE_CHARS + 1]);

/** totp_make_spare(rnd, ret): "ab3de-fgh4j", 50 bits. */
void totp_make_spare(struct rnd *rnd, char ret[TOTP_SPARE_CHARS + 1]);

/** totp_setup_of(app, a, key, account, &ret): ${account}: what a device calls it beside the
 * operator's name. Expected: E_NOMEM. */
enum err totp_setup_of(const struct app *app, struct arena *a, struct secret key,
		       struct str account, struct totp_setup *ret) must_check;

#endif
