/* Which limits of the whole system were reached today, and whether anybody was told. That somebody
 * was is a row beside the counters, taken by whoever comes first. */
#include <assert.h>

#include "domain/limit.h"

enum { WATCH_BYTES = 1 << 16 };

struct watch {
	const struct app *app;
	struct arena *a;
	struct limit rule;
	int64_t n, told;
};

static struct limit_take told_of(const struct limit *rule)
{
	return (struct limit_take){
		.rule = { .name = "alert",
			  .window = LIMIT_DAY,
			  .max = 1,
			  .pause_from = LIMIT_ENDLESS,
			  .alert_at = LIMIT_ENDLESS },
		.subject = str_c(rule->name),
		.waited = true,
	};
}

static enum err look(struct tx *tx, void *arg)
{
	struct watch *w = arg;
	struct limit_take counter = { .rule = w->rule, .subject = STR("") };
	struct limit_take told = told_of(&w->rule);
	arena_reset(w->a);
	try(limit_wait(w->app, tx, w->a, &counter));
	try(limit_wait(w->app, tx, w->a, &told));
	w->n = counter.n;
	w->told = told.n;
	return OK;
}

/* What came of a commit may stay unknown: then rather told twice than never. */
static enum err take_telling(struct watch *w, struct limit_take *told)
{
	enum err e = limit_take_alone(w->app, w->a, told);
	told->taken |= e == E_UNKNOWN;
	return e == E_UNKNOWN ? OK : e;
}

static enum err watch_one(struct watch *w, void (*tell)(void *arg, const struct limit_alert *alert),
			  void *arg, int64_t *n)
{
	struct limit_take told = told_of(&w->rule);
	assert(w->rule.window == LIMIT_DAY);
	try(store_read(w->app->store, look, w));
	if (w->n < w->rule.alert_at)
		return OK;
	if (w->told == 0)
		try(take_telling(w, &told));
	tell(arg, &(struct limit_alert){ .name = w->rule.name,
					 .n = w->n,
					 .alert_at = w->rule.alert_at,
					 .fresh = told.taken });
	(*n)++;
	return OK;
}

enum err limit_watch(const struct app *app,
		     void (*tell)(void *arg, const struct limit_alert *alert), void *arg,
		     int64_t *ret_n)
{
	int64_t n = 0;
	struct watch w = { .app = app, .a = arena_new(WATCH_BYTES) };
	if (!w.a)
		return E_NOMEM;
	enum err e = OK;
	for (enum limit_id id = 0; id < LIMIT_N && e == OK; id++) {
		w.rule = limit_rule(app->conf, id);
		if (w.rule.alert_at != LIMIT_ENDLESS)
			e = watch_one(&w, tell, arg, &n);
	}
	arena_free(w.a);
	if (e == OK)
		*ret_n = n;
	return e;
}
