/* The pages: one router over the table of a site, one file per room. This header is for the wiring
 * in cli/serve_web.c. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "domain/app.h"
#include "http/http.h"

struct web;
struct site;

/** web_subscribers(): the pages of web/routes.def; web_office(): those of web/office/routes.def. */
const struct site *web_subscribers(void);
const struct site *web_office(void);

/** web_new(app, site): the pages of ${app}; NULL without memory. ${app}->keys must be there. */
struct web *web_new(const struct app *app, const struct site *site);
void web_free(struct web *web);

/** web_classify(web, req), web_handle(web, req, resp, refused): for struct http_opts; ${web} is its
 * app. */
enum http_lane web_classify(void *web, struct http_req *req);
void web_handle(void *web, struct http_req *req, struct http_resp *resp, int refused);

#endif
