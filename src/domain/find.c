/* Finding: what was typed says where to look; the same numbers are shown once. */
#include "domain/find.h"

#include "core/utf8.h"
#include "domain/find_word.h"
#include "q_find.h"

/* That are read: one number may fit by several of its words, or cards. */
#define IDS_MAX (3 * FIND_ROWS_MAX + 1)

#define NUMBER_DIGITS      10
#define CARD_DIGITS_MIN    6
#define CARD_DIGITS_MAX    20
#define CARD_END_DIGITS    18
#define CONTRACT_CHARS_MIN 3
#define WORDS_MAX          4
#define LAST_CODE_POINT    "\xf4\x8f\xbf\xbf"

struct finding {
	const struct app *app;
	struct arena *a;
	struct str typed;
	char digits[CARD_DIGITS_MAX + 1];
	size_t n_digits; /* CARD_DIGITS_MAX + 1: too many */
	bool letters, at;
	struct str words[WORDS_MAX]; /* the longest first */
	size_t n_words;
	int64_t ids[FIND_ROWS_MAX];
	size_t n;
	bool more;
	struct q_find_rows_row *rows;
	size_t n_rows;
};

/* --- what was typed --------------------------------------------------------- */

static void look_at(struct finding *f)
{
	struct str rest = f->typed;
	int32_t cp;
	while (utf8_next(&rest, &cp)) {
		bool digit = cp >= '0' && cp <= '9';
		if (digit && f->n_digits < CARD_DIGITS_MAX)
			f->digits[f->n_digits] = (char)cp;
		f->n_digits += digit && f->n_digits <= CARD_DIGITS_MAX;
		f->at = f->at || cp == '@';
		f->letters = f->letters || utf8_script(cp) != SCRIPT_NONE;
	}
}

/* The longest first: it fits the fewest. */
static void take_words(struct finding *f, struct str fold)
{
	struct str rest = fold, word;
	while (f->n_words < WORDS_MAX && str_cut(&rest, ' ', &word)) {
		if (word.n == 0)
			continue;
		f->words[f->n_words++] = word;
		if (word.n > f->words[0].n) {
			f->words[f->n_words - 1] = f->words[0];
			f->words[0] = word;
		}
	}
}

/* --- where to look ---------------------------------------------------------- */

static void keep(struct finding *f, int64_t id)
{
	size_t i = 0;
	while (i < f->n && f->ids[i] != id)
		i++;
	if (i == FIND_ROWS_MAX)
		f->more = true;
	else if (i == f->n)
		f->ids[f->n++] = id;
}

