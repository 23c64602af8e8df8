/* Who asks for a code, as the domain wants to know it. */
#ifndef WEB_PHONE_ASK_H
#define WEB_PHONE_ASK_H

#include "domain/phone.h"
#include "web/router.h"

/** phone_ask_of(r): the session, the browser and the language of this request; lives as long. */
static inline struct phone_ask phone_ask_of(struct req *r)
{
	return (struct phone_ask){ .session = &r->session, .browser = r->token, .lang = r->lang };
}

#endif
