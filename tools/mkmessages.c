/* Compiles the texts of messages: `mkmessages GENDIR VIEWSDIR` reads VIEWSDIR/sms/<name>.txt and
 * VIEWSDIR/mail/<name>.txt and writes GENDIR/messages.def and messages.c.
 *
 * A file holds one message in both languages:
 *
 *     # Why it is sent.
 *     [ru]
 *     {{ name }}: код для нового пароля {{ code }}. Никому не сообщайте код
 *     [en]
 *     {{ name }}: your code for a new password is {{ code }}. Tell it to nobody
 *
 * The values are those of src/domain/message_value.def; {{ link /c?t= }} is our origin, this path
 * and the token. Lines are joined by a blank. An SMS is one paragraph, and one whose longest
 * rendering needs more than two parts is refused. In a mail the first line of a language is the
 * subject, and empty lines part paragraphs; VIEWSDIR/mail/frame.txt is what stands around them in
 * HTML, with {{ subject }} and {{ body }} where they go. */
#include "gen.h"

#include <stdio.h>

#include "domain/message_args.h"

/* The longest values of the settings that are shown. */
enum {
#define CONF_STR(section, key, dflt, help)
#define CONF_TEXT(section, key, dflt, max, help) section##_##key##_max = (max),
#define CONF_INT(section, key, dflt, min, max, help)
#define CONF_BOOL(section, key, dflt, help)
#define CONF_ENUM(section, key, dflt, choices, help)
#define CONF_ADDR(section, key, dflt, help)
#define CONF_ASCII(section, key, dflt, max, help)
#include "core/config.def"
#undef CONF_STR
#undef CONF_TEXT
#undef CONF_INT
#undef CONF_BOOL
#undef CONF_ENUM
#undef CONF_ADDR
#undef CONF_ASCII
};

static const struct value {
	struct str written;
	const char *kind;
	unsigned needs;
	size_t units_max;
} values[] = {
#define VALUE(written_, kind_, needs_, max)                                                        \
	{ .written = STR(#written_), .kind = #kind_, .needs = (needs_), .units_max = (max) },
#include "domain/message_value.def"
#undef VALUE
};

enum { VALUES = sizeof(values) / sizeof(*values), SMS_PARTS = 2, UNITS_ONE = 70, UNITS_PART = 67 };
enum { SMS, MAIL, KINDS };
enum { RU, EN, LANGS };

static const char *const kind_name[KINDS] = { "sms", "mail" };
static const char *const kind_id[KINDS] = { "OUTBOX_SMS", "OUTBOX_MAIL" };
static const char *const lang_name[LANGS] = { "ru", "en" };
static const char *const lang_id[LANGS] = { "LANG_RU", "LANG_EN" };

/* Where we are in a file, to say what is wrong. */
struct place {
	const char *path;
	int line;
};

struct section {
	struct str text;
	int line;
};

struct file {
	const char *path;
	struct section lang[LANGS];
};

struct form {
	size_t parts; /* of an SMS at most; 0: there is no such form */
	unsigned needs;
	struct sb subject, text, html; /* initialisers of struct message_piece */
};

struct message {
	struct str name;
	struct form forms[KINDS][LANGS];
};

struct messages {
	struct message *v;
	size_t n;
};

_Noreturn static void die_at(struct place at, const char *what, struct str s)
{
	gen_die("%s:%d: %s%s%.*s%s", at.path, at.line, what, s.n ? ": «" : "", (int)s.n, s.p,
		s.n ? "»" : "");
}

/* --- reading ---------------------------------------------------------------- */

static struct str take_line(struct str *rest)
{
	const char *end = memchr(rest->p, '\n', rest->n);
	size_t n = end ? (size_t)(end - rest->p) : rest->n;
	struct str line = str_sub(*rest, 0, n);

	*rest = str_sub(*rest, n + 1, rest->n);
	return line;
}

static struct section *section_of(struct file *f, struct str line)
{
	for (int lang = 0; lang < LANGS; lang++)
		if (line.n == 4 && line.p[0] == '[' && line.p[3] == ']' &&
		    memcmp(line.p + 1, lang_name[lang], 2) == 0)
			return &f->lang[lang];
	return NULL;
}

/* Both languages must be there. */
static struct file read_file(const char *path)
{
	struct file f = { .path = path };
	struct section *now = NULL;
	struct str rest = gen_read(path);
	struct place at = { path, 0 };

	while (rest.n) {
		struct str line = take_line(&rest);
		struct section *next = section_of(&f, line);

		at.line++;
		if (next && next->line)
			die_at(at, "this language stands twice", STR(""));
		if (next) {
			now = next;
			*now = (struct section){ .text = { .p = rest.p }, .line = at.line + 1 };
		} else if (now) {
			now->text.n = (size_t)(line.p + line.n - now->text.p);
		} else if (line.n && line.p[0] != '#') {
			die_at(at, "a comment or [ru] was expected", line);
		}
	}
	for (int lang = 0; lang < LANGS; lang++)
		if (gen_trim(f.lang[lang].text).n == 0)
			die_at(at, "there is no text in", str_c(lang_name[lang]));
	return f;
}

/* --- pieces ----------------------------------------------------------------- */

/* What a stretch of text comes to. */
struct stretch {
	unsigned needs;
	size_t units;
};

static size_t units_of(struct place at, struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' && c != '\n')
			die_at(at, "a control character", STR(""));
		if ((c & 0xc0) != 0x80)
			n += c >= 0xf0 ? 2 : 1;
	}
	return n;
}

static void put_literal(struct sb *out, struct str s)
{
	if (s.n == 0)
		return;
	sb_put(out, STR("\t{ MESSAGE_LITERAL, { "));
	sb_literal(out, s, "\t\t");
	sb_f(out, ", %zu } },\n", s.n);
}

static void put_escaped(struct sb *out, struct str s)
{
	struct sb b = { 0 };

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '&')
			sb_put(&b, STR("&amp;"));
		else if (s.p[i] == '<')
			sb_put(&b, STR("&lt;"));
		else if (s.p[i] == '>')
			sb_put(&b, STR("&gt;"));
		else
			sb_c(&b, s.p[i]);
	}
	put_literal(out, sb_str(&b));
}

