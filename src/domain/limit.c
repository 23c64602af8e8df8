/* Limits on attempts. The rules are one table; the numbers in it that an operator may change are
 * settings. */
#include "domain/limit.h"

#include <assert.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/scan.h"
#include "q_limit.h"

#define SECOND_MS       INT64_C(1000)
#define SUBJECT_MAX     64
#define EXPIRE_AFTER_MS DAY_MS
#define NOT_PAUSED      LIMIT_ENDLESS

/* How the setting is used: as the most tries, as the try from which on others wait, or as the most
 * before the networks begin to wait (signin.c). */
enum use { MAX, PAUSE, STORM };

static const struct row {
	const char *name;
	enum limit_window window;
	size_t setting; /* offset in struct config */
	enum use use;
	int64_t pause_from; /* with MAX */
	int64_t pause_ms, pause_max_ms;
	bool alerts; /* of the whole system and a day: somebody should look when it is reached */
} rows[LIMIT_N] = {
	[LIMIT_FIRST_NUMBER] = { .name = "first.number",
				 .window = LIMIT_LIFE,
				 .setting = offsetof(struct config, limit_first_number_life),
				 .pause_from = NOT_PAUSED },
	[LIMIT_FIRST_NETWORK] = { .name = "first.network",
				  .window = LIMIT_DAY,
				  .setting = offsetof(struct config, limit_first_network_day),
				  .use = PAUSE,
				  .pause_ms = 30 * SECOND_MS,
				  .pause_max_ms = 5 * MINUTE_MS },
	[LIMIT_FIRST_SYSTEM] = { .name = "first.system",
				 .window = LIMIT_DAY,
				 .setting = offsetof(struct config, limit_first_system_day),
				 .pause_from = NOT_PAUSED,
				 .alerts = true },
	[LIMIT_PASSWORD_ACCOUNT] = { .name = "password.account",
				     .window = LIMIT_DAY,
				     .setting = offsetof(struct config, limit_password_account_day),
				     .pause_from = 3,
				     .pause_ms = MINUTE_MS,
				     .pause_max_ms = 15 * MINUTE_MS },
	[LIMIT_PASSWORD_DEVICE] = { .name = "password.device",
				    .window = LIMIT_HOUR,
				    .setting = offsetof(struct config, limit_password_device_hour),
				    .pause_from = NOT_PAUSED },
	[LIMIT_PASSWORD_NETWORK] = { .name = "password.network",
				     .window = LIMIT_HOUR,
				     .setting =
					     offsetof(struct config, limit_password_network_hour),
				     .use = PAUSE,
				     .pause_ms = 30 * SECOND_MS,
				     .pause_max_ms = 5 * MINUTE_MS },
	[LIMIT_PASSWORD_SYSTEM] = { .name = "password.system",
				    .window = LIMIT_DAY,
				    .setting = offsetof(struct config, limit_password_system_day),
				    .use = STORM,
				    .alerts = true },
	[LIMIT_PASSWORD_CHANGE] = { .name = "password.change",
				    .window = LIMIT_DAY,
				    .setting = offsetof(struct config, limit_password_account_day),
				    .pause_from = 3,
				    .pause_ms = MINUTE_MS,
				    .pause_max_ms = 15 * MINUTE_MS },
	[LIMIT_CODE_NETWORK] = { .name = "code.network",
				 .window = LIMIT_DAY,
				 .setting = offsetof(struct config, limit_code_network_day),
				 .use = PAUSE,
				 .pause_ms = 30 * SECOND_MS,
				 .pause_max_ms = 5 * MINUTE_MS },
	[LIMIT_CODE_PHONE] = { .name = "code.phone",
			       .window = LIMIT_DAY,
			       .setting = offsetof(struct config, limit_code_phone_day),
			       .pause_from = 1,
			       .pause_ms = MINUTE_MS,
			       .pause_max_ms = MINUTE_MS },
	[LIMIT_CODE_EMAIL] = { .name = "code.email",
			       .window = LIMIT_DAY,
			       .setting = offsetof(struct config, limit_code_phone_day),
			       .pause_from = 1,
			       .pause_ms = MINUTE_MS,
			       .pause_max_ms = MINUTE_MS },
	[LIMIT_CODE_SYSTEM] = { .name = "code.system",
				.window = LIMIT_DAY,
				.setting = offsetof(struct config, limit_code_system_day),
				.pause_from = NOT_PAUSED,
				.alerts = true },
	[LIMIT_CODE_IN_PHONE] = { .name = "code.in.phone",
				  .window = LIMIT_DAY,
				  .setting = offsetof(struct config, limit_code_in_phone_day),
				  .pause_from = 1,
				  .pause_ms = MINUTE_MS,
				  .pause_max_ms = MINUTE_MS },
	[LIMIT_CODE_IN_NUMBER] = { .name = "code.in.number",
				   .window = LIMIT_DAY,
				   .setting = offsetof(struct config, limit_code_in_phone_day),
				   .pause_from = 1,
				   .pause_ms = MINUTE_MS,
				   .pause_max_ms = MINUTE_MS },
	[LIMIT_CODE_IN_SYSTEM] = { .name = "code.in.system", .window = LIMIT_DAY },
	[LIMIT_LINK_ADDRESS] = { .name = "link.address",
				 .window = LIMIT_DAY,
				 .setting = offsetof(struct config, limit_code_phone_day),
				 .pause_from = 1,
				 .pause_ms = MINUTE_MS,
				 .pause_max_ms = MINUTE_MS },
	[LIMIT_LINK_NUMBER] = { .name = "link.number",
				.window = LIMIT_DAY,
				.setting = offsetof(struct config, limit_code_in_phone_day),
				.pause_from = NOT_PAUSED },
	[LIMIT_RECOVER_DIGITS] = { .name = "recover.digits",
				   .window = LIMIT_LIFE,
				   .setting = offsetof(struct config, limit_first_number_life),
				   .pause_from = NOT_PAUSED },
	[LIMIT_TOTP_ACCOUNT] = { .name = "totp.account",
				 .window = LIMIT_DAY,
				 .setting = offsetof(struct config, limit_totp_account_day),
				 .pause_from = 3,
				 .pause_ms = MINUTE_MS,
				 .pause_max_ms = 15 * MINUTE_MS },
	[LIMIT_TOTP_DEVICE] = { .name = "totp.device",
				.window = LIMIT_HOUR,
				.setting = offsetof(struct config, limit_totp_device_hour),
				.pause_from = NOT_PAUSED },
	[LIMIT_TOTP_IN] = { .name = "totp.in",
			    .window = LIMIT_DAY,
			    .setting = offsetof(struct config, limit_totp_account_day),
			    .pause_from = 3,
			    .pause_ms = MINUTE_MS,
			    .pause_max_ms = 15 * MINUTE_MS },
	[LIMIT_NOTICE] = { .name = "notice",
			   .window = LIMIT_DAY,
			   .setting = offsetof(struct config, limit_notice_day),
			   .pause_from = NOT_PAUSED },
	[LIMIT_STAFF_PASSWORD] = { .name = "staff.password",
				   .window = LIMIT_DAY,
				   .setting = offsetof(struct config, limit_password_account_day),
				   .pause_from = 3,
				   .pause_ms = MINUTE_MS,
				   .pause_max_ms = 15 * MINUTE_MS },
	[LIMIT_STAFF_NETWORK] = { .name = "staff.network",
				  .window = LIMIT_HOUR,
				  .setting = offsetof(struct config, limit_password_network_hour),
				  .pause_from = NOT_PAUSED },
	[LIMIT_STAFF_CODE] = { .name = "staff.code",
			       .window = LIMIT_DAY,
			       .setting = offsetof(struct config, limit_totp_account_day),
			       .pause_from = 3,
			       .pause_ms = MINUTE_MS,
			       .pause_max_ms = 15 * MINUTE_MS },
	[LIMIT_NONE] = { .name = "none", .window = LIMIT_HOUR },
};

