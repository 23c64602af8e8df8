/* Values as they go to the database and come from it, and what they are in the program. Only
 * src/store/ and generated queries include this, by way of store/stmt.h. */
#ifndef STORE_VALUE_H
#define STORE_VALUE_H

#include <assert.h>

#include "store/query.h"

enum value_type { VALUE_NULL, VALUE_INT, VALUE_BOOL, VALUE_TEXT, VALUE_BYTES, VALUE_BULK };

struct value {
	enum value_type type;
	int64_t i;
	struct str s;
};

/* value_of_<type>(x): what is bound. Strings stay the caller's. */
static inline struct value value_of_null(void)
{
	return (struct value){ .type = VALUE_NULL };
}

static inline struct value value_of_i64(int64_t v)
{
	return (struct value){ .type = VALUE_INT, .i = v };
}

static inline struct value value_of_i64_opt(struct opt_i64 v)
{
	return v.has ? value_of_i64(v.v) : value_of_null();
}

static inline struct value value_of_bool(bool v)
{
	return (struct value){ .type = VALUE_BOOL, .i = v };
}

static inline struct value value_of_str(struct str s)
{
	return (struct value){ .type = VALUE_TEXT, .s = { .p = s.p ? s.p : "", .n = s.n } };
}

static inline struct value value_of_str_opt(struct str s)
{
	return s.p ? value_of_str(s) : value_of_null();
}

static inline struct value value_of_bytes(struct str s)
{
	return (struct value){ .type = VALUE_BYTES, .s = { .p = s.p ? s.p : "", .n = s.n } };
}

static inline struct value value_of_bytes_opt(struct str s)
{
	return s.p ? value_of_bytes(s) : value_of_null();
}

static inline struct value value_of_money(money m)
{
	return value_of_i64(m.kop);
}

static inline struct value value_of_tstamp(tstamp t)
{
	assert(!tstamp_is_none(t));
	return value_of_i64(t.ms);
}

static inline struct value value_of_tstamp_opt(tstamp t)
{
	return tstamp_is_none(t) ? value_of_null() : value_of_i64(t.ms);
}

/* Only bound, never read. */
static inline struct value value_of_bulk(const struct bulk *l)
{
	return (struct value){ .type = VALUE_BULK, .s = bulk_text(l) };
}

struct value value_of_date(struct date d);
struct value value_of_date_opt(struct date d);
struct value value_of_msisdn(const struct msisdn *m);
struct value value_of_msisdn_opt(const struct msisdn *m);
struct value value_of_iccid(const struct iccid *i);
struct value value_of_iccid_opt(const struct iccid *i);

/* value_to_<type>(v, &ret): what was read. Expected: E_STORE (NULL, or what the type cannot hold:
 * schema and query do not fit together). Those with an arena copy into it: E_NOMEM; without one
 * (NULL) they return a slice that is valid until the row is left. */
static inline enum err must_check value_to_i64(const struct value *v, int64_t *ret)
{
	if (v->type == VALUE_NULL)
		return E_STORE;
	*ret = v->i;
	return OK;
}

static inline enum err must_check value_to_i64_opt(const struct value *v, struct opt_i64 *ret)
{
	*ret = (struct opt_i64){ .has = v->type != VALUE_NULL, .v = v->i };
	return OK;
}

static inline enum err must_check value_to_bool(const struct value *v, bool *ret)
{
	if (v->type == VALUE_NULL)
		return E_STORE;
	*ret = v->i != 0;
	return OK;
}

static inline enum err must_check value_to_money(const struct value *v, money *ret)
{
	return value_to_i64(v, &ret->kop);
}

static inline enum err must_check value_to_tstamp(const struct value *v, tstamp *ret)
{
	return value_to_i64(v, &ret->ms);
}

static inline enum err must_check value_to_tstamp_opt(const struct value *v, tstamp *ret)
{
	*ret = v->type == VALUE_NULL ? TSTAMP_NONE : (tstamp){ .ms = v->i };
	return OK;
}

enum err value_to_str(struct arena *a, const struct value *v, struct str *ret) must_check;
enum err value_to_str_opt(struct arena *a, const struct value *v, struct str *ret) must_check;
enum err value_to_date(const struct value *v, struct date *ret) must_check;
enum err value_to_date_opt(const struct value *v, struct date *ret) must_check;
enum err value_to_msisdn(const struct value *v, struct msisdn *ret) must_check;
enum err value_to_msisdn_opt(const struct value *v, struct msisdn *ret) must_check;
enum err value_to_iccid(const struct value *v, struct iccid *ret) must_check;
enum err value_to_iccid_opt(const struct value *v, struct iccid *ret) must_check;

static inline enum err must_check value_to_bytes(struct arena *a, const struct value *v,
						 struct str *ret)
{
	return value_to_str(a, v, ret);
}

static inline enum err must_check value_to_bytes_opt(struct arena *a, const struct value *v,
						     struct str *ret)
{
	return value_to_str_opt(a, v, ret);
}

#endif