static void put_value(struct sb *out, const struct value *v, struct str path)
{
	sb_f(out, "\t{ MESSAGE_%s, { ", v->kind);
	sb_literal(out, path, "\t\t");
	sb_f(out, ", %zu } },\n", path.n);
}

/* {{ link /c?t= }} stands as a link in HTML. */
static void put_value_html(struct sb *out, const struct value *v, struct str path)
{
	if (path.n)
		put_literal(out, STR("<a href=\""));
	put_value(out, v, path);
	if (path.n) {
		put_literal(out, STR("\">"));
		put_value(out, v, path);
		put_literal(out, STR("</a>"));
	}
}

static bool path_plain(struct str path)
{
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] <= ' ' || strchr("\"'<>&\\", path.p[i]) || path.p[i] > '~')
			return false;
	return path.n > 0 && path.p[0] == '/';
}

/* What stands between {{ and }}: a value, and behind link its path. */
static const struct value *find_value(struct place at, struct str inside, struct str *ret_path)
{
	struct str word = inside;

	for (size_t i = 0; i < inside.n && word.n == inside.n; i++)
		if (gen_space(inside.p[i]))
			word.n = i;
	*ret_path = gen_trim(str_sub(inside, word.n, inside.n));
	for (size_t i = 0; i < VALUES; i++) {
		if (!str_eq(values[i].written, word))
			continue;
		bool link = str_eq(word, STR("link"));
		if (link ? !path_plain(*ret_path) : ret_path->n > 0)
			die_at(at, "a link has a path, other values have none", inside);
		return &values[i];
	}
	die_at(at, "there is no such value", inside);
}

/* One paragraph or subject into pieces of plain text and, when wanted, of HTML. */
static struct stretch compile(struct place at, struct str s, struct sb *text, struct sb *html)
{
	struct stretch ret = { 0 };

	while (s.n) {
		const char *open = memmem(s.p, s.n, "{{", 2);
		struct str before = str_sub(s, 0, open ? (size_t)(open - s.p) : s.n);

		put_literal(text, before);
		if (html)
			put_escaped(html, before);
		ret.units += units_of(at, before);
		s = str_sub(s, before.n, s.n);
		if (!open)
			break;
		const char *end = memmem(s.p, s.n, "}}", 2);
		if (!end)
			die_at(at, "{{ is not closed", STR(""));
		struct str path, inside = str_sub(s, 2, (size_t)(end - s.p) - 2);
		const struct value *v = find_value(at, gen_trim(inside), &path);
		put_value(text, v, path);
		if (html)
			put_value_html(html, v, path);
		ret.needs |= v->needs;
		ret.units += v->units_max + path.n;
		s = str_sub(s, inside.n + 4, s.n);
	}
	return ret;
}

/* The next paragraph, its lines joined, and where it begins; empty at the end. */
static struct str take_paragraph(int *next_line, struct str *rest, struct place *ret_at)
{
	struct sb b = { 0 };

