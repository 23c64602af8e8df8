/* What the program says to a person about what they typed or asked: texts in both languages, in
 * domain/say.def and domain/event.def, with at most two numbers in them. Shown by web/; the domain
 * only names them. */
#ifndef DOMAIN_SAY_H
#define DOMAIN_SAY_H

#include "core/lang.h"
#include "core/str.h"

enum say_id {
	SAY_NONE,
#define SAY(id, ru, en) SAY_##id,
#include "domain/say.def"
#undef SAY
#define EVENT(id, name, list, notice, ru, en) SAY_EVENT_##id,
#include "domain/event.def"
#undef EVENT
	SAY_N,
};

struct say {
	enum say_id id;
	int64_t a, b; /* for {a} and {b} */
};

/* One fault of one field of a form; the field's name is the form's. */
struct problem {
	const char *field;
	struct say say;
};

#define PROBLEMS_MAX 32

struct problems {
	size_t n;
	struct problem v[PROBLEMS_MAX];
};

/** say_text(id, lang): the text with its placeholders. */
struct str say_text(enum say_id id, enum lang lang);

/** problems_add(p, field, say): the first fault of a field counts; later ones of it are dropped. */
void problems_add(struct problems *p, const char *field, struct say say);

#endif
