/* The password, counted and compared. */
#include "domain/subscriber_proof.h"

#include "domain/hasher.h"

struct proof {
	const struct app *app;
	struct arena *a;
	struct limit_take *take;
};

static enum err give_back(struct tx *tx, void *arg)
{
	struct proof *p = arg;
	return limit_give(p->app, tx, p->a, p->take);
}

static enum err fault(struct problems *problems, struct say say)
{
	problems_add(problems, "now", say);
	return E_INPUT;
}

static enum err subject(struct arena *a, const struct session *s, struct str *ret)
{
	struct buf key;
	buf_init(&key, 32);
	buf_i64(&key, s->subscriber_id);
	enum err e = key.err ? key.err : arena_str(a, buf_str(&key), ret);
	buf_done(&key);
	return e;
}

enum err subscriber_proof(const struct app *app, struct arena *a, const struct session *s,
			  struct secret now, struct str hash, struct problems *problems,
			  struct limit_take *take)
{
	bool same = false;
	*take = (struct limit_take){
		.rule = limit_rule(app->conf, LIMIT_PASSWORD_CHANGE),
		.waited = true,
	};
	try(subject(a, s, &take->subject));
	try(limit_take_alone(app, a, take));
	if (!take->taken)
		return fault(problems, limit_again(app, take));
	enum err e = hasher_check(app->hasher, hash, now.bytes, &same);
	if (e != OK) /* nothing was compared */
		try(store_write(app->store, give_back, &(struct proof){ app, a, take }));
	try(e);
	return same ? OK : fault(problems, (struct say){ .id = SAY_PASSWORD_WRONG });
}
