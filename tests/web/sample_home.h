/* The home page, and the movements that it shares with the history. */
#ifndef TESTS_WEB_SAMPLE_HOME_H
#define TESTS_WEB_SAMPLE_HOME_H

#include "web/sample.h"

static struct movement sample_charge(const struct sample *s, tstamp when, int64_t kop,
				     int64_t before)
{
	return (struct movement){
		.kind = ENTRY_CHARGE,
		.at = when,
		.title = text(s, "Звонки сверх тарифа"),
		.detail = text(s, "64 минуты сверх 600"),
		.note = text(s, "600 минут из тарифа закончились 26 октября. Дальше минута стоит "
				"2,50 ₽"),
		.origin = text(s, "megafon"),
		.amount = { -kop },
		.before = { before },
		.after = { before - kop },
	};
}

static struct web_movements sample_moves(const struct sample *s, size_t n)
{
	struct movement *v = arena_array(s->a, n + 1, sizeof *v);

	for (size_t i = 0; i < n; i++) {
		tstamp when = at(2026, 11, (int8_t)(28 - i / 2), 14, 32);

		v[i] = sample_charge(s, when, 16000, -59960);
		if (i % 3 == 1)
			v[i] = (struct movement){ .kind = ENTRY_FEE,
						  .at = when,
						  .amount = { -65000 },
						  .before = { -59960 },
						  .after = { -124960 } };
		if (i % 3 == 2)
			v[i] = (struct movement){ .kind = ENTRY_PAYMENT,
						  .at = when,
						  .amount = { 25000 },
						  .title = text(s, "Платеж картой"),
						  .detail = text(s, "•• 4417"),
						  .before = { -84960 },
						  .after = { -59960 } };
	}
	return (struct web_movements){ .v = v, .n = n };
}

static struct web_home sample_home(const struct sample *s, int64_t kop)
{
	return (struct web_home){
		.sum = {
			.msisdn = phone("9215550123"),
			.money.balance = { kop },
			.state = NUMBER_ACTIVE,
			.state_since = at(2026, 11, 20, 9, 0),
			.operator_name = text(s, "МегаФон"),
			.has_tariff = true,
			.tariff_name = text(s, s->lengthy ? LONG_TARIFF : "Корпоративный 650"),
			.tariff_since = { 2025, 3, 1 },
			.fee = { 65000 },
			.minutes = 600,
			.data_mb = 15 * 1024,
			.sms = s->lengthy ? -1 : 100,
			.next_fee = { 2026, 12, 1 },
			.due = { kop < 0 ? -kop : 0 },
			.due_until = { 2026, 11, 30 },
		},
		.shown = { kop < 0 ? -kop : kop },
		.last = sample_moves(s, 3),
	};
}

static void render_home_debt(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, -124960);

	sample_page(s, SECTION_HOME);
	home.sum.state = NUMBER_BLOCKED;
	home.sum.reason = BLOCK_DEBT;
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_debt_active(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, -23770);

	sample_page(s, SECTION_HOME);
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_overpaid(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, 41230);

	sample_page(s, SECTION_HOME);
	s->page.notice.id = SAY_FORM_KEPT;
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_lost(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, 1234567890);

	s->lengthy = true;
	sample_page(s, SECTION_HOME);
	home = sample_home(s, 1234567890);
	home.sum.state = NUMBER_BLOCKED;
	home.sum.reason = BLOCK_LOST;
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_unconfirmed(struct sample *s, struct out *o)
{
	struct web_home home = sample_home(s, 0);

	sample_page(s, SECTION_HOME);
	home.unconfirmed = true;
	home.contact = phone("9055550418");
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_new(struct sample *s, struct out *o)
{
	struct web_home home = {
		.sum = { .msisdn = phone("9215550123"),
			 .state = NUMBER_NEW,
			 .operator_name = text(s, "t2") },
	};

	sample_page(s, SECTION_HOME);
	v_home_show(o, .page = &s->page, .home = &home);
}

/* Blocked for a reason that the other pages do not show. */
static void blocked_page(struct sample *s, struct out *o, enum block_reason reason, int64_t kop)
{
	struct web_home home = sample_home(s, kop);

	sample_page(s, SECTION_HOME);
	home.sum.state = NUMBER_BLOCKED;
	home.sum.reason = reason;
	v_home_show(o, .page = &s->page, .home = &home);
}

static void render_home_asked(struct sample *s, struct out *o)
{
	blocked_page(s, o, BLOCK_REQUEST, 0);
}

static void render_home_fraud(struct sample *s, struct out *o)
{
	blocked_page(s, o, BLOCK_FRAUD, 41230);
}

static void render_home_over(struct sample *s, struct out *o)
{
	blocked_page(s, o, BLOCK_CONTRACT, 0);
}

static void render_home_paid(struct sample *s, struct out *o)
{
	blocked_page(s, o, BLOCK_DEBT, 5000);
}

LOOK(home_show, { "home-debt-blocked", render_home_debt }, { "home-debt", render_home_debt_active },
     { "home-overpaid", render_home_overpaid }, { "home-lost-long", render_home_lost },
     { "home-unconfirmed", render_home_unconfirmed }, { "home-new", render_home_new },
     { "home-asked", render_home_asked }, { "home-fraud", render_home_fraud },
     { "home-contract-over", render_home_over }, { "home-debt-paid", render_home_paid })

#endif
