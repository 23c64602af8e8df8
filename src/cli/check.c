/* `kabinet check`: proves the books and the database, while others use them. */
#include "cli/cli.h"
#include "cli/keyfile.h"
#include "core/secret.h"
#include "domain/audit_anchor.h"
#include "domain/flow.h"
#include "domain/ledger_root.h"
#include "domain/outbox.h"

enum { CHECK_ARENA_BYTES = 1 << 20, LINE_BYTES = 4096 };

struct check {
	const struct cli *c;
	bool json;
	int64_t n;    /* violations so far */
	enum err err; /* a line that could not be written */
	struct ledger_root last;
	bool has_last, unsigned_roots, unread_audit;
};

/* A name and a number that is left out when it is 0; as a string in JSON, where large numbers lose
 * digits. */
static void put_place(struct buf *b, bool json, const char *name, int64_t v)
{
	if (v == 0)
		return;
	buf_put(b, json ? STR(",\"") : STR(" "));
	buf_put(b, str_c(name));
	buf_put(b, json ? STR("\":\"") : STR(" "));
	buf_i64(b, v);
	if (json)
		buf_c(b, '"');
}

/* What a database says, fit for a line and for JSON: nothing but printable ASCII without quotes. */
static void put_plain(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		buf_c(b, ch < ' ' || ch > '~' || ch == '"' || ch == '\\' ? ' ' : ch);
	}
}

static void write_line(struct check *k, struct buf *b)
{
	if (b->err == OK)
		cli_out(k->c, buf_str(b));
	else
		k->err = b->err;
	buf_done(b);
}

static void put_day(struct buf *b, struct check *k, int64_t day)
{
	static const int32_t days_max = 100000; /* of what a date can be */
	if (day <= 0 || day > days_max)
		return;
	buf_put(b, k->json ? STR(",\"day\":\"") : STR(" day "));
	date_iso(b, date_of_days((int32_t)day));
	if (k->json)
		buf_c(b, '"');
}

static void write_fault(struct check *k, const struct check_fault *f, struct str what)
{
	struct buf b;
	buf_init(&b, LINE_BYTES);
	if (k->json)
		buf_put(&b, k->n ? STR(",{\"invariant\":\"") : STR("{\"invariant\":\""));
	buf_put(&b, str_c(f->invariant));
	if (k->json)
		buf_c(&b, '"');
	put_place(&b, k->json, "account", f->account_id);
	put_place(&b, k->json, "seq", f->seq);
	put_place(&b, k->json, "entry", f->entry_id);
	put_place(&b, k->json, "flow", f->flow_id);
	put_place(&b, k->json, "message", f->message_id);
	put_place(&b, k->json, "audit", f->audit_seq);
	put_day(&b, k, f->day);
	buf_put(&b, k->json ? STR(",\"what\":\"") : STR(": "));
	put_plain(&b, str_sub(what, 0, LINE_BYTES / 2));
	buf_put(&b, k->json ? STR("\"}") : STR("\n"));
	write_line(k, &b);
	k->n++;
}

static void on_fault(void *arg, const struct check_fault *f)
{
	write_fault(arg, f, str_c(f->what));
}

static enum err check_database(struct check *k)
{
	struct str text;
	struct arena *a = arena_new(CHECK_ARENA_BYTES);
	if (!a)
		return E_NOMEM;
	enum err err = store_integrity(k->c->app->store, a, &text);
	if (err == OK && !str_eq(text, STR("ok")))
		write_fault(k, &(struct check_fault){ .invariant = "I16" }, text);
	arena_free(a);
	return err;
}

/* To be compared with the line that the log of another machine has kept. */
static void put_last_root(struct buf *b, const struct check *k)
{
	const struct ledger_root *last = &k->last;
	if (!k->has_last)
		return;
	buf_put(b, k->json ? STR(",\"root\":{\"day\":\"") : STR("last root: "));
	date_iso(b, last->day);
	buf_put(b, k->json ? STR("\",\"accounts\":\"") : STR(", accounts "));
	buf_i64(b, last->accounts);
	buf_put(b, k->json ? STR("\",\"hash\":\"") : STR(", hash "));
	buf_hex(b, (struct str){ .p = (const char *)last->hash, .n = sizeof(last->hash) });
	buf_put(b, k->json ? STR("\"}") : STR("\n"));
}

static void write_end(struct check *k, enum err err)
{
	struct buf b;
	buf_init(&b, LINE_BYTES);
	if (k->json)
		buf_put(&b, STR("],\"checked\":[\"I1\",\"I2\",\"I5\",\"I8\",\"I10\","
				"\"I14\",\"I16\"]"));
	put_last_root(&b, k);
	if (k->json)
		buf_put(&b,
			err == OK ? STR(",\"complete\":true}\n") : STR(",\"complete\":false}\n"));
	if (!k->json && err == OK) {
		buf_put(&b, STR("I1 I2 I5 I8 I10 I14 I16 checked, violations: "));
		buf_i64(&b, k->n);
		buf_c(&b, '\n');
	}
	write_line(k, &b);
	if (k->unsigned_roots)
		cli_err(k->c, STR("the signatures of the ledger's roots were not checked: root.pub "
				  "is wanted\n"));
	else if (k->unread_audit)
		cli_err(k->c, STR("the audit was not checked: app.key is wanted\n"));
	else if (err != OK)
		cli_err(k->c, STR("the store could not be read to its end: the log says why\n"));
}

/* Without its public half all but the signatures is checked. */
static enum err check_books(struct check *k)
{
	struct app app = *k->c->app;
	struct keys_root root;
	enum err err = ledger_root_last(&app, &k->last);
	k->has_last = err == OK;
	if (err != OK && err != E_NOTFOUND)
		return err;
	if (k->has_last && !app.root && keyfile_load_root(k->c, false, &root) == OK)
		app.root = &root;
	err = ledger_check(&app, on_fault, k);
	k->unsigned_roots = err == E_NOTFOUND;
	return k->unsigned_roots ? OK : err;
}

/* The rest needs no key: a copy of the store can be proved far from them. */
static enum err check_audit(struct check *k)
{
	struct app app = *k->c->app;
	struct keys keys;
	k->unread_audit = !app.keys && keyfile_load(k->c, &keys) != OK;
	if (k->unread_audit)
		return OK;
	if (!app.keys)
		app.keys = &keys;
	enum err err = audit_check(&app, on_fault, k);
	if (err == OK)
		err = audit_anchor_check(&app, on_fault, k);
	if (app.keys == &keys)
		secret_wipe(&keys, sizeof(keys));
	return err;
}

enum err cli_check(const struct cli *c)
{
	struct check k = { .c = c,
			   .json = c->argc == 1 && str_eq(str_c(c->argv[0]), STR("--json")) };
	if (c->argc > k.json)
		return cli_usage(c, "check");
	if (k.json)
		cli_out(c, STR("{\"violations\":["));
	enum err err = check_books(&k);
	if (err == OK)
		err = flow_check(c->app, on_fault, &k);
	if (err == OK)
		err = outbox_check(c->app, on_fault, &k);
	if (err == OK)
		err = check_audit(&k);
	if (err == OK)
		err = check_database(&k);
	if (err == OK)
		err = k.unsigned_roots || k.unread_audit ? E_INPUT : k.err;
	write_end(&k, err);
	if (err == OK)
		err = k.err;
	if (err != OK)
		return err;
	return k.n == 0 ? OK : E_CONFLICT;
}
