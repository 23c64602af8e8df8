/* What was typed into each form of web/forms.def, for the view that shows it again: struct
 * typed_<form>. */
#ifndef WEB_TYPED_H
#define WEB_TYPED_H

#include "domain/say.h"

/* One field of a form. The name is also its id; of secrets no value is ever given back. */
struct field {
	struct str name;
	struct str value; /* as typed */
	struct say err;
};

#define FORM(id, ...)                                                                              \
	struct typed_##id {                                                                        \
		__VA_ARGS__                                                                        \
	};
#define FIELD(id, member, type, max, need) struct field member;
#include "web/forms.def"
#undef FORM
#undef FIELD

#endif