/* The try that uses up the last (of codes: the last of strangers), or with which the storm begins.
 */
static int64_t alert_at(const struct config *conf, enum limit_id id, int64_t setting)
{
	const struct row *row = &rows[id];
	if (!row->alerts)
		return LIMIT_ENDLESS;
	if (id == LIMIT_CODE_SYSTEM)
		return limit_code_strangers(conf);
	return row->use == STORM ? setting + 1 : setting;
}

struct limit limit_rule(const struct config *conf, enum limit_id id)
{
	const struct row *row = &rows[id];
	int64_t setting = LIMIT_ENDLESS;
	if (row->setting)
		memcpy(&setting, (const char *)conf + row->setting, sizeof(setting));
	return (struct limit){
		.name = row->name,
		.window = row->window,
		.max = row->use == MAX ? setting : LIMIT_ENDLESS,
		.pause_from = row->use == PAUSE ? setting
			      : row->pause_ms   ? row->pause_from
						: NOT_PAUSED,
		.pause_ms = row->pause_ms,
		.pause_max_ms = row->pause_max_ms,
		.alert_at = alert_at(conf, id, setting),
	};
}

/* Rounded up: a small budget is not none. */
int64_t limit_code_strangers(const struct config *conf)
{
	return (conf->limit_code_system_day * (100 - conf->limit_code_reserve_percent) + 99) / 100;
}

