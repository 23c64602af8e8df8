/* Consents of a person to the processing of personal data: which text they agreed to, when, and
 * until when. */
#ifndef DOMAIN_CONSENT_H
#define DOMAIN_CONSENT_H

#include "domain/app.h"

/* The text shown now: raised with every change of its words (views/consent/). */
#define CONSENT_VERSION "2026-11"

/** consent_give(app, tx, subscriber_id, version): record the consent given now. */
enum err consent_give(const struct app *app, struct tx *tx, int64_t subscriber_id,
		      struct str version) must_check;

#endif
