/* Consents are rows that are only added; withdrawing one dates it. */
#include "domain/consent.h"

#include "q_consent.h"

enum err consent_give(const struct app *app, struct tx *tx, int64_t subscriber_id,
		      struct str version)
{
	return q_consent_give(tx, &(struct q_consent_give_args){
					  .subscriber_id = subscriber_id,
					  .version = version,
					  .given = app_now(app),
				  });
}
