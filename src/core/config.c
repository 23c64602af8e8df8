/* The settings, by the table of config.def. libinih cuts lines into section, key and value; it is
 * fed line by line through our own reader, which counts lines (Debian's build of it does not tell
 * them to the handler), refuses lines that would be cut, and takes the indent off, because libinih
 * would append an indented line to the value before it. Whatever is wrong becomes one line of
 * ${errors}, and reading goes on: an administrator sees all faults at once. */
#include "core/config.h"

#include "core/hostport.h"
#include "core/scan.h"
#include "core/utf8.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>

enum kind { KIND_STR, KIND_INT, KIND_BOOL, KIND_ENUM, KIND_ADDR, KIND_ASCII };

struct setting {
	struct str section;
	struct str key;
	struct str dflt; /* as written in a file; empty for KIND_INT and KIND_BOOL */
	struct str choices;
	struct str help;
	int64_t dflt_int;
	int64_t min;
	int64_t max;   /* of a text: UTF-16 units, 0: any */
	size_t offset; /* in struct config */
	enum kind kind;
};

#define COMMON(s, k, h, kind_)                                                                     \
	.section = STR(#s), .key = STR(#k), .help = STR(h),                                        \
	.offset = offsetof(struct config, s##_##k), .kind = kind_
static const struct setting settings[] = {
#define CONF_STR(s, k, d, h)      { COMMON(s, k, h, KIND_STR), .dflt = STR(d) },
#define CONF_TEXT(s, k, d, hi, h) { COMMON(s, k, h, KIND_STR), .dflt = STR(d), .max = hi },
#define CONF_INT(s, k, d, lo, hi, h)                                                               \
	{ COMMON(s, k, h, KIND_INT), .dflt_int = d, .min = lo, .max = hi },
#define CONF_BOOL(s, k, d, h) { COMMON(s, k, h, KIND_BOOL), .dflt_int = d },
#define CONF_ENUM(s, k, d, choice, h)                                                              \
	{ COMMON(s, k, h, KIND_ENUM), .dflt = STR(d), .choices = STR(choice) },
#define CONF_ADDR(s, k, d, h)        { COMMON(s, k, h, KIND_ADDR), .dflt = STR(d) },
#define CONF_ASCII(s, k, d, most, h) { COMMON(s, k, h, KIND_ASCII), .dflt = STR(d), .max = most },
#include "core/config.def"
#undef CONF_STR
#undef CONF_TEXT
#undef CONF_INT
#undef CONF_BOOL
#undef CONF_ENUM
#undef CONF_ADDR
#undef CONF_ASCII
};
#define SETTINGS_N (sizeof(settings) / sizeof(*settings))

/* --- where a fault is, and saying it --- */

struct place {
	struct str path; /* empty: the command line */
	int64_t line;    /* 0: the file as a whole */
};

static void say_place(struct buf *b, const struct place *at)
{
	if (at->path.n == 0)
		return;
	buf_put(b, at->path);
	buf_c(b, ':');
	if (at->line) {
		buf_i64(b, at->line);
		buf_c(b, ':');
	}
	buf_c(b, ' ');
}

static void say_name(struct buf *b, struct str section, struct str key)
{
	buf_c(b, '[');
	buf_put(b, section);
	buf_put(b, STR("] "));
	buf_put(b, key);
	buf_put(b, STR(": "));
}

static void say_allowed(struct buf *b, const struct setting *s)
{
	switch (s->kind) {
	case KIND_STR:
		buf_put(b, STR("one line of UTF-8 text without control characters"));
		if (s->max > 0) {
			buf_put(b, STR(", at most "));
			buf_i64(b, s->max);
			buf_put(b, STR(" characters"));
		}
		return;
	case KIND_INT:
		buf_put(b, STR("a whole number from "));
		buf_i64(b, s->min);
		buf_put(b, STR(" to "));
		buf_i64(b, s->max);
		return;
	case KIND_BOOL:
		buf_put(b, STR("yes or no"));
		return;
	case KIND_ENUM:
		buf_put(b, STR("one of: "));
		buf_put(b, s->choices);
		return;
	case KIND_ADDR:
		buf_put(b, STR("host:port, [address]:port, or nothing"));
		return;
	case KIND_ASCII:
		buf_put(b, STR("at most "));
		buf_i64(b, s->max);
		buf_put(b, STR(" characters of ASCII"));
		return;
	}
}

static enum err say_fault(struct buf *b, const struct place *at, struct str text)
{
	say_place(b, at);
	buf_put(b, text);
	buf_c(b, '\n');
	return E_INPUT;
}

static bool section_known(struct str section)
{
	for (size_t i = 0; i < SETTINGS_N; i++)
		if (str_eq(settings[i].section, section))
			return true;
	return false;
}

/* The settings of a section stand together in the table. */
static bool opens_section(size_t i)
{
	return i == 0 || !str_eq(settings[i].section, settings[i - 1].section);
}

static enum err say_unknown(struct buf *b, const struct place *at, struct str section,
			    struct str key)
{
	bool known = section_known(section);
	say_place(b, at);
	say_name(b, section, key);
	buf_put(b, known ? STR("no such setting; this section has:")
			 : STR("no such section; there are:"));
	for (size_t i = 0; i < SETTINGS_N; i++) {
		if (known ? !str_eq(settings[i].section, section) : !opens_section(i))
			continue;
		buf_c(b, ' ');
		buf_put(b, known ? settings[i].key : settings[i].section);
	}
	buf_c(b, '\n');
	return E_INPUT;
}

/* Where there is a default something is shown, opened or listened on that cannot be nothing. */
static bool lacks_text(const struct setting *s, struct str value)
{
	return value.n == 0 && s->dflt.n > 0;
}

static enum err say_bad_value(struct buf *b, const struct place *at, const struct setting *s,
			      struct str value)
{
	say_place(b, at);
	say_name(b, s->section, s->key);
	if (utf8_clean(value, false)) {
		buf_put(b, STR("\""));
		buf_put(b, value);
		buf_put(b, STR("\" "));
	}
	buf_put(b, STR("cannot be used; allowed is "));
	say_allowed(b, s);
	if (lacks_text(s, value))
		buf_put(b, STR("; it cannot be left empty"));
	buf_c(b, '\n');
	return E_INPUT;
}

/* --- one setting --- */

static const struct setting *find(struct str section, struct str key)
{
	for (size_t i = 0; i < SETTINGS_N; i++)
		if (str_eq(settings[i].section, section) && str_eq(settings[i].key, key))
			return settings + i;
	return NULL;
}

static bool is_choice(struct str choices, struct str value)
{
	struct str choice;
	while (str_cut(&choices, ' ', &choice))
		if (str_eq(choice, value))
			return true;
	return false;
}

/* What an SMS counts: a character beyond U+FFFF is two. */
static int64_t utf16_units(struct str s)
{
	int64_t n = 0;
	for (int32_t cp; utf8_next(&s, &cp);)
		n += cp > 0xffff ? 2 : 1;
	return n;
}

static bool is_address(struct str value)
{
	struct hostport hp;
	return value.n == 0 || hostport_parse(value, &hp) == OK;
}

static bool is_ascii(struct str value, int64_t max)
{
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < ' ' || value.p[i] > '~')
			return false;
	}
	return (int64_t)value.n <= max;
}

