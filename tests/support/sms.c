/* Opens the rows of the outbox with the keys of the kit. */
#include "support/sms.h"

#include <sodium.h>
#include <stdio.h>

#include "domain/outbox_seal.h"

static int64_t count(struct kit *k, const char *kind, const char *dest)
{
	return kit_number(k, "SELECT count(*) FROM outbox WHERE kind = '%s' AND dest = '%s'", kind,
			  dest);
}

int64_t sms_count(struct kit *k, const char *phone)
{
	return count(k, "sms", phone);
}

int64_t letter_count(struct kit *k, const char *address)
{
	return count(k, "mail", address);
}

static enum message_id text_of(struct kit *k, int64_t id)
{
	enum message_id text = 0;
	while (kit_number(k, "SELECT count(*) FROM outbox WHERE id = %lld AND message = '%s'",
			  (long long)id, message_name(text).p) == 0)
		assert_true(++text < MESSAGE_N);
	return text;
}

static struct message_args last(struct kit *k, const char *kind, const char *dest,
				enum message_id *ret_text)
{
	char from[64];
	struct message_args args;
	int64_t id = kit_number(k, "SELECT max(id) FROM outbox WHERE kind = '%s' AND dest = '%s'",
				kind, dest);
	assert_true(id > 0);
	snprintf(from, sizeof(from), "outbox WHERE id = %lld", (long long)id);
	*ret_text = text_of(k, id);
	struct str sealed = kit_bytes(k, "args", from);
	assert_int_equal(outbox_unseal(&k->app, id, *ret_text, sealed, &args), OK);
	return args;
}

struct message_args sms_last(struct kit *k, const char *phone, enum message_id *ret_text)
{
	return last(k, "sms", phone, ret_text);
}

struct message_args letter_last(struct kit *k, const char *address, enum message_id *ret_text)
{
	return last(k, "mail", address, ret_text);
}

static const char *code_of(struct kit *k, const struct message_args *args)
{
	struct str code;
	assert_int_equal(strlen(args->code), MESSAGE_CODE_DIGITS);
	assert_int_equal(arena_str(k->a, str_c(args->code), &code), OK);
	return code.p;
}

const char *sms_code(struct kit *k, const char *phone)
{
	enum message_id text;
	struct message_args args = sms_last(k, phone, &text);
	return code_of(k, &args);
}

const char *letter_code(struct kit *k, const char *address)
{
	enum message_id text;
	struct message_args args = letter_last(k, address, &text);
	assert_int_equal(text, MESSAGE_RECOVERY_CODE);
	return code_of(k, &args);
}

const char *message_link(struct kit *k, const struct message_args *args)
{
	assert_true(args->has_token);
	char *end = arena_alloc(k->a, MESSAGE_TOKEN_CHARS + 1);
	assert_non_null(end);
	return sodium_bin2base64(end, MESSAGE_TOKEN_CHARS + 1, args->token, sizeof(args->token),
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
