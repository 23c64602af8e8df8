/* What has no page: the books, settings, the check, the life of a store. */
#include "fault/torture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/csv.h"
#include "domain/ledger_root.h"
#include "domain/limit.h"
#include "jobs/jobs.h"
#include "support/books.h"
#include "support/colleague.h"

static void begin_person(struct torture *t)
{
	kit_issue(t->k, 1);
}

/* --- the books -------------------------------------------------------------- */

static enum err pay(struct torture *t, bool *ret_fresh)
{
	char key[32];
	int64_t id;
	snprintf(key, sizeof(key), "torture:%d", t->n);
	struct entry e = books_entry(key, 1001, 100, app_now(&t->k->app));
	return books_post(t->k, &e, &id, ret_fresh);
}

static bool attempt_post(struct torture *t)
{
	bool fresh = false;
	fault_begin();
	enum err e = pay(t, &fresh);
	fault_end();
	assert_true(e != OK || fresh);
	return torture_done(e);
}

static void settle_post(struct torture *t, bool right)
{
	bool fresh;
	assert_int_equal(pay(t, &fresh), OK);
	assert_true(!fresh || !right);
	assert_int_equal(books_balance(t->k, 1001), t->n * 100);
}

/* --- the root of a day ------------------------------------------------------ */

/* Close the day, and a while later sign its root. */
static enum err make_root(struct torture *t, bool *ret_made)
{
	struct ledger_root root;
	enum err e = ledger_root_make(&t->k->app, ret_made, &root);
	if (e != OK || *ret_made)
		return e;
	kit_minutes(t->k, 2);
	return ledger_root_make(&t->k->app, ret_made, &root);
}

static void begin_roots(struct torture *t)
{
	bool fresh, made = false;
	begin_person(t);
	for (t->n = -3; t->n < 0; t->n++)
		assert_int_equal(pay(t, &fresh), OK);
	assert_int_equal(make_root(t, &made), OK);
	assert_true(made);
}

/* At noon: by the minutes that each try takes, midnight would come near. */
static void next_day(struct torture *t)
{
	t->k->clock.now_ms = KIT_NOW_MS + t->n * DAY_MS;
}

static bool attempt_root(struct torture *t)
{
	bool made = false;
	fault_begin();
	enum err e = make_root(t, &made);
	fault_end();
	assert_true(e != OK || made);
	return torture_done(e);
}

/* One for each day, those before it whole. */
static void settle_root(struct torture *t, bool right)
{
	bool made = false;
	assert_int_equal(make_root(t, &made), OK);
	assert_true(!made || !right);
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM ledger_root"), t->n + 1);
}

/* --- an anchor of the audit ------------------------------------------------- */

static void begin_audit(struct torture *t)
{
	colleague_add(t->k, "anna", "clerk");
}

static bool attempt_anchor(struct torture *t)
{
	fault_begin();
	enum err e = job_anchor(&t->k->app);
	fault_end();
	return torture_done(e);
}

static void settle_anchor(struct torture *t, bool right)
{
	int64_t n = kit_number(t->k, "SELECT count(*) FROM audit_anchor");
	assert_true(n == t->n || (n == t->n - 1 && !right));
	assert_int_equal(job_anchor(&t->k->app), OK);
	assert_int_equal(kit_number(t->k, "SELECT count(*) FROM audit_anchor"), t->n);
}

/* --- an alert --------------------------------------------------------------- */

struct gauge {
	struct limit_gauge base;
	int64_t shown;
};

static void show(const struct limit_gauge *g, int64_t alerts)
{
	((struct gauge *)(uintptr_t)g)->shown = alerts;
}

/* The only try of a day was made. */
static void reach_limit(struct torture *t)
{
	t->k->conf.limit_first_system_day = 1;
	struct limit_take take = {
		.rule = limit_rule(&t->k->conf, LIMIT_FIRST_SYSTEM),
		.subject = STR(""),
		.waited = true,
	};
	assert_int_equal(limit_take_alone(&t->k->app, t->k->a, &take), OK);
	assert_true(take.taken);
}

static bool attempt_alert(struct torture *t)
{
	struct gauge g = { .base = { .show = show } };
	struct app app = t->k->app;
	app.alerts = &g.base;
	fault_begin();
	enum err e = job_alert(&app);
	fault_end();
	assert_true(e != OK || g.shown == 1);
	return torture_done(e);
}

