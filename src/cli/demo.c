/* `kabinet demo`: made-up subscribers to measure with. */
#include <unistd.h>

#include "cli/cli.h"
#include "core/scan.h"
#include "domain/demo.h"
#include "domain/hasher.h"

enum { DEMO_ARENA_BYTES = 1 << 16, LINE_BYTES = 1024 };

struct demo_args {
	int64_t subscribers, movements;
	struct str password;
};

static bool read_option(struct str name, struct str value, struct demo_args *ret)
{
	if (str_eq(name, STR("--subscribers")))
		return scan_i64_all(value, 1, DEMO_SUBSCRIBERS_MAX, &ret->subscribers);
	if (str_eq(name, STR("--movements")))
		return scan_i64_all(value, 0, DEMO_MOVEMENTS_MAX, &ret->movements);
	if (str_eq(name, STR("--password")))
		ret->password = value;
	return str_eq(name, STR("--password")) && value.n > 0;
}

static bool read_args(const struct cli *c, struct demo_args *ret)
{
	*ret = (struct demo_args){ .movements = 24, .password = STR("demo-kabinet") };
	if (c->argc % 2 != 0)
		return false;
	for (int i = 0; i < c->argc; i += 2)
		if (!read_option(str_c(c->argv[i]), str_c(c->argv[i + 1]), ret))
			return false;
	return ret->subscribers > 0;
}

/* One hash for all: a second of Argon2id for each forty subscribers would be the whole time. */
static enum err hash_password(struct arena *a, struct str password, struct str *ret)
{
	struct hasher *h;
	const struct hasher_opts o = {
		.in_flight = 1,
		.queue_max = 1,
		.passes = HASHER_PASSES,
		.memory = HASHER_MEMORY,
	};
	try(hasher_new(&o, &h));
	enum err err = hasher_make(h, a, password, ret);
	hasher_free(h);
	return err;
}

static void show_progress(void *arg, int64_t done, int64_t of)
{
	const struct cli *const *c = arg;
	struct buf b;
	buf_init(&b, LINE_BYTES);
	buf_c(&b, '\r');
	buf_i64(&b, done);
	buf_c(&b, '/');
	buf_i64(&b, of);
	if (done == of)
		buf_c(&b, '\n');
	cli_err(*c, buf_str(&b));
	buf_done(&b);
}

static void write_result(const struct cli *c, const struct demo_args *args, int64_t made,
			 int64_t took_us)
{
	struct buf b;
	struct msisdn first = demo_msisdn(0), last = demo_msisdn(args->subscribers - 1);
	buf_init(&b, LINE_BYTES);
	buf_put(&b, STR("new subscribers: "));
	buf_i64(&b, made);
	buf_put(&b, STR(", per second: "));
	buf_i64(&b, made * 1000000 / (took_us + 1));
	buf_put(&b, STR("\nnumbers "));
	buf_put(&b, msisdn_str(&first));
	buf_put(&b, STR(" to "));
	buf_put(&b, msisdn_str(&last));
	buf_put(&b, STR(", password "));
	buf_put(&b, args->password);
	buf_c(&b, '\n');
	cli_out(c, buf_str(&b));
	buf_done(&b);
}

static enum err fill(const struct cli *c, struct arena *a, const struct demo_args *args)
{
	const struct clock *clock = c->app->clock;
	int64_t made, from_us = clock->mono_us(clock);
	struct demo_opts o = { .subscribers = args->subscribers, .movements = args->movements };
	if (isatty(c->err_fd)) {
		o.progress = show_progress;
		o.arg = &c;
	}
	try(hash_password(a, args->password, &o.password_hash));
	try(demo_fill(c->app, &o, &made));
	write_result(c, args, made, clock->mono_us(clock) - from_us);
	return OK;
}

enum err cli_demo(const struct cli *c)
{
	struct demo_args args;
	if (!read_args(c, &args))
		return cli_usage(c, "demo");
	struct arena *a = arena_new(DEMO_ARENA_BYTES);
	if (!a)
		return E_NOMEM;
	enum err err = fill(c, a, &args);
	arena_free(a);
	if (err != OK)
		cli_err(c,
			STR("the store refused: the log says why; what was made before stays\n"));
	return err;
}
