/* Cells: the text of a file becomes what its column's type promises. One row of the table below is
 * one type. */
#include "core/iccid.h"
#include "core/money.h"
#include "core/msisdn.h"
#include "core/punct.h"
#include "core/scan.h"
#include "core/secret.h"
#include "core/utf8.h"
#include "domain/import_kind.h"

#define FINE         IMPORT_PROBLEM_N
#define IMSI_MIN     14
#define IMSI_MAX     15
#define VOLUME_MAX   INT64_C(1000000000)
#define PASSPORT_LEN 10
#define OFFICE_LEN   6

struct parse {
	struct import_ctx *x;
	const struct import_column *column;
	struct str s; /* trimmed, clean UTF-8, not empty */
	struct import_cell *cell;
	enum import_problem problem;
	int64_t n; /* of the problem */
};

static enum err parse_text(struct parse *p)
{
	p->cell->s = p->s;
	if (!p->column->sealed)
		try(utf8_nfc(p->x->a, p->s, &p->cell->s));
	if (utf8_length(p->cell->s) > p->column->max) {
		p->problem = IMPORT_TOO_LONG;
		p->n = p->column->max;
	}
	return OK;
}

static enum err parse_code(struct parse *p)
{
	try(parse_text(p));
	if (str_find(p->cell->s, ':') < p->cell->s.n)
		p->problem = IMPORT_COLON;
	return OK;
}

/* Digits with blanks and dashes between them, at most ${max} of them; none when something else is
 * there. */
static enum err take_digits(struct parse *p, size_t max)
{
	char *digits = arena_alloc(p->x->a, max);
	if (!digits)
		return E_NOMEM;
	struct str rest = p->s;
	size_t n = 0;
	while (rest.n) {
		if (punct_space(&rest) || punct_dash(&rest))
			continue;
		if (*rest.p < '0' || *rest.p > '9' || n == max) {
			n = 0;
			break;
		}
		digits[n++] = *rest.p;
		rest = str_sub(rest, 1, rest.n);
	}
	p->cell->s = (struct str){ .p = digits, .n = n };
	return OK;
}

static enum err parse_number(struct parse *p)
{
	struct msisdn m;
	if (msisdn_parse(p->s, &m) == OK)
		return arena_str(p->x->a, msisdn_str(&m), &p->cell->s);
	p->problem = IMPORT_MSISDN;
	return OK;
}

static enum err parse_sim(struct parse *p)
{
	struct iccid i;
	if (iccid_parse(p->s, &i) == OK)
		return arena_str(p->x->a, iccid_str(&i), &p->cell->s);
	p->problem = IMPORT_ICCID;
	return OK;
}

static enum err parse_sim_id(struct parse *p)
{
	try(take_digits(p, IMSI_MAX));
	if (p->cell->s.n < IMSI_MIN)
		p->problem = IMPORT_IMSI;
	return OK;
}

static enum err parse_sum(struct parse *p)
{
	money m = MONEY_ZERO;
	if (money_parse(p->s, &m) != OK)
		p->problem = IMPORT_MONEY;
	p->cell->i = m.kop;
	return OK;
}

static enum err parse_day(struct parse *p)
{
	struct date d;
	if (date_parse(p->s, &d) == OK)
		p->cell->i = date_days(d);
	else
		p->problem = IMPORT_DATE;
	return OK;
}

static enum err parse_moment(struct parse *p)
{
	tstamp t = { 0 };
	if (tstamp_parse(p->s, (int)p->x->app->conf->operator_utc_offset_min, &t) != OK)
		p->problem = IMPORT_TIME;
	p->cell->i = t.ms;
	return OK;
}

static enum err folded_is(struct import_ctx *x, struct str folded, const char *word, bool *ret)
{
	struct str other;
	try(utf8_fold(x->a, str_c(word), &other));
	*ret = str_eq(folded, other);
	return OK;
}

static enum err parse_amount(struct parse *p)
{
	if (scan_i64_all(p->s, -1, VOLUME_MAX, &p->cell->i))
		return OK;
	static const char *const words[] = { "безлимит", "unlimited" };
	struct str folded;
	try(utf8_fold(p->x->a, p->s, &folded));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		bool same;
		try(folded_is(p->x, folded, words[i], &same));
		if (same) {
			p->cell->i = -1;
			return OK;
		}
	}
	p->problem = IMPORT_VOLUME;
	return OK;
}

static enum err parse_one_of(struct parse *p)
{
	struct str folded;
	try(utf8_fold(p->x->a, p->s, &folded));
	for (int64_t i = 0; p->column->choices[i].ru; i++) {
		bool ru;
		bool en;
		try(folded_is(p->x, folded, p->column->choices[i].ru, &ru));
		try(folded_is(p->x, folded, p->column->choices[i].en, &en));
		p->cell->i = i;
		if (ru || en)
			return OK;
	}
	p->problem = IMPORT_CHOICE;
	return OK;
}

/* The check digit behind the first ${n} digits: order of the Federal Tax Service, MMV-7-6/435. */
static bool tax_digit_fits(struct str s, size_t n)
{
	static const unsigned char weights[] = { 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8 };
	unsigned sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += (unsigned)(s.p[i] - '0') * weights[sizeof(weights) - n + i];
	return sum % 11 % 10 == (unsigned)(s.p[n] - '0');
}