static bool is_text(struct str value, int64_t max)
{
	return utf8_clean(value, false) && (max == 0 || utf16_units(value) <= max);
}

static enum err parse_bool(struct str value, bool *ret)
{
	bool yes = str_eq(value, STR("yes"));
	if (!yes && !str_eq(value, STR("no")))
		return E_INPUT;
	*ret = yes;
	return OK;
}

/* Expected: E_INPUT (then nothing is said yet), E_NOMEM. */
static enum err assign(struct config *c, struct arena *a, const struct setting *s, struct str value)
{
	void *field = (char *)c + s->offset;
	if (lacks_text(s, value))
		return E_INPUT;
	switch (s->kind) {
	case KIND_INT:
		return scan_i64_all(value, s->min, s->max, field) ? OK : E_INPUT;
	case KIND_BOOL:
		return parse_bool(value, field);
	case KIND_ENUM:
		if (!is_choice(s->choices, value))
			return E_INPUT;
		break;
	case KIND_ADDR:
		if (!is_address(value))
			return E_INPUT;
		break;
	case KIND_ASCII:
		if (!is_ascii(value, s->max))
			return E_INPUT;
		break;
	case KIND_STR:
		if (!is_text(value, s->max))
			return E_INPUT;
		break;
	}
	return arena_str(a, value, field);
}

