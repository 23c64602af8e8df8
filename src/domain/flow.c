/* The rows of flows: found, tried, moved on, thrown away. Sending is in flow_send.c. */
#include "domain/flow.h"

#include <assert.h>

#include "domain/flow_row.h"
#include "domain/limit.h"
#include "q_flow.h"

#define KEEP_MS  DAY_MS
#define ID_BYTES 8

static const struct {
	struct str name;
	unsigned next; /* a bit for each state that can follow */
} states[FLOW_STATE_N] = {
	[FLOW_SENT] = { { "sent", 4 }, 1u << FLOW_PROVED | 1u << FLOW_USED | 1u << FLOW_DEAD },
	[FLOW_PROVED] = { { "proved", 6 }, 1u << FLOW_USED | 1u << FLOW_DEAD },
	[FLOW_USED] = { { "used", 4 }, 0 },
	[FLOW_DEAD] = { { "dead", 4 }, 0 },
};

static const struct str purposes[FLOW_PURPOSE_N] = {
	[FLOW_RECOVER] = { "recover", 7 },
	[FLOW_FIRST_SIGNIN] = { "first_signin", 12 },
	[FLOW_CONFIRM_PHONE] = { "confirm_phone", 13 },
	[FLOW_CHANGE_PHONE] = { "change_phone", 12 },
	[FLOW_REAUTH] = { "reauth", 6 },
};

bool flow_may_step(enum flow_state from, enum flow_state to)
{
	return states[from].next >> to & 1;
}

struct str flow_state_name(enum flow_state s)
{
	return states[s].name;
}

struct str flow_purpose_name(enum flow_purpose p)
{
	return purposes[p];
}

enum flow_purpose flow_twin(enum flow_purpose p)
{
	return p == FLOW_RECOVER ? FLOW_FIRST_SIGNIN : p == FLOW_FIRST_SIGNIN ? FLOW_RECOVER : p;
}

struct flow_key flow_browser(const struct app *app, struct str browser)
{
	struct flow_key k;
	keys_mac(app->keys, "flow browser", browser, k.bytes);
	return k;
}

struct flow_key flow_hash(const struct app *app, int64_t id, struct str code)
{
	struct flow_key k;
	char plain[ID_BYTES + FLOW_CODE_DIGITS];
	assert(code.n == FLOW_CODE_DIGITS);
	for (int i = 0; i < ID_BYTES; i++)
		plain[i] = (char)((uint64_t)id >> (56 - 8 * i) & 0xff);
	memcpy(plain + ID_BYTES, code.p, FLOW_CODE_DIGITS);
	keys_mac(app->keys, "flow code", (struct str){ .p = plain, .n = sizeof(plain) }, k.bytes);
	secret_wipe(plain, sizeof(plain));
	return k;
}

/* --- finding -------------------------------------------------------------- */

static enum flow_purpose purpose_of(struct str name)
{
	enum flow_purpose p = 0;
	while (p < FLOW_PURPOSE_N && !str_eq(purposes[p], name))
		p++;
	assert(p < FLOW_PURPOSE_N);
	return p;
}

enum err flow_find_in(const struct app *app, struct tx *tx, struct arena *a,
		      const struct flow_key *browser, enum flow_purpose purpose, struct flow *ret)
{
	struct q_flow_find_row row;
	struct q_flow_find_args args = {
		.browser = flow_key_str(browser),
		.purpose = flow_purpose_name(purpose),
		.twin = flow_purpose_name(flow_twin(purpose)),
		.now = app_now(app),
		.future = app_future(app),
	};
	try(q_flow_find(tx, a, &args, &row));
	*ret = (struct flow){
		.id = row.id,
		.purpose = purpose_of(row.purpose),
		.state = str_eq(row.state, states[FLOW_SENT].name) ? FLOW_SENT : FLOW_PROVED,
		.login = row.login,
		.number_id = row.number_id.v,
		.epoch = row.epoch.v,
		.by_mail = row.by_mail,
		.to = row.phone,
		.email = row.email,
		.new_phone = row.new_phone,
		.sent = row.created,
		.expires = row.expires,
		.again = { row.created.ms + FLOW_AGAIN_MS },
		.tries_left = FLOW_TRIES - row.tries,
		.digits_left = FLOW_TRIES - row.digits,
		.network = row.network,
		.network_win = row.network_win.v,
	};
	return OK;
}

struct find {
	const struct app *app;
	struct arena *a;
	struct flow_key browser;
	enum flow_purpose purpose;
	struct flow flow;
};

static enum err find(struct tx *tx, void *arg)
{
	struct find *f = arg;
	return flow_find_in(f->app, tx, f->a, &f->browser, f->purpose, &f->flow);
}

enum err flow_find(const struct app *app, struct arena *a, struct str browser,
		   enum flow_purpose purpose, struct flow *ret)
{
	struct find f = {
		.app = app,
		.a = a,
		.browser = flow_browser(app, browser),
		.purpose = purpose,
	};
	try(store_read(app->store, find, &f));
	*ret = f.flow;
	return OK;
}

/* --- trying --------------------------------------------------------------- */

/* Eight digits as people copy them, with blanks and dashes between. */
static bool read_code(struct str typed, char code[FLOW_CODE_DIGITS])
{
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];
		if (c == ' ' || c == '-')
			continue;
		if (c < '0' || c > '9' || n == FLOW_CODE_DIGITS)
			return false;
		code[n++] = c;
	}
	return n == FLOW_CODE_DIGITS;
}

