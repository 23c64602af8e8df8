/* The messages by id and name. */
#include "domain/message.h"

static const struct {
	struct str name;
	unsigned needs;
} messages[MESSAGE_N] = {
#define MESSAGE(id, name_, needs_) { .name = { name_, sizeof(name_) - 1 }, .needs = needs_ },
#include "messages.def"
#undef MESSAGE
};

struct str message_name(enum message_id id)
{
	return messages[id].name;
}

enum err message_parse(struct str name, enum message_id *ret)
{
	for (enum message_id id = 0; id < MESSAGE_N; id++) {
		if (str_eq(messages[id].name, name)) {
			*ret = id;
			return OK;
		}
	}
	return E_INPUT;
}

unsigned message_given(const struct message_args *args)
{
	return (args->code[0] ? MESSAGE_HAS_CODE : 0u) |
	       (args->number.d[0] ? MESSAGE_HAS_NUMBER : 0u) |
	       (args->at.ms != 0 ? MESSAGE_HAS_AT : 0u) |
	       (args->has_token ? MESSAGE_HAS_TOKEN : 0u);
}

unsigned message_needs(enum message_id id)
{
	return messages[id].needs;
}
