/* What main() made and everything below may use: the database and the edges. Passed down, never
 * global. */
#ifndef DOMAIN_APP_H
#define DOMAIN_APP_H

#include "core/clock.h"
#include "core/config.h"
#include "core/id.h"
#include "core/log.h"
#include "core/rnd.h"
#include "core/waker.h"
#include "store/store.h"

struct hasher;
struct keys;
struct keys_root;
struct limit_gauge;
struct port_anchor;
struct port_vault;

struct app {
	struct store *store;
	const struct clock *clock;
	struct rnd *rnd;
	struct ids *ids;
	struct log *log;
	const struct config *conf;
	const struct keys *keys;           /* domain/keys.h; NULL in commands that need none */
	const struct keys_root *root;      /* likewise; with its private half in the worker alone */
	struct hasher *hasher;             /* domain/hasher.h; NULL in commands that need none */
	const struct limit_gauge *alerts;  /* domain/limit.h; NULL: nobody looks at it */
	const struct port_anchor *anchors; /* domain/port_anchor.h; NULL: none are kept outside */
	const struct port_vault *vault;    /* domain/port_vault.h; in the office alone */
	const struct waker *waker;         /* the worker's bell (outbox_wake()); NULL in commands */
};

/** app_now(app), app_today(app): the instant, and the operator's day it falls on. */
static inline tstamp app_now(const struct app *app)
{
	return app->clock->now(app->clock);
}

/* What is of later than a machine's clock may be ahead is of a clock that was wrong, and over. */
#define APP_SKEW_MS (5 * MINUTE_MS)

/** app_future(app): from here on it is. */
static inline tstamp app_future(const struct app *app)
{
	return (tstamp){ app_now(app).ms + APP_SKEW_MS };
}

/** app_hold(app), app_release(app): what a page reads in between is of one moment, where that saves
 * work (store_hold()). */
static inline void app_hold(const struct app *app)
{
	store_hold(app->store);
}

static inline void app_release(const struct app *app)
{
	store_release(app->store);
}

/** app_reads_fast(app): the store answers reads without waiting, so they may run on an I/O thread.
 */
static inline bool app_reads_fast(const struct app *app)
{
	return store_is_local(app->store);
}

static inline struct date app_today(const struct app *app)
{
	return tstamp_local(app_now(app), (int)app->conf->operator_utc_offset_min).date;
}

#endif
