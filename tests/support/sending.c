/* Messages for tests that send them. */
#include "support/sending.h"

struct put {
	struct kit *k;
	const struct outbox_message *m;
	int64_t id;
};

static enum err put_in(struct tx *tx, void *arg)
{
	struct put *p = arg;
	return outbox_put(&p->k->app, tx, p->k->a, p->m, &p->id);
}

int64_t sending_put(struct kit *k, const struct outbox_message *m)
{
	struct put p = { .k = k, .m = m };
	assert_int_equal(store_write(k->app.store, put_in, &p), OK);
	outbox_wake(&k->app);
	return p.id;
}

int64_t sending_code(struct kit *k, const char *key)
{
	return sending_put(k, &(struct outbox_message){ .dest = STR("9210000001"),
							.text = MESSAGE_RECOVERY_CODE,
							.args = { .code = SENDING_CODE },
							.valid_ms = 5 * MINUTE_MS,
							.key = str_c(key) });
}

int64_t sending_notice(struct kit *k, const char *key)
{
	return sending_put(k, &(struct outbox_message){
				      .dest = STR("9210000001"),
				      .text = MESSAGE_PASSWORD_CHANGED,
				      .args = { .number = { "9215550123" }, .at = { KIT_NOW_MS } },
				      .key = str_c(key) });
}
