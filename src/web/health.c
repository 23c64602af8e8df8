/* For load balancers: the process answers. It says nothing about the database, which a balancer
 * cannot mend by taking this process out. */
#include "web/router.h"

enum err web_health_show(struct req *r)
{
	r->resp->status = 200;
	r->resp->content_type = "text/plain; charset=utf-8";
	http_resp_header(r->resp, "Cache-Control", STR("no-store"));
	r->resp->static_body = STR("ok\n");
	return OK;
}
