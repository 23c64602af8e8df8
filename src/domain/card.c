/* Looking at a card: first the audit, then what is on it. */
#include "domain/card.h"

#include "core/iccid.h"
#include "domain/session.h"
#include "q_card.h"

struct looking {
	const struct app *app;
	struct arena *a;
	const struct actor *by;
	int64_t number_id;
	struct q_card_find_row row;
	struct q_card_sims_row *sims;
	size_t n_sims;
};

static enum err find_and_note(struct tx *tx, void *arg)
{
	struct looking *l = arg;
	try(q_card_find(tx, l->a, l->number_id, &l->row));
	try(q_card_sims(tx, l->a, l->number_id, &l->sims, &l->n_sims));
	return audit_put(
		l->app, tx, l->a,
		&(struct audit_entry){
			.action = AUDIT_SUBSCRIBER_LOOK,
			.by = *l->by,
			.subscriber_id = l->row.subscriber_id.has ? l->row.subscriber_id.v : 0,
			.subject = msisdn_str(&l->row.msisdn),
		});
}

static enum err tell_sims(const struct looking *l, struct card *c)
{
	struct card_sim *v = arena_array(l->a, l->n_sims + 1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	for (size_t i = 0; i < l->n_sims; i++) {
		v[i] = (struct card_sim){ .iccid = iccid_str(&l->sims[i].iccid),
					  .issued = l->sims[i].issued };
		try(sim_state_parse(l->sims[i].state, &v[i].state));
	}
	c->sims.v = v;
	c->sims.n = l->n_sims;
	return OK;
}

static void tell_person(const struct q_card_find_row *row, struct card *c)
{
	c->person = row->subscriber_id.has;
	c->family = row->family;
	c->given = row->given;
	c->patronymic = row->patronymic;
	c->contact_phone = row->contact_phone;
	c->phone_confirmed = !tstamp_is_none(row->phone_confirmed);
	c->email = row->email;
	c->email_confirmed = !tstamp_is_none(row->email_confirmed);
	c->passport_mask = row->passport_mask;
	c->city = row->city;
	c->registered = row->registered;
	c->has_password = row->has_password;
	c->factor = row->factor;
}

/* What the subscriber sees, by the same functions. */
static enum err tell_rest(const struct looking *l, struct card *c)
{
	const struct session as = {
		.number_id = l->number_id,
		.epoch = l->row.epoch,
		.subscriber_id = l->row.subscriber_id.v,
		.account_id = l->row.account_id,
		.msisdn = l->row.msisdn,
	};
	try(account_summary(l->app, l->a, &as, &c->sum));
	c->last.v = c->sum.last;
	c->last.n = c->sum.n_last;
	return c->person ? notice_list(l->app, l->a, &as, CARD_NOTICES, &c->notices) : OK;
}

enum err card_look(const struct app *app, struct arena *a, const struct actor *by,
		   int64_t number_id, struct card *ret)
{
	struct looking l = { .app = app, .a = a, .by = by, .number_id = number_id };
	try(store_write(app->store, find_and_note, &l));
	struct card c = {
		.number_id = number_id,
		.msisdn = l.row.msisdn,
		.contract = l.row.contract,
		.contract_opened = l.row.contract_opened,
		.company = l.row.company,
	};
	tell_person(&l.row, &c);
	try(tell_sims(&l, &c));
	try(tell_rest(&l, &c));
	*ret = c;
	return OK;
}
