/* Reads forms by their tables. Knows the types of fields, not what any of them is for. */
#include "web/form.h"

#include <stddef.h>

#include "core/scan.h"
#include "core/utf8.h"

#define OPTIONAL      false
#define REQUIRED      true
#define FORM(id, ...) static const struct form_field fields_##id[] = { __VA_ARGS__ };
#define FIELD(id, member, kind, max, need)                                                         \
	{ .name = { .p = #member, .n = sizeof(#member) - 1 },                                      \
	  .type = FORM_##kind,                                                                     \
	  .max_chars = (max),                                                                      \
	  .required = (need),                                                                      \
	  .offset = offsetof(struct form_##id, member) },
#include "web/forms.def"
#undef FORM
#undef FIELD

#define FORM(id, ...)                                                                              \
	const struct form form_table_##id = {                                                      \
		.fields = fields_##id,                                                             \
		.n = sizeof(fields_##id) / sizeof(fields_##id[0]),                                 \
		.size = sizeof(struct form_##id),                                                  \
	};
#include "web/forms.def"
#undef FORM

static struct str pair_value(const struct http_pair *pairs, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(pairs[i].name, name))
			return pairs[i].value;
	}
	return (struct str){ 0 };
}

static size_t count_digits(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] >= '0' && s.p[i] <= '9';
	return n;
}

static struct say read_phone(struct str value, struct msisdn *ret)
{
	if (msisdn_parse(value, ret) == OK)
		return (struct say){ 0 };
	size_t digits = count_digits(value);
	if (digits > 0 && digits != 10 && digits != 11)
		return (struct say){ .id = SAY_PHONE_DIGITS, .a = (int64_t)digits };
	return (struct say){ .id = SAY_PHONE_FORM };
}

static struct say read_date(struct str value, struct date *ret)
{
	if (date_parse(value, ret) == OK)
		return (struct say){ 0 };
	bool whole = count_digits(value) == 8; /* day, month and year are there */
	return (struct say){ .id = whole ? SAY_DATE_NONE : SAY_DATE_FORM };
}

/* The value is clean text within its bounds, or of a secret: any clean bytes. */
static enum err read_value(const struct form_field *f, struct arena *a, struct str value,
			   char *form, struct say *ret_fault)
{
	void *target = form + f->offset;
	*ret_fault = (struct say){ 0 };
	switch (f->type) {
	case FORM_LINE:
	case FORM_TEXT:
		return utf8_nfc(a, value, target);
	case FORM_PHONE:
		*ret_fault = read_phone(value, target);
		return OK;
	case FORM_DATE:
		*ret_fault = read_date(value, target);
		return OK;
	case FORM_TICK:
		*(bool *)target = value.n > 0;
		return OK;
	case FORM_ID:
		if (!scan_i64_all(value, 1, INT64_MAX, target))
			ret_fault->id = SAY_BAD_TEXT;
		return OK;
	case FORM_SECRET:
		return secret_copy(a, value, target);
	}
	return OK;
}

static enum err read_field(const struct form_field *f, struct arena *a, struct str value,
			   char *form, struct field *typed, struct say *ret_fault)
{
	*typed = (struct field){ .name = f->name };
	*ret_fault = (struct say){ 0 };
	struct str trimmed = f->type == FORM_SECRET ? value : str_trim(value);
	bool clean = utf8_clean(trimmed, f->type == FORM_TEXT);
	if (clean && f->type != FORM_SECRET)
		typed->value = utf8_clean(value, f->type == FORM_TEXT) ? value : trimmed;
	if (trimmed.n == 0) {
		if (f->required)
			ret_fault->id = SAY_REQUIRED;
		return OK;
	}
	if (!clean) {
		ret_fault->id = SAY_BAD_TEXT;
		return OK;
	}
	if (utf8_length(trimmed) > f->max_chars) {
		*ret_fault = (struct say){ .id = SAY_TOO_LONG, .a = f->max_chars };
		return OK;
	}
	return read_value(f, a, trimmed, form, ret_fault);
}

enum err form_read(const struct form *form, struct arena *a, const struct http_pair *pairs,
		   size_t n, void *ret_form, struct field *ret_typed, struct problems *problems)
{
	for (size_t i = 0; i < form->n; i++) {
		const struct form_field *f = &form->fields[i];
		struct say fault;
		try(read_field(f, a, pair_value(pairs, n, f->name), ret_form, &ret_typed[i],
			       &fault));
		if (fault.id != SAY_NONE)
			problems_add(problems, f->name.p, fault);
	}
	return OK;
}

enum err form_typed(const struct form *form, struct arena *a, const struct http_pair *pairs,
		    size_t n, struct field **ret_typed)
{
	struct problems problems = { 0 };
	void *filled = arena_alloc(a, form->size);
	struct field *typed = arena_array(a, form->n, sizeof(*typed));
	if (!filled || !typed)
		return E_NOMEM;
	try(form_read(form, a, pairs, n, filled, typed, &problems));
	*ret_typed = typed;
	return OK;
}

bool form_has_secrets(const struct form *form)
{
	for (size_t i = 0; i < form->n; i++) {
		if (form->fields[i].type == FORM_SECRET)
			return true;
	}
	return false;
}

void form_mark(const struct form *form, struct field *typed, const struct problems *problems)
{
	for (size_t i = 0; i < problems->n; i++) {
		for (size_t k = 0; k < form->n; k++) {
			if (str_eq(form->fields[k].name, str_c(problems->v[i].field)))
				typed[k].err = problems->v[i].say;
		}
	}
}

static void put_encoded(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain =
			(c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (plain) {
			buf_c(b, (char)c);
			continue;
		}
		buf_c(b, '%');
		buf_c(b, hex[c >> 4]);
		buf_c(b, hex[c & 15]);
	}
}

enum err form_keep(const struct form *form, struct arena *a, const struct field *typed,
		   struct str *ret)
{
	struct buf b;
	buf_init(&b, 3 * 65536 + 4096);
	for (size_t i = 0; i < form->n; i++) {
		if (typed[i].value.n == 0 ||
		    utf8_length(typed[i].value) > form->fields[i].max_chars)
			continue;
		if (b.n)
			buf_c(&b, '&');
		put_encoded(&b, typed[i].name);
		buf_c(&b, '=');
		put_encoded(&b, typed[i].value);
	}
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), ret);
	buf_done(&b);
	return e;
}