/* --- kabinet check ---------------------------------------------------------- */

static void begin_books(struct torture *t)
{
	bool fresh, made = false;
	begin_roots(t);
	for (t->n = -6; t->n < -3; t->n++)
		assert_int_equal(pay(t, &fresh), OK);
	kit_days(t->k, 1);
	assert_int_equal(make_root(t, &made), OK);
	t->n = 0;
}

static bool has(const struct torture *t, const char *text)
{
	return strstr(t->text, text) != NULL;
}

/* It must find no fault, and claim to have looked at everything only when it has. */
static bool attempt_check(struct torture *t)
{
	char json[] = "--json";
	int fd = memfd_create("check", MFD_CLOEXEC);
	assert_true(fd >= 0);
	const struct cli c = { .app = &t->k->app,
			       .argc = 1,
			       .argv = (char *[]){ json, NULL },
			       .out_fd = fd,
			       .err_fd = fd };
	memset(t->text, 0, sizeof(t->text));
	fault_begin();
	enum err e = cli_check(&c);
	fault_end();
	assert_true(pread(fd, t->text, sizeof(t->text) - 1, 0) >= 0);
	close(fd);
	if (!has(t, "{\"violations\":[") || has(t, "invariant"))
		fail_msg("%s", t->text);
	assert_int_equal(has(t, "],\"checked\":") && has(t, "\"complete\":true}"), e == OK);
	return torture_done(e);
}

/* --- settings --------------------------------------------------------------- */

