/* What a client says about copies it has and encodings it takes (RFC 9110, 12.5.3 and 13.1.2). */
#include "http/accept.h"

#include "http/text.h"

static struct str opaque_tag(struct str tag)
{
	return str_starts(tag, STR("W/")) ? str_sub(tag, 2, tag.n) : tag;
}

bool http_etag_matches(struct str if_none_match, struct str etag)
{
	struct str one;
	while (str_cut(&if_none_match, ',', &one)) {
		one = http_trim(one);
		if (str_eq(one, STR("*")) || (one.n && str_eq(opaque_tag(one), opaque_tag(etag))))
			return true;
	}
	return false;
}

/* q=0, q=0.0, q=0.00 and q=0.000 all mean "not at all". */
static bool weight_is_zero(struct str parameters)
{
	struct str one;
	while (str_cut(&parameters, ';', &one)) {
		one = http_trim(one);
		if (!http_eq_nocase(str_sub(one, 0, 2), STR("q=")))
			continue;
		for (size_t i = 2; i < one.n; i++)
			if (one.p[i] != '0' && one.p[i] != '.')
				return false;
		return true;
	}
	return false;
}

bool http_accepts(struct str accept_encoding, struct str coding)
{
	bool any = false;
	struct str one;
	while (str_cut(&accept_encoding, ',', &one)) {
		struct str name;
		if (!str_cut(&one, ';', &name))
			continue;
		name = http_trim(name);
		if (http_eq_nocase(name, coding))
			return !weight_is_zero(one);
		if (str_eq(name, STR("*")))
			any = !weight_is_zero(one);
	}
	return any;
}
