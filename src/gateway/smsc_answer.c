/* Numbers as SMSC.ru documents them. They come as numbers or as strings of digits. */
#include "gateway/smsc_answer.h"

#include <jansson.h>

#include "core/scan.h"

struct meaning {
	int64_t code;
	enum sent_outcome outcome;
	enum pace_state state;
	const char *detail;
};

/* PACE_DENIED: nothing gets through until somebody has looked. */
static const struct meaning errors[] = {
	{ 1, SENT_REFUSED, PACE_FINE, "bad parameters" },
	{ 2, SENT_RETRY, PACE_DENIED, "login or password" },
	{ 3, SENT_RETRY, PACE_DENIED, "no money" },
	{ 4, SENT_RETRY, PACE_DENIED, "our address is blocked" },
	{ 5, SENT_REFUSED, PACE_FINE, "bad date" },
	{ 6, SENT_REFUSED, PACE_FINE, "text or sender forbidden" },
	{ 7, SENT_REFUSED, PACE_FINE, "bad number" },
	{ 8, SENT_REFUSED, PACE_FINE, "cannot be delivered" },
	{ 9, SENT_RETRY, PACE_DOWN, "too many requests" },
};

static const struct {
	int64_t code;
	enum sms_final state;
} states[] = {
	{ 1, SMS_DELIVERED }, { 2, SMS_DELIVERED }, /* and read */
	{ 4, SMS_DELIVERED },                       /* and its link opened */
	{ 3, SMS_EXPIRED },   { 20, SMS_UNDELIVERED }, { 22, SMS_REJECTED },
	{ 23, SMS_REJECTED }, { 24, SMS_REJECTED },    { 25, SMS_UNDELIVERED },
};

/* The answer's object; NULL: there is none. The caller gives it back. */
static json_t *object_of(struct str body)
{
	json_error_t e;
	json_t *root = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &e);
	if (json_is_object(root))
		return root;
	json_decref(root);
	return NULL;
}

static bool number_of(const json_t *o, const char *key, int64_t *ret)
{
	const json_t *v = json_object_get(o, key);
	if (json_is_integer(v)) {
		*ret = json_integer_value(v);
		return true;
	}
	const struct str s = { .p = json_string_value(v), .n = json_string_length(v) };
	return s.p && scan_i64_all(s, INT64_MIN, INT64_MAX, ret);
}

static void read_error(int64_t code, struct sms_http_told *t)
{
	t->outcome = SENT_RETRY;
	t->state = PACE_DOWN;
	snprintf(t->detail, sizeof(t->detail), "error %lld", (long long)code);
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].code != code)
			continue;
		t->outcome = errors[i].outcome;
		t->state = errors[i].state;
		snprintf(t->detail, sizeof(t->detail), "%s", errors[i].detail);
	}
}

void smsc_answer_send(struct str body, struct sms_http_told *t)
{
	int64_t code;
	int64_t id;
	json_t *o = object_of(body);
	t->outcome = SENT_UNKNOWN;
	t->state = PACE_DENIED;
	snprintf(t->detail, sizeof(t->detail), "not understood");
	if (o && number_of(o, "error_code", &code)) {
		read_error(code, t);
	} else if (o && !json_object_get(o, "error") && number_of(o, "id", &id) && id > 0) {
		t->outcome = SENT_OK;
		t->state = PACE_FINE;
		snprintf(t->id, sizeof(t->id), "%lld", (long long)id);
		snprintf(t->detail, sizeof(t->detail), "taken");
	}
	json_decref(o);
}

bool smsc_answer_status(struct str body, enum sms_final *ret)
{
	int64_t code;
	bool final = false;
	json_t *o = object_of(body);
	bool told = o && !json_object_get(o, "error_code") && number_of(o, "status", &code);
	for (size_t i = 0; told && i < sizeof(states) / sizeof(states[0]); i++) {
		if (states[i].code == code) {
			*ret = states[i].state;
			final = true;
		}
	}
	json_decref(o);
	return final;
}
