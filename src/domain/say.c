/* The texts of say.def and event.def, by id and language. */
#include "domain/say.h"

#include <assert.h>

#define TEXT(s)                                                                                    \
	{                                                                                          \
		.p = s, .n = sizeof(s) - 1                                                         \
	}

static const struct str texts[SAY_N][LANG_N] = {
	[SAY_NONE] = { TEXT(""), TEXT("") },
#define SAY(id, ru, en) [SAY_##id] = { [LANG_RU] = TEXT(ru), [LANG_EN] = TEXT(en) },
#include "domain/say.def"
#undef SAY
#define EVENT(id, name, list, notice, ru, en)                                                      \
	[SAY_EVENT_##id] = { [LANG_RU] = TEXT(ru), [LANG_EN] = TEXT(en) },
#include "domain/event.def"
#undef EVENT
};

struct str say_text(enum say_id id, enum lang lang)
{
	assert(id < SAY_N && lang < LANG_N);
	return texts[id][lang];
}

void problems_add(struct problems *p, const char *field, struct say say)
{
	for (size_t i = 0; i < p->n; i++) {
		if (strcmp(p->v[i].field, field) == 0)
			return;
	}
	assert(p->n < PROBLEMS_MAX);
	p->v[p->n++] = (struct problem){ .field = field, .say = say };
}