	while (rest->n) {
		struct str line = gen_trim(take_line(rest));

		if (line.n && b.n == 0)
			ret_at->line = *next_line;
		++*next_line;
		if (line.n == 0 && b.n)
			break;
		if (line.n && b.n)
			sb_c(&b, ' ');
		sb_put(&b, line);
	}
	return sb_str(&b);
}

/* --- forms ------------------------------------------------------------------ */

static void compile_sms(struct place at, struct str source, struct form *ret)
{
	int next_line = at.line;
	struct str text = take_paragraph(&next_line, &source, &at);

	if (gen_trim(source).n)
		die_at(at, "an SMS is one paragraph", STR(""));
	struct stretch s = compile(at, text, &ret->text, NULL);
	ret->needs = s.needs;
	ret->parts = s.units <= UNITS_ONE ? 1 : (s.units + UNITS_PART - 1) / UNITS_PART;
	if (ret->parts > SMS_PARTS)
		gen_die("%s:%d: up to %zu characters; %d are two parts", at.path, at.line, s.units,
			SMS_PARTS * UNITS_PART);
}

static void compile_body(struct place at, struct str source, struct form *ret, struct sb *html)
{
	bool first = true;
	int next_line = at.line;

	for (;;) {
		struct str p = take_paragraph(&next_line, &source, &at);

		if (p.n == 0)
			break;
		if (!first)
			put_literal(&ret->text, STR("\n\n"));
		put_literal(html, STR("<p>"));
		ret->needs |= compile(at, p, &ret->text, html).needs;
		put_literal(html, STR("</p>\n"));
		first = false;
	}
	if (first)
		die_at(at, "there is a subject and no text", STR(""));
	put_literal(&ret->text, STR("\n"));
}

/* The frame is HTML as it stands; only {{ subject }} and {{ body }} are something else. */
static void compile_frame(const struct section *frame, const struct sb *subject,
			  const struct sb *body, struct sb *out)
{
	static const struct str marks[] = { { "{{ subject }}", 13 }, { "{{ body }}", 10 } };
	const struct sb *parts[] = { subject, body };
	struct str s = gen_trim(frame->text);

	for (int i = 0; i < 2; i++) {
		const char *at = memmem(s.p, s.n, marks[i].p, marks[i].n);

		if (!at)
			gen_die("mail/frame.txt: {{ subject }}, then {{ body }}, once in each");
		put_literal(out, str_sub(s, 0, (size_t)(at - s.p)));
		sb_put(out, sb_str(parts[i]));
		s = str_sub(s, (size_t)(at - s.p) + marks[i].n, s.n);
	}
	put_literal(out, s);
}

static void compile_mail(struct place at, struct str source, const struct section *frame,
			 struct form *ret)
{
	struct sb html_subject = { 0 }, html_body = { 0 };
	struct str subject = gen_trim(take_line(&source));

	ret->parts = 1;
	ret->needs = compile(at, subject, &ret->subject, &html_subject).needs;
	at.line++;
	compile_body(at, source, ret, &html_body);
	compile_frame(frame, &html_subject, &html_body, &ret->html);
}

static void compile_file(const struct file *f, int kind, const struct file *frame,
			 struct message *ret)
{
	for (int lang = 0; lang < LANGS; lang++) {
		struct form *form = &ret->forms[kind][lang];
		struct place at = { f->path, f->lang[lang].line };

		if (kind == SMS)
			compile_sms(at, f->lang[lang].text, form);
		else
			compile_mail(at, f->lang[lang].text, &frame->lang[lang], form);
	}
	if (ret->forms[kind][RU].needs != ret->forms[kind][EN].needs)
		gen_die("%s: the two languages show other values", f->path);
}

static struct message *message_named(struct messages *m, struct str name)
{
	for (size_t i = 0; i < m->n; i++)
		if (str_eq(m->v[i].name, name))
			return &m->v[i];
	m->v = gen_grow(m->v, m->n, sizeof *m->v);
	m->v[m->n] = (struct message){ .name = name };
	return &m->v[m->n++];
}

static struct str name_of(const char *path, struct str file)
{
	struct str name = str_sub(file, 0, file.n - 4);