static enum err joined(struct arena *a, struct str first, struct str second, struct str *ret)
{
	struct buf b;
	buf_init(&b, 2 * FIND_BYTES_MAX);
	buf_put(&b, first);
	buf_put(&b, second);
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

/* Behind everything that begins so. */
static enum err behind(struct arena *a, struct str first, struct str *ret)
{
	return joined(a, first, STR(LAST_CODE_POINT), ret);
}

static struct str turned(const struct finding *f, size_t n, char out[CARD_DIGITS_MAX])
{
	for (size_t i = 0; i < n; i++)
		out[i] = f->digits[f->n_digits - 1 - i];
	return (struct str){ .p = out, .n = n };
}

static enum err by_number(struct finding *f, struct tx *tx)
{
	char out[CARD_DIGITS_MAX];
	struct q_find_by_number_args args = { .size = IDS_MAX };
	struct q_find_by_number_row *rows;
	size_t n;
	bool long_form =
		f->n_digits == NUMBER_DIGITS + 1 && (f->digits[0] == '7' || f->digits[0] == '8');
	if (f->n_digits > NUMBER_DIGITS && !long_form)
		return OK;
	args.first = turned(f, long_form ? NUMBER_DIGITS : f->n_digits, out);
	try(behind(f->a, args.first, &args.before));
	try(q_find_by_number(tx, f->a, &args, &rows, &n));
	f->more = f->more || n == IDS_MAX;
	for (size_t i = 0; i < n; i++)
		keep(f, rows[i].number_id);
	return OK;
}

static enum err by_card(struct finding *f, struct tx *tx)
{
	char out[CARD_DIGITS_MAX];
	struct q_find_by_card_args args = { .size = IDS_MAX };
	struct q_find_by_card_row *rows;
	size_t n;
	if (f->n_digits < CARD_DIGITS_MIN || f->n_digits > CARD_DIGITS_MAX)
		return OK;
	args.first = turned(f, f->n_digits < CARD_END_DIGITS ? f->n_digits : CARD_END_DIGITS, out);
	try(behind(f->a, args.first, &args.before));
	try(q_find_by_card(tx, f->a, &args, &rows, &n));
	f->more = f->more || n == IDS_MAX;
	for (size_t i = 0; i < n; i++)
		keep(f, rows[i].number_id);
	return OK;
}

static enum err by_contract(struct finding *f, struct tx *tx)
{
	struct q_find_by_contract_args args = { .first = f->typed, .size = IDS_MAX };
	struct q_find_by_contract_row *rows;
	size_t n;
	if (f->typed.n < CONTRACT_CHARS_MIN)
		return OK;
	try(behind(f->a, args.first, &args.before));
	try(q_find_by_contract(tx, f->a, &args, &rows, &n));
	f->more = f->more || n == IDS_MAX;
	for (size_t i = 0; i < n; i++)
		keep(f, rows[i].number_id);
	return OK;
}

static enum err by_word(struct finding *f, struct tx *tx)
{
	struct str others[WORDS_MAX] = { { 0 }, STR(" "), STR(" "), STR(" ") };
	struct q_find_by_word_row *rows;
	size_t n;
	if (f->n_words == 0)
		return OK;
	for (size_t i = 1; i < f->n_words; i++)
		try(joined(f->a, STR(" "), f->words[i], &others[i]));
	struct q_find_by_word_args args = {
		.first = f->words[0],
		.second = others[1],
		.third = others[2],
		.fourth = others[3],
		.size = IDS_MAX,
	};
	try(behind(f->a, args.first, &args.before));
	try(q_find_by_word(tx, f->a, &args, &rows, &n));
	f->more = f->more || n == IDS_MAX;
	for (size_t i = 0; i < n; i++)
		keep(f, rows[i].number_id);
	return OK;
}

static enum err look_up(struct finding *f, struct tx *tx)
{
	if (f->at || f->n_digits == 0)
		return by_word(f, tx);
	if (!f->letters) {
		try(by_number(f, tx));
		try(by_card(f, tx));
	}
	return by_contract(f, tx);
}

/* --- what is shown ---------------------------------------------------------- */

static enum err read_rows(struct finding *f, struct tx *tx)
{
	struct bulk *ids;
	struct q_find_rows_args args = { .now = app_now(f->app), .today = app_today(f->app) };
	try(bulk_new(f->a, &ids));
	for (size_t i = 0; i < f->n; i++) {
		bulk_row(ids);
		bulk_i64(ids, f->ids[i]);
		bulk_i64(ids, (int64_t)i);
	}
	try(bulk_end(ids));
	args.ids = ids;
	return q_find_rows(tx, f->a, &args, &f->rows, &f->n_rows);
}

static enum err read_all(struct tx *tx, void *arg)
{
	struct finding *f = arg;
	f->n = 0;
	f->n_rows = 0;
	f->more = false;
	try(look_up(f, tx));
	return f->n > 0 ? read_rows(f, tx) : OK;
}

static enum number_state state_of(struct str status)
{
	if (!status.p)
		return NUMBER_NEW;
	return str_eq(status, STR("blocked")) ? NUMBER_BLOCKED : NUMBER_ACTIVE;
}

enum err find_numbers(const struct app *app, struct arena *a, struct str typed,
		      struct find_list *ret)
{
	struct finding f = { .app = app, .a = a };
	f.typed = str_trim(str_sub(typed, 0, FIND_BYTES_MAX));
	*ret = (struct find_list){ 0 };
	if (f.typed.n == 0 || !utf8_clean(f.typed, false))
		return OK;
	look_at(&f);
	struct str fold;
	try(f.at ? utf8_fold(a, f.typed, &fold) : find_word_fold(a, f.typed, &fold));
	if (f.at)
		f.words[f.n_words++] = fold;
	else
		take_words(&f, fold);
	try(store_read(app->store, read_all, &f));
	struct find_row *v = arena_array(a, f.n_rows + 1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	for (size_t i = 0; i < f.n_rows; i++)
		v[i] = (struct find_row){
			.number_id = f.rows[i].id,
			.msisdn = f.rows[i].msisdn,
			.family = f.rows[i].family,
			.given = f.rows[i].given,
			.patronymic = f.rows[i].patronymic,
			.state = state_of(f.rows[i].status),
			.tariff = f.rows[i].tariff,
			.balance = f.rows[i].balance,
		};
	*ret = (struct find_list){ .n = f.n_rows, .v = v, .more = f.more };
	return OK;
}
