/* How values look on a page. Nothing here allocates or fails: a full buffer remembers it by itself.
 */
#include "web/put.h"

#include "core/email.h"

#define NBSP   "\xc2\xa0"
#define MINUS  "\xe2\x88\x92"
#define ROUBLE "\xe2\x82\xbd"

static struct str entity(char c)
{
	switch (c) {
	case '&':
		return STR("&amp;");
	case '<':
		return STR("&lt;");
	case '>':
		return STR("&gt;");
	case '"':
		return STR("&quot;");
	case '\'':
		return STR("&#39;");
	default:
		return STR("");
	}
}

/* The five bytes as a set: '&' 0x26, '"' 0x22, '\'' 0x27, '<' 0x3c, '>' 0x3e all lie below 64. */
static inline bool is_special(char c)
{
	const uint64_t set = UINT64_C(1) << '&' | UINT64_C(1) << '"' | UINT64_C(1) << '\'' |
			     UINT64_C(1) << '<' | UINT64_C(1) << '>';
	unsigned char u = (unsigned char)c;

	return u < 64 && (set >> u & 1);
}

void put_str(struct out *o, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (!is_special(s.p[i]))
			continue;
		buf_put(o->b, str_sub(s, from, i - from));
		buf_put(o->b, entity(s.p[i]));
		from = i + 1;
	}
	buf_put(o->b, (struct str){ .p = s.p + from, .n = s.n - from });
}

void put_url(struct out *o, struct url u)
{
	put_str(o, u.s);
}

