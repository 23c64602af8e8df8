/* Reads one cookie out of the Cookie header (RFC 6265, 4.2): `a=1; b=2`. A name that comes twice is
 * somebody else's cookie beside ours (a longer path, a parent domain): neither is believed. */
#include "http/http.h"
#include "http/text.h"

bool http_cookie(const struct http_req *req, struct str name, struct str *ret)
{
	struct str rest = req->cookies;
	struct str piece;
	struct str found = { 0 };
	size_t seen = 0;
	while (str_cut(&rest, ';', &piece)) {
		struct str pair = http_trim(piece);
		size_t equals = str_find(pair, '=');
		if (equals == pair.n || !str_eq(str_sub(pair, 0, equals), name))
			continue;
		found = str_sub(pair, equals + 1, pair.n);
		seen++;
	}
	if (seen != 1)
		return false;
	*ret = found;
	return true;
}
