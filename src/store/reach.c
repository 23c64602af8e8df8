/* What a URL says of the way to a store; for PostgreSQL by libpq's own reading of it. */
#include "store/reach.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "core/scan.h"
#include "core/str.h"

#define PORT_DEFAULT 5432

/* An option, or the variable that libpq takes in its place; empty when there is neither. */
static struct str option(const PQconninfoOption *options, const char *name)
{
	const char *value = NULL;
	for (const PQconninfoOption *o = options; o->keyword; o++) {
		if (str_eq(str_c(o->keyword), str_c(name)))
			value = o->val ? o->val : o->envvar ? getenv(o->envvar) : NULL;
	}
	return str_c(value ? value : "");
}

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

static bool is_pg(struct str url)
{
	return str_starts(url, STR("postgresql://")) || str_starts(url, STR("postgres://"));
}

enum store_reach store_reach(const char *url)
{
	if (!is_pg(str_c(url)))
		return STORE_REACH_FILE;
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	bool local = options && option(options, "hostaddr").n == 0 &&
		     option(options, "service").n == 0 && all_local(option(options, "host"));
	PQconninfoFree(options);
	return local ? STORE_REACH_UNIX : STORE_REACH_NETWORK;
}

static size_t scan_ports(struct str text, uint16_t *ports, size_t max)
{
	struct str piece;
	size_t n = 0;
	while (str_cut(&text, ',', &piece)) {
		int64_t port = PORT_DEFAULT;
		if (n == max || (piece.n > 0 && !scan_i64_all(piece, 1, UINT16_MAX, &port)))
			return 0;
		ports[n++] = (uint16_t)port;
	}
	return n;
}

size_t store_ports(const char *url, uint16_t *ports, size_t max)
{
	if (store_reach(url) != STORE_REACH_NETWORK)
		return 0;
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	if (!options)
		return 0;
	struct str text = option(options, "port");
	size_t n = option(options, "service").n > 0 ? 0 : scan_ports(text, ports, max);
	PQconninfoFree(options);
	return n;
}
