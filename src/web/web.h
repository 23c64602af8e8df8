/* The pages: one router over web/routes.def, one file per room. This header is for the wiring in
 * cli/serve.c. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "domain/app.h"
#include "http/http.h"

struct web;

/** web_new(app, server): the pages of ${app}; NULL without memory. ${app}->keys must be there. */
struct web *web_new(const struct app *app);
void web_free(struct web *web);

/** web_classify(web, req), web_handle(web, req, resp, refused): for struct http_opts; ${web} is its
 * app. */
enum http_lane web_classify(void *web, struct http_req *req);
void web_handle(void *web, struct http_req *req, struct http_resp *resp, int refused);

#endif
