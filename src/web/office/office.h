/* What the files of the office's site share. */
#ifndef WEB_OFFICE_OFFICE_H
#define WEB_OFFICE_OFFICE_H

#include "web/router.h"

#define PAGE(url, handler, right, lane)                                                            \
	static const char URL_##handler[] __attribute__((unused)) = url;                           \
	enum err web_##handler(struct req *r) must_check;
#define POST(url, handler, right, lane, form_name, back)                                           \
	static const char URL_##handler[] __attribute__((unused)) = url;                           \
	enum err web_##handler(struct req *r, const struct form_##form_name *f) must_check;
#define POST_WHOLE POST
#include "web/office/routes.def"
#undef PAGE
#undef POST
#undef POST_WHOLE

/** office_keep(r): the sign-in page, carrying the form that ${r} typed into a page whose session
 * has ended. */
enum err office_keep(struct req *r) must_check;

#endif
