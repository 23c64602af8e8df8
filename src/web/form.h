/* Forms as tables: web/forms.def becomes a typed struct for the handler, a struct of what was typed
 * for the view, and a table that fills both. A fault is named beside its field and nothing typed is
 * lost. */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "core/msisdn.h"
#include "core/secret.h"
#include "core/tstamp.h"
#include "domain/say.h"
#include "http/http.h"
#include "web/typed.h"

enum form_type { FORM_LINE, FORM_TEXT, FORM_PHONE, FORM_DATE, FORM_TICK, FORM_ID, FORM_SECRET };

#define FORM_C_LINE   struct str
#define FORM_C_TEXT   struct str
#define FORM_C_PHONE  struct msisdn
#define FORM_C_DATE   struct date
#define FORM_C_TICK   bool
#define FORM_C_ID     int64_t
#define FORM_C_SECRET struct secret

#define FORM(id, ...)                                                                              \
	struct form_##id {                                                                         \
		__VA_ARGS__                                                                        \
	};
#define FIELD(id, member, type, max, need) FORM_C_##type member;
#include "web/forms.def"
#undef FORM
#undef FIELD

struct form_field {
	struct str name;
	enum form_type type;
	uint32_t max_chars;
	bool required;
	uint32_t offset; /* in struct form_<name> */
};

struct form {
	const struct form_field *fields;
	size_t n;
	size_t size; /* of struct form_<name> */
};

#define FORM(id, ...) extern const struct form form_table_##id;
#define FIELD(id, member, type, max, need)
#include "web/forms.def"
#undef FORM
#undef FIELD

/**
 * form_read(form, a, pairs, n, ret_form, ret_typed, problems):
 * Read the fields of ${form} out of name-value pairs into a zeroed struct form_<name> and the array
 * of ${form}->n struct field that is struct typed_<name>. A field with a fault stays zero in the
 * first. Unknown names are ignored. Expected: E_NOMEM. Faults are in ${problems} only.
 */
enum err form_read(const struct form *form, struct arena *a, const struct http_pair *pairs,
		   size_t n, void *ret_form, struct field *ret_typed,
		   struct problems *problems) must_check;

/** form_typed(form, a, pairs, n, &ret_typed): only what was typed, for a view. Expected: E_NOMEM.
 */
enum err form_typed(const struct form *form, struct arena *a, const struct http_pair *pairs,
		    size_t n, struct field **ret_typed) must_check;

/** form_has_secrets(form): some of it is never given back. */
bool form_has_secrets(const struct form *form);

/** form_mark(form, typed, problems): put each fault beside its field. */
void form_mark(const struct form *form, struct field *typed, const struct problems *problems);

/**
 * form_keep(form, a, typed, &ret):
 * What was typed as application/x-www-form-urlencoded, without secrets and without what no field
 * takes: for the sign-in page to carry while its owner signs in again. Expected: E_NOMEM.
 */
enum err form_keep(const struct form *form, struct arena *a, const struct field *typed,
		   struct str *ret) must_check;

#endif
