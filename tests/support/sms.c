/* Opens the rows of the outbox with the keys of the kit. */
#include "support/sms.h"

#include <stdio.h>

#include "domain/outbox_seal.h"

int64_t sms_count(struct kit *k, const char *phone)
{
	return kit_number(k, "SELECT count(*) FROM outbox WHERE kind = 'sms' AND dest = '%s'",
			  phone);
}

static enum message_id text_of(struct kit *k, int64_t id)
{
	enum message_id text = 0;
	while (kit_number(k, "SELECT count(*) FROM outbox WHERE id = %lld AND message = '%s'",
			  (long long)id, message_name(text).p) == 0)
		assert_true(++text < MESSAGE_N);
	return text;
}

struct message_args sms_last(struct kit *k, const char *phone, enum message_id *ret_text)
{
	char from[64];
	struct message_args args;
	int64_t id = kit_number(k, "SELECT max(id) FROM outbox WHERE kind = 'sms' AND dest = '%s'",
				phone);
	assert_true(id > 0);
	snprintf(from, sizeof(from), "outbox WHERE id = %lld", (long long)id);
	*ret_text = text_of(k, id);
	struct str sealed = kit_bytes(k, "args", from);
	assert_int_equal(outbox_unseal(&k->app, id, *ret_text, sealed, &args), OK);
	return args;
}

const char *sms_code(struct kit *k, const char *phone)
{
	enum message_id text;
	struct message_args args = sms_last(k, phone, &text);
	struct str code;
	assert_int_equal(strlen(args.code), MESSAGE_CODE_DIGITS);
	assert_int_equal(arena_str(k->a, str_c(args.code), &code), OK);
	return code.p;
}