static enum err set_known(struct config *c, struct arena *a, const struct setting *s,
			  struct str value, const struct place *at, struct buf *errors)
{
	enum err e = assign(c, a, s, value);
	return e == E_INPUT ? say_bad_value(errors, at, s, value) : e;
}

enum err config_set(struct config *c, struct arena *a, struct str section, struct str key,
		    struct str value, struct buf *errors)
{
	const struct place here = { 0 };
	const struct setting *s = find(section, key);
	if (!s)
		return say_unknown(errors, &here, section, key);
	return set_known(c, a, s, str_trim(value), &here, errors);
}

void config_default(struct config *c)
{
	for (const struct setting *s = settings; s < settings + SETTINGS_N; s++) {
		void *field = (char *)c + s->offset;
		if (s->kind == KIND_INT)
			*(int64_t *)field = s->dflt_int;
		else if (s->kind == KIND_BOOL)
			*(bool *)field = s->dflt_int;
		else
			*(struct str *)field = s->dflt;
	}
}

/* --- a file --- */

struct loader {
	struct config *c;
	struct arena *a;
	struct buf *errors;
	FILE *file;
	struct place at;
	enum err err;     /* the worst so far: E_NOMEM over E_INPUT */
	bool expects_key; /* the line just given to libinih must come back as a setting */
	int64_t set_on_line[SETTINGS_N]; /* 0: not yet */
};

static void note(struct loader *l, enum err e)
{
	if (e != OK && l->err != E_NOMEM)
		l->err = e;
}

static void note_fault(struct loader *l, struct str text)
{
	note(l, say_fault(l->errors, &l->at, text));
}

static void note_duplicate(struct loader *l, const struct setting *s, int64_t first_line)
{
	say_place(l->errors, &l->at);
	say_name(l->errors, s->section, s->key);
	buf_put(l->errors, STR("set twice; the first time on line "));
	buf_i64(l->errors, first_line);
	buf_c(l->errors, '\n');
	note(l, E_INPUT);
}

/* libinih's handler. Faults are collected, so that it always says "go on". */
static int on_setting(void *arg, const char *section, const char *key, const char *value)
{
	struct loader *l = arg;
	l->expects_key = false;
	const struct setting *s = find(str_c(section), str_c(key));
	if (!s) {
		note(l, say_unknown(l->errors, &l->at, str_c(section), str_c(key)));
		return 1;
	}
	int64_t *first_line = l->set_on_line + (s - settings);
	if (*first_line) {
		note_duplicate(l, s, *first_line);
		return 1;
	}
	*first_line = l->at.line;
	note(l, set_known(l->c, l->a, s, str_trim(str_c(value)), &l->at, l->errors));
	return 1;
}

/* One line into buf without its line feed; false at the end. What has no room or is a NUL is a
 * fault, and the line is then given on empty. */
