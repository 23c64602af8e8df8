#include "domain/audit_anchor.h"

#include "q_audit.h"
#include "q_audit_anchor.h"

#define ARENA_BYTES 65536

/* --- making --------------------------------------------------------------- */

struct look {
	struct arena *a;
	struct q_audit_head_row head;
	struct q_audit_anchor_last_row last; /* seq 0: none */
};

static enum err read_ends(struct tx *tx, void *arg)
{
	struct look *l = arg;
	l->last = (struct q_audit_anchor_last_row){ 0 };
	try(q_audit_head(tx, l->a, &l->head));
	enum err e = q_audit_anchor_last(tx, l->a, &l->last);
	return e == E_NOTFOUND ? OK : e;
}

static bool is_due(const struct look *l, struct date today)
{
	if (l->head.seq == 0)
		return false;
	return l->last.seq == 0 || date_cmp(l->last.day, today) < 0 ||
	       l->head.seq - l->last.seq >= AUDIT_ANCHOR_ROWS;
}

static enum err due(const struct app *app, struct look *l, bool *ret_due, struct audit_anchor *ret)
{
	try(store_read(app->store, read_ends, l));
	*ret_due = is_due(l, app_today(app));
	if (!*ret_due)
		return OK;
	if (l->head.mac.n != sizeof(ret->mac))
		return E_STORE;
	ret->day = app_today(app);
	ret->seq = l->head.seq;
	memcpy(ret->mac, l->head.mac.p, sizeof(ret->mac));
	return OK;
}

enum err audit_anchor_due(const struct app *app, bool *ret_due, struct audit_anchor *ret)
{
	struct look l = { .a = arena_new(ARENA_BYTES) };
	enum err e = l.a ? due(app, &l, ret_due, ret) : E_NOMEM;
	arena_free(l.a);
	return e;
}

void audit_anchor_line(const struct audit_anchor *anchor, struct buf *b)
{
	date_iso(b, anchor->day);
	buf_c(b, ' ');
	buf_i64(b, anchor->seq);
	buf_c(b, ' ');
	buf_hex(b, (struct str){ .p = (const char *)anchor->mac, .n = sizeof(anchor->mac) });
}

static enum err add(struct tx *tx, void *arg)
{
	int64_t added;
	return q_audit_anchor_add(tx, arg, &added);
}

enum err audit_anchor_keep(const struct app *app, const struct audit_anchor *anchor)
{
	struct q_audit_anchor_add_args args = {
		.day = anchor->day,
		.seq = anchor->seq,
		.mac = { .p = (const char *)anchor->mac, .n = sizeof(anchor->mac) },
		.made = app_now(app),
	};
	return store_write(app->store, add, &args);
}

/* --- proving -------------------------------------------------------------- */

struct lost {
	struct arena *a;
	struct q_audit_anchor_lost_row *rows;
	size_t n;
};

static enum err read_lost(struct tx *tx, void *arg)
{
	struct lost *l = arg;
	return q_audit_anchor_lost(tx, l->a, &l->rows, &l->n);
}

enum err audit_anchor_check(const struct app *app,
			    void (*report)(void *arg, const struct check_fault *f), void *arg)
{
	struct lost l = { .a = arena_new(ARENA_BYTES) };
	enum err e = l.a ? store_read(app->store, read_lost, &l) : E_NOMEM;
	for (size_t i = 0; e == OK && i < l.n; i++)
		report(arg,
		       &(struct check_fault){
			       .invariant = "I14",
			       .audit_seq = l.rows[i].seq,
			       .day = l.rows[i].day,
			       .what = "the audit does not lead through its anchor of that day" });
	arena_free(l.a);
	return e;
}