void put_size(struct out *o, size_t n)
{
	buf_i64(o->b, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

void put_money(struct out *o, money m)
{
	money_print(o->b, m);
}

void put_signed(struct out *o, money m)
{
	if (m.kop > 0)
		buf_c(o->b, '+');
	money_print(o->b, m);
}

void put_abs(struct out *o, money m)
{
	money_print(o->b, money_abs(m));
}

void put_rub(struct out *o, money m)
{
	int64_t rub = money_abs(m).kop / 100 + (money_abs(m).kop % 100 >= 50);

	if (m.kop < 0 && rub > 0)
		buf_put(o->b, STR(MINUS));
	buf_i64(o->b, rub);
}

void put_phone(struct out *o, struct msisdn m)
{
	if (m.d[0])
		msisdn_print(o->b, &m);
}

void put_mask(struct out *o, struct msisdn m)
{
	if (m.d[0])
		msisdn_mask(o->b, &m);
}

/* What stands before the @ was typed by somebody. */
void put_veil(struct out *o, struct str email)
{
	struct buf b;
	buf_init(&b, EMAIL_BYTES_MAX + 16);
	email_mask(&b, email);
	put_str(o, buf_str(&b));
	buf_done(&b);
}

void put_data(struct out *o, int64_t mb)
{
	bool whole = mb >= 1024 && mb % 1024 == 0;
	bool ru = o->lang == LANG_RU;

	buf_i64(o->b, whole ? mb / 1024 : mb);
	buf_put(o->b, STR(NBSP));
	if (whole)
		buf_put(o->b, ru ? STR("ГБ") : STR("GB"));
	else
		buf_put(o->b, ru ? STR("МБ") : STR("MB"));
}

/* --- dates ----------------------------------------------------------------- */

struct month_names {
	struct str of;    /* 22 ноября */
	struct str alone; /* Ноябрь 2026 */
	struct str brief;
};

#define MONTH(of, alone, brief)                                                                    \
	{                                                                                          \
		{ of, sizeof(of) - 1 }, { alone, sizeof(alone) - 1 },                              \
		{                                                                                  \
			brief, sizeof(brief) - 1                                                   \
		}                                                                                  \
	}

static const struct month_names months[LANG_N][12] = {
	[LANG_RU] = {
		MONTH("января", "Январь", "Янв"), MONTH("февраля", "Февраль", "Фев"),
		MONTH("марта", "Март", "Мар"), MONTH("апреля", "Апрель", "Апр"),
		MONTH("мая", "Май", "Май"), MONTH("июня", "Июнь", "Июн"),
		MONTH("июля", "Июль", "Июл"), MONTH("августа", "Август", "Авг"),
		MONTH("сентября", "Сентябрь", "Сен"), MONTH("октября", "Октябрь", "Окт"),
		MONTH("ноября", "Ноябрь", "Ноя"), MONTH("декабря", "Декабрь", "Дек"),
	},
	[LANG_EN] = {
		MONTH("January", "January", "Jan"), MONTH("February", "February", "Feb"),
		MONTH("March", "March", "Mar"), MONTH("April", "April", "Apr"),
		MONTH("May", "May", "May"), MONTH("June", "June", "Jun"),
		MONTH("July", "July", "Jul"), MONTH("August", "August", "Aug"),
		MONTH("September", "September", "Sep"), MONTH("October", "October", "Oct"),
		MONTH("November", "November", "Nov"), MONTH("December", "December", "Dec"),
	},
};

static const char *const weekdays[LANG_N][7] = {
	[LANG_RU] = { "понедельник", "вторник", "среда", "четверг", "пятница", "суббота",
		      "воскресенье" },
	[LANG_EN] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
		      "Sunday" },
};

static const struct month_names *month_of(const struct out *o, struct date d)
{
	return &months[o->lang][d.month >= 1 && d.month <= 12 ? d.month - 1 : 0];
}

void put_date(struct out *o, struct date d)
{
	date_print(o->b, d);
}

void put_day_date(struct out *o, struct date d)
{
	buf_i64(o->b, d.day);
	buf_put(o->b, STR(NBSP));
	buf_put(o->b, month_of(o, d)->of);
	if (o->year == 0 || o->year == d.year)
		return;
	buf_put(o->b, STR(NBSP));
	buf_i64(o->b, d.year);
}

void put_day_at(struct out *o, tstamp t)
{
	put_day_date(o, tstamp_local(t, o->utc_offset_min).date);
}

void put_clock(struct out *o, tstamp t)
{
	struct clock_time local = tstamp_local(t, o->utc_offset_min);

	buf_i64(o->b, local.hour);
	buf_c(o->b, ':');
	buf_pad(o->b, local.minute, 2);
}

void put_daytime(struct out *o, tstamp t)
{
	put_day_date(o, tstamp_local(t, o->utc_offset_min).date);
	buf_put(o->b, STR(", "));
	put_clock(o, t);
}

void put_month(struct out *o, struct date d)
{
	buf_put(o->b, month_of(o, d)->alone);
	buf_put(o->b, STR(NBSP));
	buf_i64(o->b, d.year);
}

void put_mon(struct out *o, struct date d)
{
	buf_put(o->b, month_of(o, d)->brief);
}

void put_weekday(struct out *o, struct date d)
{
	buf_put(o->b, str_c(weekdays[o->lang][date_weekday(d)]));
}

/* --- addresses ------------------------------------------------------------- */

void put_query_str(struct out *o, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';

		if (plain) {
			buf_c(o->b, c);
			continue;
		}
		buf_c(o->b, '%');
		buf_hex(o->b, str_sub(s, i, 1));
	}
}

void put_query_i64(struct out *o, int64_t v)
{
	buf_i64(o->b, v);
}

/* --- plurals --------------------------------------------------------------- */

int plural_form(enum lang lang, int64_t n)
{
	/* Without overflow for the smallest number: only the last two digits matter. */
	int last2 = (int)(n % 100 < 0 ? -(n % 100) : n % 100);

	if (lang != LANG_RU)
		return n == 1 ? 0 : 1;
	if (last2 % 10 == 1 && last2 != 11)
		return 0;
	if (last2 % 10 >= 2 && last2 % 10 <= 4 && (last2 < 12 || last2 > 14))
		return 1;
	return 2;
}