	for (size_t i = 0; i < name.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", name.p[i]))
			gen_die("%s: a name has small letters, digits and _", path);
	if (name.n == 0 || name.n > 40)
		gen_die("%s: a name has 1 to 40 characters", path);
	return name;
}

static void load(struct messages *m, const char *views, int kind, const struct file *frame)
{
	const char *dir = gen_path(views, str_c(kind_name[kind]));
	struct gen_files files = gen_list(dir, STR(".txt"));

	for (size_t i = 0; i < files.n; i++) {
		const char *path = gen_path(dir, files.v[i]);

		if (kind == MAIL && str_eq(files.v[i], STR("frame.txt")))
			continue;
		struct file f = read_file(path);
		struct message *found = message_named(m, name_of(path, files.v[i]));
		compile_file(&f, kind, frame, found);
	}
}

/* --- writing ---------------------------------------------------------------- */

static void put_id(struct sb *b, struct str name)
{
	sb_put(b, STR("MESSAGE_"));
	for (size_t i = 0; i < name.n; i++)
		sb_c(b, (char)(name.p[i] >= 'a' ? name.p[i] - 32 : name.p[i]));
}

static unsigned needs_of(const struct message *m)
{
	return m->forms[SMS][RU].needs | m->forms[MAIL][RU].needs;
}

static struct str list(const struct messages *m)
{
	struct sb b = { 0 };

	sb_put(&b, STR("/* Made by tools/mkmessages from views/: do not edit.\n"
		       "   MESSAGE(id, name, what must be given). */\n"));
	for (size_t i = 0; i < m->n; i++) {
		sb_put(&b, STR("MESSAGE("));
		put_id(&b, m->v[i].name);
		sb_f(&b, ", \"%.*s\", %u)\n", (int)m->v[i].name.n, m->v[i].name.p,
		     needs_of(&m->v[i]));
	}
	return sb_str(&b);
}

static void put_pieces(struct sb *b, const char *prefix, const char *what, const struct sb *pieces)
{
	if (pieces->n)
		sb_f(b, "static const struct message_piece %s_%s[] = {\n%s};\n", prefix, what,
		     pieces->p);
}

static void put_slot(struct sb *b, const char *prefix, const char *what, const struct sb *pieces)
{
	if (pieces->n)
		sb_f(b, "\t\t.%s = { %s_%s, sizeof(%s_%s) / sizeof(%s_%s[0]) },\n", what, prefix,
		     what, prefix, what, prefix, what);
}

static void put_form(const struct message *m, int kind, int lang, struct sb *arrays,
		     struct sb *table)
{
	const struct form *f = &m->forms[kind][lang];
	struct sb prefix = { 0 };

	if (f->parts == 0)
		return;
	sb_f(&prefix, "%s_%.*s_%s", kind_name[kind], (int)m->name.n, m->name.p, lang_name[lang]);
	put_pieces(arrays, prefix.p, "subject", &f->subject);
	put_pieces(arrays, prefix.p, "text", &f->text);
	put_pieces(arrays, prefix.p, "html", &f->html);
	sb_put(table, STR("\t["));
	put_id(table, m->name);
	sb_f(table, "][%s][%s] = {\n\t\t.parts_max = %zu,\n", kind_id[kind], lang_id[lang],
	     f->parts);
	put_slot(table, prefix.p, "subject", &f->subject);
	put_slot(table, prefix.p, "text", &f->text);
	put_slot(table, prefix.p, "html", &f->html);
	sb_put(table, STR("\t},\n"));
}

static struct str source(const struct messages *m)
{
	struct sb b = { 0 }, table = { 0 };

	sb_put(&b, STR("/* Made by tools/mkmessages from views/: do not edit. */\n"
		       "#include \"domain/outbox_text.h\"\n\n"));
	for (size_t i = 0; i < m->n; i++)
		for (int kind = 0; kind < KINDS; kind++)
			for (int lang = 0; lang < LANGS; lang++)
				put_form(&m->v[i], kind, lang, &b, &table);
	sb_f(&b,
	     "\nstatic const struct message_form forms[MESSAGE_N][OUTBOX_KIND_N][LANG_N] = {\n%s};"
	     "\n\nconst struct message_form *message_form(enum message_id id, enum outbox_kind "
	     "kind,"
	     "\n\t\t\t\t\tenum lang lang)\n{\n"
	     "\tconst struct message_form *f = &forms[id][kind][lang];\n"
	     "\treturn f->parts_max ? f : NULL;\n}\n",
	     table.p ? table.p : "");
	return sb_str(&b);
}

int main(int argc, char **argv)
{
	struct messages m = { 0 };

	if (argc != 3)
		gen_die("usage: mkmessages GENDIR VIEWSDIR");
	struct file frame = read_file(gen_path(argv[2], STR("mail/frame.txt")));
	load(&m, argv[2], SMS, &frame);
	load(&m, argv[2], MAIL, &frame);
	gen_write(argv[1], "messages.def", list(&m));
	gen_write(argv[1], "messages.c", source(&m));
	return 0;
}
