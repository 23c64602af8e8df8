/* Type-directed output: what a value looks like and whether it is escaped is decided by its type,
 * not by the hand that writes the page. `struct str` is always escaped, only `struct html` and
 * `struct text` (made by the program itself) are not; `char *`, enums and `struct secret` do not
 * compile. Generated views call nothing else. */
#ifndef WEB_PUT_H
#define WEB_PUT_H

#include "core/buf.h"
#include "core/lang.h"
#include "core/money.h"
#include "core/msisdn.h"
#include "core/tstamp.h"
#include "domain/say.h"

struct out {
	struct buf *b;
	enum lang lang;
	int utc_offset_min;
	int year; /* the present one: a day of another says which; 0: no day does */
};

struct html {
	struct str s; /* markup that the program made */
};

struct text {
	struct str s; /* a text of the templates, translated and escaped when it was compiled */
};

struct url {
	struct str
		s; /* an address that the program made; what came from outside never becomes one */
};

static inline void put_raw(struct out *o, struct str s)
{
	buf_put(o->b, s);
}

/** put_str(o, s): ${s} with & < > " ' escaped: fit for text and for quoted attribute values. */
void put_str(struct out *o, struct str s);

static inline void put_html(struct out *o, struct html h)
{
	buf_put(o->b, h.s);
}

static inline void put_text(struct out *o, struct text t)
{
	buf_put(o->b, t.s);
}

/** put_url(o, u): an address, escaped for a quoted attribute value. */
void put_url(struct out *o, struct url u);

static inline void put_i64(struct out *o, int64_t v)
{
	buf_i64(o->b, v);
}

/** put_size(o, n): a count. */
void put_size(struct out *o, size_t n);

/** put_say(o, say): its text in the language of ${o}, with its numbers, escaped; nothing for
 * SAY_NONE. */
void put_say(struct out *o, struct say say);

/** put_money: `−1 249,60 ₽`; put_signed: `+250,00 ₽`; put_abs: without a sign; put_rub: whole
 * roubles, no currency. */
void put_money(struct out *o, money m);
void put_signed(struct out *o, money m);
void put_abs(struct out *o, money m);
void put_rub(struct out *o, money m);

/** put_phone: `+7 921 555-01-23`; put_mask: `+7 921 •••-••-23`. Nothing for none. */
void put_phone(struct out *o, struct msisdn m);
void put_mask(struct out *o, struct msisdn m);

/** put_veil: an address of e-mail as `p•••@example.ru`. */
void put_veil(struct out *o, struct str email);

/** put_payer, put_biller: the code of a payment's provider, or of a charge's source, by the name
 * that people know (web/source.def). */
void put_payer(struct out *o, struct str code);
void put_biller(struct out *o, struct str code);

/** put_data(o, mb): `15 ГБ`, `500 МБ`; mebibytes that make whole gibibytes are shown as these. */
void put_data(struct out *o, int64_t mb);

/** put_date: `27.03.1985` in both languages. */
void put_date(struct out *o, struct date d);

/** put_day_date: `22 ноября`, of another year `22 ноября 2024`; put_day_at: the day of an instant
 * on the operator's clock. In templates: `| day`. */
void put_day_date(struct out *o, struct date d);
void put_day_at(struct out *o, tstamp t);

/** put_clock: `18:00`. put_daytime: `22 ноября, 18:00`; put_month: `Ноябрь 2026`; put_mon: `Ноя`;
 * put_weekday: `пятница`. */
void put_clock(struct out *o, tstamp t);
void put_daytime(struct out *o, tstamp t);
void put_month(struct out *o, struct date d);
void put_mon(struct out *o, struct date d);
void put_weekday(struct out *o, struct date d);

/** put_query_str, put_query_i64: percent-encoded for a path segment or a query. In templates: `|
 * query`. */
void put_query_str(struct out *o, struct str s);
void put_query_i64(struct out *o, int64_t v);

/**
 * plural_form(lang, n):
 * Which of the three forms stands with ${n}: Russian 0 «минута», 1 «минуты», 2 «минут»; English 0
 * and 1.
 */
int plural_form(enum lang lang, int64_t n);

/* clang-format off */
#define put(o, x)                         \
	_Generic((x),                     \
		struct str: put_str,      \
		struct html: put_html,    \
		struct text: put_text,    \
		money: put_money,         \
		int64_t: put_i64,         \
		int: put_i64,             \
		size_t: put_size,         \
		struct date: put_date,    \
		struct msisdn: put_phone, \
		struct say: put_say)((o), (x))

#define put_day(o, x) _Generic((x), struct date: put_day_date, tstamp: put_day_at)((o), (x))

#define put_query(o, x)                     \
	_Generic((x),                       \
		struct str: put_query_str,  \
		int64_t: put_query_i64,     \
		int: put_query_i64)((o), (x))
/* clang-format on */

#endif
