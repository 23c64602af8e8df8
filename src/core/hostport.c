/* The last colon is the one before the port. */
#include "core/hostport.h"

#include "core/scan.h"

enum { HOST_MAX = 253, PORT_DIGITS_MAX = 5 };

static bool port_plausible(struct str port)
{
	int64_t number;
	return port.n <= PORT_DIGITS_MAX && scan_i64_all(port, 0, UINT16_MAX, &number);
}

static bool host_plausible(struct str host)
{
	for (size_t i = 0; i < host.n; i++) {
		if (host.p[i] <= ' ' || host.p[i] > '~' || strchr("/[]@", host.p[i]))
			return false;
	}
	return host.n > 0 && host.n <= HOST_MAX;
}

enum err hostport_parse(struct str s, struct hostport *ret)
{
	size_t colon = s.n;
	while (colon > 0 && s.p[colon - 1] != ':')
		colon--;
	struct str host = str_sub(s, 0, colon ? colon - 1 : 0);
	struct str port = str_sub(s, colon, s.n);
	bool brackets = str_starts(host, STR("[")) && str_ends(host, STR("]"));
	if (brackets)
		host = str_sub(host, 1, host.n - 2);
	if (brackets != (str_find(host, ':') < host.n) || !host_plausible(host) ||
	    !port_plausible(port))
		return E_INPUT;
	*ret = (struct hostport){ .host = host, .port = port };
	return OK;
}
