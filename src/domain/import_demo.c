/* Who can be tried in the demonstration, and with what. */
#include "domain/import_demo.h"

#include "domain/hasher.h"
#include "domain/number.h"
#include "q_import.h"

/* Without letters and digits that are taken for each other; 12 of them are 59 bits. */
static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";

#define GROUPS    3
#define GROUP_LEN 4

struct picks {
	struct arena *a;
	tstamp now;
	bool is_demo, has_new, has_debt, has_overpaid;
	struct q_import_demo_new_row fresh;
	struct q_import_demo_debt_row debt;
	struct q_import_demo_overpaid_row overpaid;
};

static enum err found(enum err e, bool *ret)
{
	*ret = e == OK;
	return e == E_NOTFOUND ? OK : e;
}

static enum err pick(struct tx *tx, void *arg)
{
	struct picks *p = arg;
	tstamp since;
	try(found(q_import_demo_since(tx, p->a, &since), &p->is_demo));
	if (!p->is_demo)
		return OK;
	try(found(q_import_demo_new(tx, p->a, &p->fresh), &p->has_new));
	try(found(q_import_demo_debt(tx, p->a, p->now, &p->debt), &p->has_debt));
	return found(q_import_demo_overpaid(tx, p->a, p->now, &p->overpaid), &p->has_overpaid);
}

static enum err make_password(const struct app *app, struct arena *a, struct str *ret)
{
	struct buf b;
	buf_init(&b, 64);
	for (int i = 0; i < GROUPS * GROUP_LEN; i++) {
		if (i > 0 && i % GROUP_LEN == 0)
			buf_c(&b, '-');
		buf_c(&b, alphabet[rnd_below(app->rnd, sizeof(alphabet) - 1)]);
	}
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

struct password {
	int64_t subscriber_id;
	struct str hash;
	tstamp now;
};

static enum err set_password(struct tx *tx, void *arg)
{
	const struct password *p = arg;
	try(q_import_demo_password(
		tx, &(struct q_import_demo_password_args){
			    .id = p->subscriber_id, .hash = p->hash, .now = p->now }));
	return q_import_demo_sign_out(tx, p->subscriber_id);
}

static enum err sign_in_with_password(const struct app *app, struct arena *a, int64_t subscriber_id,
				      const struct msisdn *msisdn, struct import_demo_signin *ret)
{
	struct password p = { .subscriber_id = subscriber_id, .now = app_now(app) };
	ret->msisdn = *msisdn;
	try(make_password(app, a, &ret->password));
	try(hasher_make(app->hasher, a, ret->password, &p.hash));
	return store_write(app->store, set_password, &p);
}

static enum err sign_in_with_digits(const struct app *app, struct arena *a, const struct picks *p,
				    struct import_demo_signin *ret)
{
	ret->msisdn = p->fresh.msisdn;
	try(arena_str(a, iccid_last4(&p->fresh.iccid), &ret->password));
	return number_reopen(app, a,
			     &(struct number_reopen){
				     .msisdn = p->fresh.msisdn,
				     .by = audit_console(),
				     .reason = STR("demo-signins"),
			     });
}

enum err import_demo_signins(const struct app *app, struct arena *a,
			     struct import_demo_signin ret[IMPORT_DEMO_N])
{
	struct picks p = { .a = a, .now = app_now(app) };
	try(store_read(app->store, pick, &p));
	if (!p.is_demo)
		return E_DENIED;
	memset(ret, 0, IMPORT_DEMO_N * sizeof(*ret));
	if (p.has_new)
		try(sign_in_with_digits(app, a, &p, &ret[IMPORT_DEMO_NEW]));
	if (p.has_debt)
		try(sign_in_with_password(app, a, p.debt.subscriber, &p.debt.msisdn,
					  &ret[IMPORT_DEMO_DEBT]));
	if (p.has_overpaid)
		try(sign_in_with_password(app, a, p.overpaid.subscriber, &p.overpaid.msisdn,
					  &ret[IMPORT_DEMO_OVERPAID]));
	return OK;
}
