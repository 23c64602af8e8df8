/* From values of the database to the types of the program, for generated queries. */
#include "store/stmt.h"

enum { ROWS_FIRST = 16 };

/* The days of the years 1900 to 2199: what struct date can hold. */
enum { DAYS_MIN = -25567, DAYS_MAX = 84005 };

void *rows_add(struct rows *r)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : ROWS_FIRST;
		void *p = arena_array(r->a, cap, r->size);
		if (!p)
			return NULL;
		if (r->n)
			memcpy(p, r->p, r->n * r->size);
		r->p = p;
		r->cap = cap;
	}
	return (char *)r->p + r->n++ * r->size;
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