static enum err parse_tax_id(struct parse *p)
{
	try(take_digits(p, 12));
	struct str s = p->cell->s;
	bool company = s.n == 10 && tax_digit_fits(s, 9);
	bool person = s.n == 12 && tax_digit_fits(s, 10) && tax_digit_fits(s, 11);
	if (!company && !person)
		p->problem = IMPORT_INN;
	return OK;
}

static enum err parse_mail(struct parse *p)
{
	try(parse_text(p));
	struct str s = p->cell->s;
	size_t at = str_find(s, '@');
	struct str domain = str_sub(s, at + 1, s.n);
	size_t dot = str_find(domain, '.');
	bool fits = at > 0 && dot > 0 && dot + 1 < domain.n && str_find(domain, '@') == domain.n &&
		    str_find(s, ' ') == s.n;
	if (!fits && p->problem == FINE)
		p->problem = IMPORT_EMAIL;
	return OK;
}

static enum err parse_document(struct parse *p)
{
	try(take_digits(p, PASSPORT_LEN));
	if (p->cell->s.n != PASSPORT_LEN)
		p->problem = IMPORT_PASSPORT;
	return OK;
}

static enum err parse_office(struct parse *p)
{
	try(take_digits(p, OFFICE_LEN));
	if (p->cell->s.n != OFFICE_LEN) {
		p->problem = IMPORT_SUBDIVISION;
		return OK;
	}
	char *s = arena_alloc(p->x->a, OFFICE_LEN + 1);
	if (!s)
		return E_NOMEM;
	memcpy(s, p->cell->s.p, OFFICE_LEN / 2);
	s[OFFICE_LEN / 2] = '-';
	memcpy(s + OFFICE_LEN / 2 + 1, p->cell->s.p + OFFICE_LEN / 2, OFFICE_LEN / 2);
	p->cell->s = (struct str){ .p = s, .n = OFFICE_LEN + 1 };
	return OK;
}

static enum err (*const parsers[IMPORT_TYPE_N])(struct parse *p) = {
	[IMPORT_TEXT] = parse_text,         [IMPORT_CODE] = parse_code,
	[IMPORT_NUMBER] = parse_number,     [IMPORT_SIM] = parse_sim,
	[IMPORT_SIM_ID] = parse_sim_id,     [IMPORT_SUM] = parse_sum,
	[IMPORT_DAY] = parse_day,           [IMPORT_MOMENT] = parse_moment,
	[IMPORT_AMOUNT] = parse_amount,     [IMPORT_ONE_OF] = parse_one_of,
	[IMPORT_TAX_ID] = parse_tax_id,     [IMPORT_MAIL] = parse_mail,
	[IMPORT_DOCUMENT] = parse_document, [IMPORT_OFFICE] = parse_office,
};

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] & '\x80')
			return false;
	return true;
}

static void wipe(void *arg)
{
	const struct str *s = arg;
	secret_wipe((char *)s->p, s->n);
}

/* What was derived from a sealed cell goes with the arena, but not before it has been overwritten.
 */
static enum err wipe_later(struct import_ctx *x, struct str s)
{
	struct str *kept = ARENA_NEW(x->a, struct str);
	if (!kept)
		return E_NOMEM;
	*kept = s;
	return arena_on_close(x->a, wipe, kept);
}

/* From the file's encoding to UTF-8. The bytes stay where they are only until the next record is
 * read. */
static enum err decode(struct import_ctx *x, const struct import_column *c, struct str raw,
		       struct str *ret)
{
	struct str s = raw;
	if (x->cp1251 && !is_ascii(raw)) {
		enum err e = utf8_from_cp1251(x->a, raw, &s);
		if (e != OK)
			return e;
		if (c->sealed)
			try(wipe_later(x, s));
	}
	s = str_trim(s);
	if (!utf8_clean(s, true))
		return E_INPUT;
	if (!c->sealed) {
		*ret = s;
		return OK;
	}
	struct secret copy;
	try(secret_copy(x->a, s, &copy));
	*ret = copy.bytes;
	return OK;
}

static struct import_fault about(int64_t line, const struct import_column *c,
				 enum import_problem problem)
{
	return (struct import_fault){ .line = line, .column = str_c(c->ru), .problem = problem };
}

enum err import_cell_parse(struct import_ctx *x, int64_t line, const struct import_column *c,
			   struct str raw, struct import_cell *cell)
{
	struct parse p = { .x = x, .column = c, .cell = cell, .problem = FINE };
	enum err e = decode(x, c, raw, &p.s);
	if (e == E_INPUT)
		return import_complain(x, about(line, c, IMPORT_BAD_TEXT));
	try(e);
	if (p.s.n == 0) {
		*cell = (struct import_cell){ 0 };
		return c->required ? import_complain(x, about(line, c, IMPORT_REQUIRED)) : OK;
	}
	e = parsers[c->type](&p);
	if (c->sealed && cell->s.p && cell->s.p != p.s.p)
		try(wipe_later(x, cell->s));
	try(e);
	cell->given = p.problem == FINE;
	if (cell->given)
		return OK;
	struct import_fault f = about(line, c, p.problem);
	f.n = p.n;
	f.value = c->personal || c->sealed ? STR("") : p.s;
	return import_complain(x, f);
}
