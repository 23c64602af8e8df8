/* The history. */
#ifndef TESTS_WEB_SAMPLE_HISTORY_H
#define TESTS_WEB_SAMPLE_HISTORY_H

#include "web/chart.h"
#include "web/sample_home.h"

static struct web_history sample_history(const struct sample *s, size_t n)
{
	static const struct month_sum months[] = {
		{ { 2026, 6, 1 }, { 65000 }, { 65000 } },  { { 2026, 7, 1 }, { 50000 }, { 65000 } },
		{ { 2026, 8, 1 }, { 80000 }, { 65000 } },  { { 2026, 9, 1 }, { 65000 }, { 65000 } },
		{ { 2026, 10, 1 }, { 25000 }, { 84960 } }, { { 2026, 11, 1 }, { 0 }, { 65000 } },
	};
	struct web_history h = {
		.from = { 2026, 10, 1 },
		.to = { 2026, 11, 28 },
		.from_field = { .name = STR("from"), .value = text(s, "2026-10-01") },
		.to_field = { .name = STR("to"), .value = text(s, "2026-11-28") },
		.all_url = { STR("/history?from=2026-10-01&to=2026-11-28&kind=all") },
		.payments_url = { STR("/history?from=2026-10-01&to=2026-11-28&kind=payments") },
		.charges_url = { STR("/history?from=2026-10-01&to=2026-11-28&kind=charges") },
		.csv_url = { STR("/history.csv?from=2026-10-01&to=2026-11-28&kind=all") },
		.older_url = { STR("/history?from=2026-08-01&to=2026-09-30") },
		.payments = { 25000 },
		.charges = { 149960 },
		.closing = { -124960 },
		.closing_shown = { 124960 },
	};
	struct web_movements all = sample_moves(s, n);
	struct web_day *days = arena_array(s->a, n / 2 + 1, sizeof *days);

	for (size_t i = 0; i < n; i += 2)
		days[h.days.n++] = (struct web_day){
			.date = tstamp_local(all.v[i].at, 180).date,
			.moves = { .v = all.v + i, .n = i + 1 < n ? 2 : 1 },
		};
	h.days.v = days;
	if (web_chart(s->a, months, 6, (struct date){ 2026, 11, 28 }, &h.months) != OK)
		h.months.n = 0;
	return h;
}

static void render_history(struct sample *s, struct out *o)
{
	struct web_history h = sample_history(s, 30);

	sample_page(s, SECTION_HISTORY);
	v_history_show(o, .page = &s->page, .history = &h);
}

static void render_history_empty(struct sample *s, struct out *o)
{
	struct web_history h = sample_history(s, 0);

	sample_page(s, SECTION_HISTORY);
	s->page.fault = true;
	h.fault.id = SAY_PERIOD_FORM;
	h.kind = HISTORY_PAYMENTS;
	h.payments = h.charges = h.closing = h.closing_shown = MONEY_ZERO;
	v_history_show(o, .page = &s->page, .history = &h);
}

/* What is rare: no charge at all, money back, the balance of the portal before this one. */
static void render_history_rare(struct sample *s, struct out *o)
{
	static const enum entry_kind kinds[] = { ENTRY_REFUND, ENTRY_CORRECTION, ENTRY_CHARGE,
						 ENTRY_OPENING };
	struct web_history h = sample_history(s, 4);
	struct movement *v = arena_array(s->a, 4, sizeof *v);

	for (size_t i = 0; i < 4; i++)
		v[i] = (struct movement){ .kind = kinds[i],
					  .at = at(2026, 11, 28, 14, 32),
					  .amount = { i == 2 ? -123456789 : 123456789 },
					  .before = { 0 },
					  .after = { i == 2 ? -123456789 : 123456789 } };
	h.days.n = 1;
	((struct web_day *)h.days.v)->moves = (struct web_movements){ .v = v, .n = 4 };
	h.payments = h.closing = h.closing_shown = (money){ 123456789 };
	h.charges = (money){ 123456789 };
	h.older_url = (struct url){ 0 };
	sample_page(s, SECTION_HISTORY);
	v_history_show(o, .page = &s->page, .history = &h);
}

static void history_none(struct sample *s, struct out *o, enum history_kind kind)
{
	struct web_history h = sample_history(s, 0);

	h.kind = kind;
	h.charges = h.payments = h.opening = h.closing = h.closing_shown = MONEY_ZERO;
	h.months.n = 0;
	sample_page(s, SECTION_HISTORY);
	v_history_show(o, .page = &s->page, .history = &h);
}

static void render_history_none(struct sample *s, struct out *o)
{
	history_none(s, o, HISTORY_ALL);
}

static void render_history_no_charges(struct sample *s, struct out *o)
{
	history_none(s, o, HISTORY_CHARGES);
}

LOOK(history_show, { "history", render_history }, { "history-empty", render_history_empty },
     { "history-rare", render_history_rare }, { "history-none", render_history_none },
     { "history-no-charges", render_history_no_charges })
LOOK_NOT(history_csv)

#endif