static bool read_line(struct loader *l, char *line, size_t size, struct str *ret)
{
	size_t n = 0;
	bool too_long = false;
	bool nul = false;
	int c = getc(l->file);
	if (c == EOF)
		return false;
	l->at.line++;
	for (; c != EOF && c != '\n'; c = getc(l->file)) {
		nul |= c == '\0';
		too_long |= n + 2 >= size;
		if (!too_long)
			line[n++] = (char)c;
	}
	if (too_long)
		note_fault(l, STR("the line is too long; at most 198 bytes are allowed"));
	if (nul)
		note_fault(l, STR("there is a NUL byte in the line"));
	*ret = (struct str){ .p = line, .n = too_long || nul ? 0 : n };
	return true;
}

static bool is_section(struct str line)
{
	return str_starts(line, STR("[")) && str_find(line, ']') < line.n;
}

static bool is_comment(struct str line)
{
	return str_starts(line, STR(";")) || str_starts(line, STR("#"));
}

/* libinih tells only the first line that it did not understand: we know them by the handler not
 * called. */
static void settle_last_line(struct loader *l)
{
	if (l->expects_key)
		note_fault(l,
			   STR("not understood; allowed are [section], key = value, and comments "
			       "that begin with ; or #"));
	l->expects_key = false;
}

/* libinih's reader, in the place of fgets(). A byte order mark and carriage returns go with the
 * blanks. */
static char *next_line(char *line, int size, void *arg)
{
	struct loader *l = arg;
	settle_last_line(l);
	struct str raw;
	if (!read_line(l, line, (size_t)size, &raw))
		return NULL;
	struct str text = str_trim(raw);
	l->expects_key = text.n > 0 && !is_section(text) && !is_comment(text);
	memmove(line, text.p, text.n);
	line[text.n] = '\0';
	return line;
}

static enum err load(struct loader *l)
{
	int first_bad = ini_parse_stream(next_line, l, on_setting, l);
	l->at.line = 0;
	if (ferror(l->file))
		note_fault(l, STR("cannot be read to its end"));
	else if (first_bad != 0 && l->err == OK)
		note_fault(l, STR("not understood"));
	return l->err;
}

enum err config_load(struct config *c, struct arena *a, const char *path, struct buf *errors)
{
	struct loader l = { .c = c, .a = a, .errors = errors, .at = { .path = str_c(path) } };
	l.file = fopen(path, "re");
	if (!l.file && errno == ENOENT) {
		say_fault(errors, &l.at, STR("no such file"));
		return E_NOTFOUND;
	}
	if (!l.file)
		return say_fault(errors, &l.at, str_c(strerror(errno)));
	enum err e = load(&l);
	(void)fclose(l.file); /* it was only read */
	return e;
}

/* --- the file with all defaults --- */

static void print_default(struct buf *b, const struct setting *s)
{
	if (s->kind == KIND_INT)
		buf_i64(b, s->dflt_int);
	else if (s->kind == KIND_BOOL)
		buf_put(b, s->dflt_int ? STR("yes") : STR("no"));
	else
		buf_put(b, s->dflt);
}

static void print_setting(struct buf *b, const struct setting *s)
{
	buf_put(b, STR("# "));
	buf_put(b, s->help);
	if (s->kind != KIND_STR || s->max > 0) {
		buf_put(b, STR(" ("));
		say_allowed(b, s);
		buf_c(b, ')');
	}
	buf_c(b, '\n');
	buf_put(b, s->key);
	buf_put(b, STR(" = "));
	print_default(b, s);
	buf_c(b, '\n');
}

void config_print(struct buf *b)
{
	buf_put(b, STR("# Settings of Kabinet; every one is here with its default.\n"
		       "# A line that begins with # or ; is a comment. Behind a value a comment "
		       "begins with\n"
		       "# a space and ;  (so \"a;b\" is a value, and \"a ;b\" is the value \"a\"). "
		       "A # inside a\n"
		       "# value belongs to it. A line has at most 198 bytes. Nothing may be set "
		       "twice.\n"));
	for (size_t i = 0; i < SETTINGS_N; i++) {
		if (opens_section(i)) {
			buf_put(b, STR("\n["));
			buf_put(b, settings[i].section);
			buf_put(b, STR("]\n"));
		}
		print_setting(b, settings + i);
	}
}