static void write_settings(struct torture *t, const char *text)
{
	char path[96];
	snprintf(path, sizeof(path), "%s/kabinet.ini", t->k->dir);
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Reads them under faults; what was complained of goes to ${t}->text. */
static enum err load(struct torture *t, struct config *conf, struct arena *a)
{
	char path[96];
	struct buf errors;
	buf_init(&errors, sizeof(t->text) - 1);
	snprintf(path, sizeof(path), "%s/kabinet.ini", t->k->dir);
	config_default(conf);
	fault_begin();
	enum err e = config_load(conf, a, path, &errors);
	fault_end();
	snprintf(t->text, sizeof(t->text), "%.*s", (int)errors.n, errors.p ? errors.p : "");
	if (e == E_INPUT && errors.err == E_NOMEM)
		e = E_NOMEM; /* the caller sees that the complaints are not whole */
	buf_done(&errors);
	return e;
}

static void begin_settings(struct torture *t)
{
	write_settings(t, "[operator]\nname = Оператор\nsupport_phone = 8-800-100-00-00\n"
			  "[store]\nurl = /srv/kabinet.db\npool_max = 7\n[log]\nlevel = warn\n");
}

static bool attempt_settings(struct torture *t)
{
	struct config conf;
	struct arena *a = arena_new(1 << 16);
	enum err e = load(t, &conf, a);
	assert_string_equal(t->text, "");
	if (e == OK) {
		assert_true(str_eq(conf.operator_name, STR("Оператор")));
		assert_true(str_eq(conf.store_url, STR("/srv/kabinet.db")));
		assert_true(str_eq(conf.log_level, STR("warn")) && conf.store_pool_max == 7);
	}
	arena_free(a);
	return torture_done(e);
}

static void begin_bad_settings(struct torture *t)
{
	write_settings(t, "[http]\nlissten = 1\nheader_ms = 1\n[operator]\nname = А\nname = Б\n");
}

static bool attempt_bad_settings(struct torture *t)
{
	struct config conf;
	struct arena *a = arena_new(1 << 16);
	enum err e = load(t, &conf, a);
	arena_free(a);
	if (e != E_INPUT) {
		assert_int_equal(e, E_NOMEM);
		return false;
	}
	assert_true(has(t, "kabinet.ini:2: [http] lissten: ") && has(t, "kabinet.ini:3: "));
	assert_true(has(t, "kabinet.ini:6: [operator] name: set twice; the first time on line 5"));
	return true;
}

/* --- the life of a store ---------------------------------------------------- */

static enum err open_store(struct torture *t, const char *url, struct store **ret)
{
	const struct store_opts opts = { .url = url,
					 .clock = t->k->app.clock,
					 .log = t->k->app.log };
	return store_open(&opts, ret);
}

static bool attempt_open(struct torture *t)
{
	struct store *s = NULL;
	fault_begin();
	enum err e = open_store(t, t->k->url, &s);
	fault_end();
	assert_true((e == OK) == (s != NULL));
	store_close(s);
	return torture_done(e);
}

/* A file that is not there yet. */
static void new_path(struct torture *t)
{
	snprintf(t->text, sizeof(t->text), "%s/new%d.db", t->k->dir, t->n);
}

static bool attempt_make(struct torture *t)
{
	struct store *s = NULL;
	fault_begin();
	enum err e = open_store(t, t->text, &s);
	fault_end();
	store_close(s);
	return torture_done(e);
}

static void settle_make(struct torture *t, bool right)
{
	struct store *s;
	int applied, have, want;
	(void)right;
	assert_int_equal(open_store(t, t->text, &s), OK);
	assert_int_equal(store_migrate(s, &applied), OK);
	assert_int_equal(store_version(s, &have, &want), OK);
	assert_int_equal(have, want);
	store_close(s);
	unlink(t->text);
}

static bool attempt_migrate(struct torture *t)
{
	struct store *s;
	int applied;
	assert_int_equal(open_store(t, t->text, &s), OK);
	fault_begin();
	enum err e = store_migrate(s, &applied);
	fault_end();
	store_close(s);
	return torture_done(e);
}

static bool attempt_backup(struct torture *t)
{
	fault_begin();
	enum err e = store_backup(t->k->app.store, t->text);
	fault_end();
	assert_int_equal(access(t->text, F_OK) == 0, e == OK);
	return torture_done(e);
}

static void settle_backup(struct torture *t, bool right)
{
	if (!right)
		assert_int_equal(store_backup(t->k->app.store, t->text), OK);
	settle_make(t, true);
}

/* Whatever is made at the start, and by each thread. */
static bool attempt_parts(struct torture *t)
{
	const struct hasher_opts opts = {
		.in_flight = 1, .queue_max = 1, .passes = 1, .memory = 8192
	};
	struct hasher *hasher = NULL;
	fault_begin();
	struct web *web = web_new(&t->k->app, web_subscribers());
	struct ids *ids = ids_new(t->k->app.clock, 2);
	struct log *log = log_new(t->k->log_fd, LOG_INFO, t->k->app.clock);
	struct arena *a = arena_new(1024);
	struct csv *csv = csv_new(',');
	enum err e = hasher_new(&opts, &hasher);
	fault_end();
	web_free(web);
	ids_free(ids);
	log_free(log);
	arena_free(a);
	csv_free(csv);
	hasher_free(hasher);
	return torture_done(e) && web && ids && log && a && csv;
}

/* --- which ------------------------------------------------------------------ */

static const struct torture_case cases[] = {
	{ .name = "parts", .attempt = attempt_parts },
	{ .name = "settings", .begin = begin_settings, .attempt = attempt_settings },
	{ .name = "settings_bad", .begin = begin_bad_settings, .attempt = attempt_bad_settings },
	{ .name = "open", .attempt = attempt_open },
	{ .name = "make", .prepare = new_path, .attempt = attempt_make, .settle = settle_make },
	{ .name = "migrate",
	  .prepare = new_path,
	  .attempt = attempt_migrate,
	  .settle = settle_make },
	{ .name = "backup",
	  .prepare = new_path,
	  .attempt = attempt_backup,
	  .settle = settle_backup },
	{ .name = "post", .begin = begin_person, .attempt = attempt_post, .settle = settle_post },
	{ .name = "root",
	  .begin = begin_roots,
	  .prepare = next_day,
	  .attempt = attempt_root,
	  .settle = settle_root },
	{ .name = "anchor",
	  .begin = begin_audit,
	  .prepare = next_day,
	  .attempt = attempt_anchor,
	  .settle = settle_anchor },
	{ .name = "alert", .prepare = reach_limit, .attempt = attempt_alert },
	{ .name = "check", .begin = begin_books, .attempt = attempt_check },
};

struct torture_list torture_rooms(void)
{
	return (struct torture_list){ cases, sizeof(cases) / sizeof(cases[0]) };
}
