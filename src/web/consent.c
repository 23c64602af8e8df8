/* The text of the consent to the processing of personal data, with its version. */
#include "domain/consent.h"

#include "views.h"
#include "web/router.h"

enum err web_consent_show(struct req *r)
{
	struct web_consent consent = { .version = STR(CONSENT_VERSION) };
	struct out o = web_out(r);
	v_consent_show(&o, .page = &r->page, .consent = &consent);
	return OK;
}
