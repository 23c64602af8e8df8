/* Confirming the contact phone. */
#include "domain/phone.h"

#include "domain/event.h"
#include "q_phone.h"

struct finding {
	struct arena *a;
	int64_t subscriber_id;
	struct q_phone_contact_row row;
};

static enum err find(struct tx *tx, void *arg)
{
	struct finding *f = arg;
	return q_phone_contact(tx, f->a, f->subscriber_id, &f->row);
}

enum err phone_find(const struct app *app, struct arena *a, const struct session *s,
		    struct phone *ret)
{
	struct finding f = { .a = a, .subscriber_id = s->subscriber_id };
	try(store_read(app->store, find, &f));
	*ret = (struct phone){
		.contact = f.row.contact_phone,
		.confirmed = !tstamp_is_none(f.row.confirmed),
		.held = f.row.change_id.has,
		.next = f.row.new_phone,
		.due = f.row.due,
		.at_once = f.row.at_once,
	};
	return OK;
}

struct flow_ask phone_flow_ask(const struct phone_ask *ask, enum flow_purpose purpose,
			       struct msisdn to)
{
	return (struct flow_ask){
		.purpose = purpose,
		.browser = ask->browser,
		.login = ask->session->msisdn,
		.number_id = ask->session->number_id,
		.epoch = ask->session->epoch,
		.subscriber_id = ask->session->subscriber_id,
		.to = to,
		.lang = ask->lang,
	};
}

bool phone_flow_own(const struct phone_ask *ask, const struct flow *flow)
{
	return flow->number_id == ask->session->number_id && flow->epoch == ask->session->epoch;
}

enum err phone_send(const struct app *app, struct arena *a, const struct phone_ask *ask,
		    struct flow *ret)
{
	struct phone phone;
	try(phone_find(app, a, ask->session, &phone));
	if (phone.confirmed || !phone.contact.d[0])
		return E_CONFLICT;
	const struct flow_ask flow = phone_flow_ask(ask, FLOW_CONFIRM_PHONE, phone.contact);
	return flow_send(app, a, &flow, ret);
}

struct confirming {
	const struct app *app;
	struct arena *a;
	const struct session *s;
	const struct flow *flow;
};

static enum err confirm(struct tx *tx, void *arg)
{
	struct confirming *c = arg;
	int64_t n;
	struct q_phone_confirm_args args = {
		.subscriber_id = c->s->subscriber_id,
		.contact_phone = c->flow->to,
		.now = app_now(c->app),
	};
	try(flow_step(c->app, tx, c->flow->id, FLOW_SENT, FLOW_USED));
	try(q_phone_confirm(tx, &args, &n));
	return n == 1 ? event_by(c->app, tx, c->a, c->s, EVENT_PHONE_CONFIRMED) : E_CONFLICT;
}

enum err phone_confirm(const struct app *app, struct arena *a, const struct phone_ask *ask,
		       struct secret typed, struct flow *ret)
{
	try(flow_try(app, a, ask->browser, FLOW_CONFIRM_PHONE, typed, ret));
	if (!phone_flow_own(ask, ret))
		return E_NOTFOUND;
	struct confirming c = { app, a, ask->session, ret };
	enum err e = store_write(app->store, confirm, &c);
	return e == E_CONFLICT ? E_NOTFOUND : e; /* another phone by now, or done in another tab */
}
