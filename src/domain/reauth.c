/* Re-authentication by either way. */
#include "domain/reauth.h"

#include "domain/totp.h"

enum err reauth_way(const struct app *app, struct arena *a, const struct session *s,
		    enum reauth_way *ret)
{
	struct totp totp;
	struct phone phone;
	try(totp_find(app, a, s->subscriber_id, &totp));
	try(phone_find(app, a, s, &phone));
	if (totp.on)
		*ret = REAUTH_TOTP;
	else if (!phone.confirmed)
		*ret = REAUTH_NONE;
	else
		*ret = phone.held && phone.at_once ? REAUTH_HELD : REAUTH_SMS;
	return OK;
}

/* --- by SMS --------------------------------------------------------------- */

enum err reauth_find(const struct app *app, struct arena *a, const struct phone_ask *ask,
		     struct flow *ret)
{
	struct flow flow;
	try(flow_find(app, a, ask->browser, FLOW_REAUTH, &flow));
	if (!phone_flow_own(ask, &flow))
		return E_NOTFOUND;
	*ret = flow;
	return OK;
}

enum err reauth_send(const struct app *app, struct arena *a, const struct phone_ask *ask,
		     struct flow *ret)
{
	enum reauth_way way;
	struct phone phone;
	try(reauth_way(app, a, ask->session, &way));
	try(phone_find(app, a, ask->session, &phone));
	if (way != REAUTH_SMS || !phone.confirmed)
		return E_CONFLICT;
	const struct flow_ask flow = phone_flow_ask(ask, FLOW_REAUTH, phone.contact);
	return flow_send(app, a, &flow, ret);
}

struct proving {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	const struct flow *flow;
	const struct totp_proof *proof;
};

static enum err prove(struct tx *tx, void *arg)
{
	struct proving *p = arg;
	if (p->flow)
		try(flow_step(p->app, tx, p->flow->id, FLOW_SENT, FLOW_USED));
	else
		try(totp_spend(p->app, tx, p->a, p->proof));
	return session_reauth(p->app, tx, p->s);
}

static enum err fault(struct problems *problems, struct say say)
{
	problems_add(problems, "code", say);
	return E_INPUT;
}

/* The code went to the contact phone as it was; if that has changed since, it proves nothing. */
static enum err try_sms(const struct app *app, struct arena *a, const struct phone_ask *ask,
			struct secret typed, struct problems *problems)
{
	struct flow flow;
	struct phone phone;
	enum err e = flow_try(app, a, ask->browser, FLOW_REAUTH, typed, &flow);
	if (e == E_INPUT)
		return fault(problems, (struct say){ .id = SAY_CODE_FORM });
	if (e == E_DENIED && flow.tries_left > 0)
		return fault(problems, (struct say){ .id = SAY_CODE_WRONG, .a = flow.tries_left });
	if (e == E_DENIED)
		return E_NOTFOUND;
	try(e);
	try(phone_find(app, a, ask->session, &phone));
	if (!phone_flow_own(ask, &flow) || !phone.confirmed ||
	    !str_eq(msisdn_str(&phone.contact), msisdn_str(&flow.to)))
		return E_NOTFOUND;
	struct proving p = { .app = app, .a = a, .s = ask->session, .flow = &flow };
	e = store_write(app->store, prove, &p);
	return e == E_CONFLICT ? E_NOTFOUND : e; /* in another tab */
}

/* --- by the second factor ------------------------------------------------- */

static enum err try_totp(const struct app *app, struct arena *a, const struct session *s,
			 struct secret typed, struct problems *problems)
{
	struct totp_proof proof = { .subscriber_id = s->subscriber_id };
	struct proving p = { .app = app, .a = a, .s = s, .proof = &proof };
	try(totp_rule(app, a, LIMIT_TOTP_IN, s->subscriber_id, &proof));
	enum err e = totp_prove(app, a, typed, &proof);
	if (e == OK)
		e = totp_not_tried(app, a, &proof, store_write(app->store, prove, &p));
	if (e == E_DENIED || e == E_INPUT || e == E_LIMIT)
		return fault(problems, totp_fault(app, &proof, e));
	return e;
}

enum err reauth_try(const struct app *app, struct arena *a, const struct phone_ask *ask,
		    struct secret typed, struct problems *ret_problems)
{
	enum reauth_way way;
	try(reauth_way(app, a, ask->session, &way));
	if (way == REAUTH_TOTP)
		return try_totp(app, a, ask->session, typed, ret_problems);
	return way == REAUTH_SMS ? try_sms(app, a, ask, typed, ret_problems) : E_NOTFOUND;
}
