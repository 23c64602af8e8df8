/* Russian unless somebody asks otherwise. */
#include "web/lang.h"

#include "http/text.h"
#include "web/answer.h"
#include "web/guard.h"

static bool lang_of(struct str code, enum lang *ret)
{
	if (http_eq_nocase(code, STR("ru")))
		*ret = LANG_RU;
	else if (http_eq_nocase(code, STR("en")))
		*ret = LANG_EN;
	else
		return false;
	return true;
}

/* The first of the listed languages that we have (RFC 9110, 12.5.4): browsers list them by
 * preference, so weights need no look. */
static bool accepted(struct str list, enum lang *ret)
{
	struct str item;
	while (str_cut(&list, ',', &item)) {
		item = str_trim(item);
		if (item.n >= 2 && (item.n == 2 || item.p[2] == '-' || item.p[2] == ';') &&
		    lang_of(str_sub(item, 0, 2), ret))
			return true;
	}
	return false;
}

void lang_choose(struct req *r)
{
	struct str asked = http_query(r->http, STR("lang"));
	r->lang = LANG_RU;
	if (lang_of(asked, &r->lang)) {
		if (answer_cookie(r, COOKIE_LANG, asked, 365 * 24 * 3600) != OK)
			log_event(r->app->log, LOG_WARN, "lang_not_kept");
		return;
	}
	struct str kept;
	if (http_cookie(r->http, STR(COOKIE_LANG), &kept) && lang_of(kept, &r->lang))
		return;
	if (!accepted(r->http->accept_language, &r->lang))
		r->lang = LANG_RU;
}