int64_t limit_pause_ms(const struct limit *rule, int64_t n)
{
	if (n < rule->pause_from)
		return 0;
	int64_t pause = rule->pause_ms;
	for (int64_t i = rule->pause_from; i < n && pause < rule->pause_max_ms; i++)
		pause *= 2;
	return pause < rule->pause_max_ms ? pause : rule->pause_max_ms;
}

struct window {
	int64_t win;
	tstamp expires;
};

static struct window window_of(const struct app *app, enum limit_window window)
{
	tstamp now = app_now(app);
	switch (window) {
	case LIMIT_HOUR: {
		int64_t hour = now.ms / HOUR_MS;
		return (struct window){ hour, { (hour + 1) * HOUR_MS + EXPIRE_AFTER_MS } };
	}
	case LIMIT_DAY: {
		int32_t day = date_days(app_today(app));
		return (struct window){ day, { (day + INT64_C(2)) * DAY_MS + EXPIRE_AFTER_MS } };
	}
	case LIMIT_LIFE:
	default:
		return (struct window){ 0, { INT64_MAX } };
	}
}

static enum err key_of(struct arena *a, const char *name, struct str subject, struct str *ret)
{
	assert(subject.n <= SUBJECT_MAX);
	struct buf b;
	buf_init(&b, LIMIT_KEY_MAX);
	buf_put(&b, str_c(name));
	buf_c(&b, ':');
	buf_put(&b, subject);
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

enum err limit_take(const struct app *app, struct tx *tx, struct arena *a, struct limit_take *t)
{
	struct window w = window_of(app, t->rule.window);
	struct q_limit_take_args args = {
		.win = w.win,
		.expires = w.expires,
		.now = app_now(app),
		.max = t->rule.max,
		.pause_from = t->rule.pause_from,
		.pause_ms = t->rule.pause_ms,
		.pause_max_ms = t->rule.pause_max_ms,
		.waited = t->waited,
	};
	try(key_of(a, t->rule.name, t->subject, &args.key));
	struct q_limit_take_row row = { .open = { 0 } };
	enum err e = q_limit_take(tx, a, &args, &row);
	if (e != OK && e != E_NOTFOUND)
		return e;
	t->taken = e == OK;
	t->win = w.win;
	t->n = row.n;
	t->open = row.open;
	return OK;
}

enum err limit_wait(const struct app *app, struct tx *tx, struct arena *a, struct limit_take *t)
{
	struct q_limit_wait_args args = { .win = window_of(app, t->rule.window).win };
	try(key_of(a, t->rule.name, t->subject, &args.key));
	struct q_limit_wait_row row = { .open = { 0 } };
	enum err e = q_limit_wait(tx, a, &args, &row);
	if (e != OK && e != E_NOTFOUND)
		return e;
	t->n = row.n;
	t->open = row.open;
	return OK;
}

enum err limit_when(const struct app *app, struct tx *tx, struct arena *a, struct limit_take *t,
		    tstamp *ret)
{
	struct date tomorrow = date_of_days(date_days(app_today(app)) + 1);
	try(limit_wait(app, tx, a, t));
	*ret = t->n < t->rule.max
		       ? t->open
		       : tstamp_of_date(tomorrow, (int)app->conf->operator_utc_offset_min);
	return OK;
}

enum err limit_give(const struct app *app, struct tx *tx, struct arena *a,
		    const struct limit_take *t)
{
	(void)app;
	struct q_limit_give_args args = { .win = t->win, .open = t->open };
	try(key_of(a, t->taken ? t->rule.name : rows[LIMIT_NONE].name,
		   t->taken ? t->subject : STR("nothing"), &args.key));
	return q_limit_give(tx, &args);
}

int64_t limit_wait_s(const struct app *app, const struct limit_take *t)
{
	int64_t ms = t->open.ms - app_now(app).ms;
	if (ms < t->rule.pause_ms)
		ms = t->rule.pause_ms;
	return (ms + 999) / 1000;
}

enum err limit_reset(const struct app *app, struct tx *tx, struct arena *a, enum limit_id id,
		     struct str subject)
{
	assert(rows[id].window == LIMIT_LIFE);
	struct q_limit_reset_args args = { .win = window_of(app, LIMIT_LIFE).win };
	try(key_of(a, rows[id].name, subject, &args.key));
	return q_limit_reset(tx, &args);
}

struct alone {
	const struct app *app;
	struct arena *a;
	struct limit_take *t;
};

static enum err take_alone(struct tx *tx, void *arg)
{
	const struct alone *alone = arg;
	try(limit_take(alone->app, tx, alone->a, alone->t));
	return alone->t->taken ? OK : limit_wait(alone->app, tx, alone->a, alone->t);
}

enum err limit_take_alone(const struct app *app, struct arena *a, struct limit_take *t)
{
	struct alone alone = { app, a, t };
	return store_write(app->store, take_alone, &alone);
}

/* Until the pause is over, or, when the window's tries are used up, until the next window. */
struct say limit_again(const struct app *app, const struct limit_take *t)
{
	if (t->n >= t->rule.max)
		return (struct say){ .id = SAY_PASSWORD_TRIES_DAY };
	int64_t wait_ms = t->open.ms - app_now(app).ms;
	return (struct say){
		.id = SAY_PASSWORD_TRIES,
		.a = wait_ms > 0 ? (wait_ms + MINUTE_MS - 1) / MINUTE_MS : 1,
	};
}

/* --- networks ------------------------------------------------------------- */

/* The first three of the four numbers of an IPv4 address. */
static bool net4(struct str s, struct str *ret)
{
	struct str rest = s;
	uint64_t part;
	for (int i = 0; i < 3; i++) {
		if (!scan_u64(&rest, 255, &part) || !scan_lit(&rest, STR(".")))
			return false;
	}
	*ret = str_sub(s, 0, s.n - rest.n);
	return scan_u64(&rest, 255, &part) && rest.n == 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool group6(struct str s, uint16_t *ret)
{
	unsigned v = 0;
	if (s.n == 0 || s.n > 4)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int digit = hex_digit(s.p[i]);
		if (digit < 0)
			return false;
		v = v << 4 | (unsigned)digit;
	}
	*ret = (uint16_t)v;
	return true;
}

/* The first four of the eight groups: those before `::`, then zeros where it stands for enough of
 * them. */
static bool net6(struct str s, uint16_t net[4])
{
	struct str rest = s;
	struct str part;
	size_t n = 0;
	if (str_find(s, ':') == s.n)
		return false;
	memset(net, 0, 4 * sizeof(net[0]));
	while (n < 4 && str_cut(&rest, ':', &part)) {
		if (part.n == 0)
			break;
		if (!group6(part, &net[n++]))
			return false;
	}
	if (n == 4)
		return true;
	/* `::` stands for 8 - n - tail groups; what is left of the first four comes from the tail.
	 */
	size_t tail = 0;
	uint16_t behind[8];
	while (tail < 8 && str_cut(&rest, ':', &part)) {
		if (part.n > 0 && !group6(part, &behind[tail++]))
			return false;
	}
	if (n + tail > 8)
		return false;
	for (size_t i = 8 - tail; i < 4; i++)
		net[i] = behind[i - (8 - tail)];
	return true;
}

enum err limit_network(struct arena *a, struct str peer, struct str *ret)
{
	struct str net;
	uint16_t groups[4];
	struct buf b;
	buf_init(&b, SUBJECT_MAX);
	if (net4(peer, &net)) {
		buf_put(&b, net);
		buf_put(&b, STR("0/24"));
	} else if (net6(peer, groups)) {
		for (size_t i = 0; i < 4; i++) {
			unsigned char bytes[2] = { (unsigned char)(groups[i] >> 8),
						   (unsigned char)(groups[i] & 0xff) };
			buf_hex(&b, (struct str){ .p = (const char *)bytes, .n = 2 });
			buf_c(&b, ':');
		}
		buf_put(&b, STR(":/64"));
	} else {
		buf_put(&b, STR("local"));
	}
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

/* --- cleaning ------------------------------------------------------------- */

struct expire {
	tstamp now;
	int64_t n;
};

static enum err expire(struct tx *tx, void *arg)
{
	struct expire *x = arg;
	return q_limit_expire(tx, x->now, &x->n);
}

enum err limit_expire(const struct app *app, int64_t *ret_n)
{
	struct expire x = { .now = app_now(app) };
	try(store_write(app->store, expire, &x));
	*ret_n = x.n;
	return OK;
}
