/* Between values of the database and the types of the program. */
#include "store/value.h"

/* The days of the years 1900 to 2199: what struct date can hold. */
enum { DAYS_MIN = -25567, DAYS_MAX = 84005 };

struct value value_of_date(struct date d)
{
	return value_of_i64(date_days(d));
}

struct value value_of_date_opt(struct date d)
{
	return d.year ? value_of_date(d) : value_of_null();
}

struct value value_of_msisdn(const struct msisdn *m)
{
	assert(m->d[0]);
	return value_of_str(msisdn_str(m));
}

struct value value_of_msisdn_opt(const struct msisdn *m)
{
	return m->d[0] ? value_of_msisdn(m) : value_of_null();
}

struct value value_of_iccid(const struct iccid *i)
{
	assert(i->d[0]);
	return value_of_str(str_c(i->d));
}

struct value value_of_iccid_opt(const struct iccid *i)
{
	return i->d[0] ? value_of_iccid(i) : value_of_null();
}

enum err value_to_str(struct arena *a, const struct value *v, struct str *ret)
{
	if (v->type == VALUE_NULL)
		return E_STORE;
	if (a)
		return arena_str(a, v->s, ret);
	*ret = v->s;
	return OK;
}

enum err value_to_str_opt(struct arena *a, const struct value *v, struct str *ret)
{
	if (v->type != VALUE_NULL)
		return value_to_str(a, v, ret);
	*ret = (struct str){ 0 };
	return OK;
}

enum err value_to_date(const struct value *v, struct date *ret)
{
	if (v->type == VALUE_NULL || v->i < DAYS_MIN || v->i > DAYS_MAX)
		return E_STORE;
	*ret = date_of_days((int32_t)v->i);
	return OK;
}

enum err value_to_date_opt(const struct value *v, struct date *ret)
{
	if (v->type != VALUE_NULL)
		return value_to_date(v, ret);
	*ret = (struct date){ 0 };
	return OK;
}

enum err value_to_msisdn(const struct value *v, struct msisdn *ret)
{
	if (v->type == VALUE_NULL || v->s.n != sizeof(ret->d) - 1)
		return E_STORE;
	memcpy(ret->d, v->s.p, v->s.n);
	ret->d[v->s.n] = '\0';
	return OK;
}

enum err value_to_msisdn_opt(const struct value *v, struct msisdn *ret)
{
	if (v->type != VALUE_NULL)
		return value_to_msisdn(v, ret);
	*ret = (struct msisdn){ 0 };
	return OK;
}

enum err value_to_iccid(const struct value *v, struct iccid *ret)
{
	if (v->type == VALUE_NULL || v->s.n < 18 || v->s.n >= sizeof(ret->d))
		return E_STORE;
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->d, v->s.p, v->s.n);
	return OK;
}

enum err value_to_iccid_opt(const struct value *v, struct iccid *ret)
{
	if (v->type != VALUE_NULL)
		return value_to_iccid(v, ret);
	*ret = (struct iccid){ 0 };
	return OK;
}
