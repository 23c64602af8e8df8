#include "web/csv.h"

#include "web/answer.h"

#define CSV_BYTES_MAX (8u << 20)

/* RFC 4180 quoting; a leading = + - @ TAB CR would start a formula (threat-model.md, rule 9). */
static void put_cell(struct buf *b, struct str s)
{
	buf_c(b, '"');
	if (s.n && memchr("=+-@\t\r", s.p[0], 6))
		buf_c(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_c(b, '"');
		buf_c(b, s.p[i]);
	}
	buf_put(b, STR("\";"));
}

/* -1249,60: a number, not text, so it is neither quoted nor defused. */
static void put_amount(struct buf *b, money m)
{
	size_t from = b->n;
	money_plain(b, m);
	for (size_t i = from; i < b->n; i++) {
		if (b->p[i] == '.')
			b->p[i] = ',';
	}
}

static const struct str kind_names[LANG_N][ENTRY_KIND_N] = {
	[LANG_RU] = {
		[ENTRY_OPENING] = STR("Входящий остаток"),
		[ENTRY_FEE] = STR("Абонентская плата"),
		[ENTRY_CHARGE] = STR("Начисление"),
		[ENTRY_PAYMENT] = STR("Платеж"),
		[ENTRY_REFUND] = STR("Возврат"),
		[ENTRY_CORRECTION] = STR("Исправление"),
	},
	[LANG_EN] = {
		[ENTRY_OPENING] = STR("Opening balance"),
		[ENTRY_FEE] = STR("Monthly fee"),
		[ENTRY_CHARGE] = STR("Charge"),
		[ENTRY_PAYMENT] = STR("Payment"),
		[ENTRY_REFUND] = STR("Refund"),
		[ENTRY_CORRECTION] = STR("Correction"),
	},
};

static const struct str head[LANG_N] = {
	[LANG_RU] = STR("\xEF\xBB\xBF"
			"Дата;Вид;Что;Подробности;Пояснение;"
			"Сумма, ₽;Стало на счете, ₽\r\n"),
	[LANG_EN] = STR("\xEF\xBB\xBF"
			"Date;Kind;What;Details;Explanation;"
			"Amount, RUB;Balance after, RUB\r\n"),
};

static void put_row(struct buf *b, const struct req *r, const struct movement *m)
{
	date_print(b, tstamp_local(m->at, (int)r->app->conf->operator_utc_offset_min).date);
	buf_c(b, ';');
	put_cell(b, kind_names[r->lang][m->kind]);
	put_cell(b, m->title);
	put_cell(b, m->detail);
	put_cell(b, m->note);
	put_amount(b, m->amount);
	buf_c(b, ';');
	put_amount(b, m->after);
	buf_put(b, STR("\r\n"));
}

static enum err file_name(struct req *r, const struct history_query *q, struct str *ret)
{
	struct buf b;
	buf_init(&b, 256);
	buf_put(&b, STR("attachment; filename=\"kabinet-"));
	date_iso(&b, q->from);
	buf_c(&b, '-');
	date_iso(&b, q->to);
	buf_put(&b, STR(".csv\""));
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

enum err csv_answer(struct req *r, const struct history_query *q, const struct history *h)
{
	struct str disposition;
	try(file_name(r, q, &disposition));
	r->resp->body.max = CSV_BYTES_MAX;
	buf_put(&r->resp->body, head[r->lang]);
	for (size_t i = 0; i < h->n; i++)
		put_row(&r->resp->body, r, &h->v[i]);
	try(r->resp->body.err);
	r->resp->status = 200;
	r->resp->content_type = "text/csv; charset=utf-8";
	answer_headers(r);
	http_resp_header(r->resp, "Content-Disposition", disposition);
	return OK;
}
