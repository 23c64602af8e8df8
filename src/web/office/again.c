/* The rows that both sites have: what they do is the subscribers' handlers'. */
#include "web/office/office.h"

enum err web_office_again_show(struct req *r)
{
	return web_again_show(r);
}

enum err web_office_again_send(struct req *r, const struct form_nothing *f)
{
	return web_again_send(r, f);
}

enum err web_office_health_show(struct req *r)
{
	return web_health_show(r);
}
