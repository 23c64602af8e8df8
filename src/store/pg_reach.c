/* Where a URL of libpq leads, by libpq's own reading of it. */
#include "store/pg_reach.h"

#include <libpq-fe.h>
#include <stdlib.h>

/* Several hosts are separated by commas; one that begins with a slash is a folder of sockets. */
static bool all_local(struct str hosts)
{
	struct str host;
	while (str_cut(&hosts, ',', &host)) {
		if (host.n > 0 && host.p[0] != '/')
			return false;
	}
	return true;
}

/* The variables that libpq takes in the place of what the URL leaves out. */
static bool local_option(const PQconninfoOption *o)
{
	const char *value = o->val ? o->val : o->envvar ? getenv(o->envvar) : NULL;
	struct str name = str_c(o->keyword);
	if (!value || !*value)
		return true;
	if (str_eq(name, STR("hostaddr")) || str_eq(name, STR("service")))
		return false;
	return !str_eq(name, STR("host")) || all_local(str_c(value));
}

enum store_reach pg_reach(const char *url)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	bool local = options != NULL;
	for (const PQconninfoOption *o = options; o && o->keyword; o++)
		local &= local_option(o);
	PQconninfoFree(options);
	return local ? STORE_REACH_UNIX : STORE_REACH_NETWORK;
}