struct trying {
	const struct app *app;
	struct arena *a;
	struct flow *flow;
	struct q_flow_take_try_row row;
};

static enum err take_try(struct tx *tx, void *arg)
{
	struct trying *t = arg;
	struct q_flow_take_try_args args = { .id = t->flow->id, .now = app_now(t->app) };
	return q_flow_take_try(tx, t->a, &args, &t->row);
}

static enum err kill(struct tx *tx, void *arg)
{
	struct trying *t = arg;
	return flow_step(t->app, tx, t->flow->id, FLOW_SENT, FLOW_DEAD);
}

static enum err compare(struct trying *t, struct str code)
{
	struct flow_key hash = flow_hash(t->app, t->flow->id, code);
	bool same = secret_eq(flow_key_str(&hash), t->row.code_hash);
	t->flow->tries_left = FLOW_TRIES - t->row.tries;
	if (same && t->row.sent)
		return OK;
	if (t->flow->tries_left > 0)
		return E_DENIED;
	enum err e = store_write(t->app->store, kill, t);
	return e == OK || e == E_CONFLICT ? E_DENIED : e;
}

enum err flow_try(const struct app *app, struct arena *a, struct str browser,
		  enum flow_purpose purpose, struct secret typed, struct flow *ret)
{
	char code[FLOW_CODE_DIGITS];
	struct trying t = { .app = app, .a = a, .flow = ret };
	enum err e = read_code(typed.bytes, code) ? OK : E_INPUT;
	if (e == OK)
		e = flow_find(app, a, browser, purpose, ret);
	if (e == OK)
		e = store_write(app->store, take_try, &t);
	if (e == OK)
		e = compare(&t, (struct str){ .p = code, .n = sizeof(code) });
	secret_wipe(code, sizeof(code));
	return e;
}

enum err flow_take_digits(const struct app *app, struct tx *tx, struct arena *a, int64_t id)
{
	int64_t n;
	struct q_flow_take_digits_args args = { .id = id, .now = app_now(app) };
	enum err e = q_flow_take_digits(tx, a, &args, &n);
	return e == E_NOTFOUND ? E_DENIED : e;
}

/* --- moving on ------------------------------------------------------------ */

enum err flow_step(const struct app *app, struct tx *tx, int64_t id, enum flow_state from,
		   enum flow_state to)
{
	assert(flow_may_step(from, to));
	tstamp now = app_now(app);
	struct q_flow_step_args args = {
		.id = id,
		.from = flow_state_name(from),
		.to = flow_state_name(to),
		.now = now,
		.expires = { now.ms + (to == FLOW_PROVED ? FLOW_PROVED_MS : 0) },
	};
	int64_t moved;
	try(q_flow_step(tx, &args, &moved));
	return moved == 1 ? OK : E_CONFLICT;
}

enum err flow_end_recoveries(struct tx *tx, int64_t number_id)
{
	const struct q_flow_end_number_args args = {
		.number_id = number_id,
		.purpose = flow_purpose_name(FLOW_RECOVER),
	};
	return q_flow_end_number(tx, &args);
}

enum err flow_give_network(const struct app *app, struct tx *tx, struct arena *a,
			   const struct flow *flow)
{
	const struct limit_take take = {
		.rule = limit_rule(app->conf, LIMIT_CODE_NETWORK),
		.subject = flow->network,
		.taken = flow->network.n > 0,
		.win = flow->network_win,
	};
	return limit_give(app, tx, a, &take);
}

/* --- proving -------------------------------------------------------------- */

enum { CHECK_ARENA_BYTES = 1 << 18 };

struct checking {
	struct arena *a;
	int64_t after;
	struct q_flow_bad_row *rows;
	size_t n;
};

static enum err read_bad(struct tx *tx, void *arg)
{
	struct checking *c = arg;
	return q_flow_bad(tx, c->a, c->after, &c->rows, &c->n);
}

enum err flow_check(const struct app *app, void (*report)(void *arg, const struct check_fault *f),
		    void *arg)
{
	struct checking c = { .a = arena_new(CHECK_ARENA_BYTES), .after = INT64_MIN };
	if (!c.a)
		return E_NOMEM;
	enum err e;
	do {
		arena_reset(c.a);
		e = store_read(app->store, read_bad, &c);
		for (size_t i = 0; e == OK && i < c.n; i++) {
			struct check_fault fault = {
				.invariant = "I10",
				.flow_id = c.rows[i].id,
				.what = c.rows[i].tries > FLOW_TRIES
						? "a code was tried more often than it may be"
						: "the state of a code and its secret do not agree",
			};
			report(arg, &fault);
			c.after = c.rows[i].id;
		}
	} while (e == OK && c.n > 0);
	arena_free(c.a);
	return e;
}

/* --- cleaning ------------------------------------------------------------- */

struct expire {
	struct q_flow_expire_args args;
	int64_t n;
};

static enum err expire(struct tx *tx, void *arg)
{
	struct expire *x = arg;
	return q_flow_expire(tx, &x->args, &x->n);
}

enum err flow_expire(const struct app *app, int64_t *ret_n)
{
	int64_t now = app_now(app).ms;
	struct expire x = { .args = { .before = { now - KEEP_MS }, .after = { now + KEEP_MS } } };
	try(store_write(app->store, expire, &x));
	*ret_n = x.n;
	return OK;
}
