/* given(x): is there anything to show? What `{% if x %}` asks of everything that put() prints, and
 * of bool, url and tstamp: a text that is not empty, a number that is not zero, a date that was
 * set. */
#ifndef WEB_GIVEN_H
#define WEB_GIVEN_H

#include "web/put.h"

static inline bool given_bool(bool x)
{
	return x;
}
static inline bool given_i64(int64_t x)
{
	return x != 0;
}
static inline bool given_size(size_t x)
{
	return x != 0;
}
static inline bool given_str(struct str s)
{
	return s.n != 0;
}
static inline bool given_text(struct text t)
{
	return t.s.n != 0;
}
static inline bool given_url(struct url u)
{
	return u.s.n != 0;
}
static inline bool given_money(money m)
{
	return m.kop != 0;
}
static inline bool given_date(struct date d)
{
	return d.year != 0;
}
static inline bool given_at(tstamp t)
{
	return !tstamp_is_none(t);
}
static inline bool given_phone(struct msisdn m)
{
	return m.d[0] != '\0';
}
static inline bool given_say(struct say s)
{
	return s.id != SAY_NONE;
}

/* clang-format off */
#define given(x)                            \
	_Generic((x),                       \
		bool: given_bool,           \
		struct str: given_str,      \
		struct text: given_text,    \
		struct url: given_url,      \
		money: given_money,         \
		int64_t: given_i64,         \
		int: given_i64,             \
		size_t: given_size,         \
		struct date: given_date,    \
		tstamp: given_at,           \
		struct msisdn: given_phone, \
		struct say: given_say)(x)
/* clang-format on */

#endif
