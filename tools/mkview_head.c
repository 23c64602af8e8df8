/* The lines before a view's markup: {% view %}, {% include %}, {% wrap %}; and what views.h says of
 * it. */
#include "mkview.h"

static bool starts(struct str s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && memcmp(s.p, with, n) == 0;
}

const struct view *view_find(const struct project *p, struct str name)
{
	for (size_t i = 0; i < p->n_views; i++)
		if (str_eq(p->views[i].name, name))
			return &p->views[i];
	return NULL;
}

struct str asset_url(const struct project *p, struct str name)
{
	for (size_t i = 0; i < p->n_assets; i++)
		if (str_eq(p->assets[i].name, name))
			return p->assets[i].value;
	return STR("");
}

/* home/show.html is home_show; only such names make a C identifier. */
static bool name_of(struct diag *d, struct str file, struct str *ret)
{
	struct sb b = { 0 };

	for (size_t i = 0; i + 5 < file.n; i++) {
		char c = file.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '/')
			return diag_fail(d, "a view's path has small letters, digits and _ only");
		sb_c(&b, c == '/' ? '_' : c);
	}
	*ret = sb_str(&b);
	return true;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* A declaration such as `const struct page *page`: the last word is the name. */
static bool add_param(struct diag *d, struct view *v, struct str s)
{
	struct param p = { .type = s };

	for (size_t i = 0; i < s.n; i++)
		if (!is_word(s.p[i]) && s.p[i] != ' ' && s.p[i] != '*')
			return diag_fail(d,
					 "a parameter is declared like `const struct page *page`");
	while (p.type.n && is_word(p.type.p[p.type.n - 1]))
		p.type.n--;
	p.name = str_sub(s, p.type.n, s.n);
	p.type = gen_trim(p.type);
	if (p.name.n == 0 || p.type.n == 0 || (p.name.p[0] >= '0' && p.name.p[0] <= '9'))
		return diag_fail(d, "a parameter needs a type and a name");
	p.pointer = p.type.p[p.type.n - 1] == '*';
	size_t stars = 0;
	for (size_t i = 0; i < p.type.n; i++)
		stars += p.type.p[i] == '*';
	if (stars > 1 || (stars && (!p.pointer || !starts(p.type, "const struct "))))
		return diag_fail(d, "a pointer is declared like `const struct page *page`");
	p.text = str_eq(p.type, STR("text"));
	if (v->n_params == PARAMS_MAX)
		return diag_fail(d, "more than %d parameters", PARAMS_MAX);
	for (size_t i = 0; i < v->n_params; i++)
		if (str_eq(v->params[i].name, p.name))
			return diag_fail(d, "two parameters of one name");
	v->params[v->n_params++] = p;
	return true;
}

static bool read_params(struct diag *d, struct view *v, struct str s)
{
	while (gen_trim(s).n) {
		const char *comma = memchr(s.p, ',', s.n);
		size_t n = comma ? (size_t)(comma - s.p) : s.n;

		if (!add_param(d, v, gen_trim(str_sub(s, 0, n))))
			return false;
		s = str_sub(s, n + 1, s.n);
	}
	return true;
}

static bool read_view(struct diag *d, struct view *v, struct str s)
{
	if (s.n < v->name.n + 2 || memcmp(s.p, v->name.p, v->name.n) != 0 ||
	    s.p[v->name.n] != '(' || s.p[s.n - 1] != ')')
		return diag_fail(d, "the first line is {%% view %s(…) %%}", v->name.p);
	return read_params(d, v, str_sub(s, v->name.n + 1, s.n - v->name.n - 2));
}

static bool add_include(struct diag *d, struct project *p, struct str s)
{
	if (s.n < 3 || s.p[0] != '"' || memchr(s.p + 1, '"', s.n - 1) != s.p + s.n - 1 ||
	    memchr(s.p, '\\', s.n))
		return diag_fail(d, "write {%% include \"web/view_types.h\" %%}");
	for (size_t i = 0; i < p->n_includes; i++)
		if (str_eq(p->includes[i], s))
			return true;
	p->includes = gen_grow(p->includes, p->n_includes, sizeof *p->includes);
	p->includes[p->n_includes++] = s;
	return true;
}

/* One directive at the start of ${rest}; ${ret_words} is what stands in it. */
static bool take_directive(struct diag *d, struct str *rest, struct str *ret_words)
{
	const char *end = memmem(rest->p, rest->n, "%}", 2);

	if (!end)
		return diag_fail(d, "'%%}' is missing");
	*ret_words = gen_trim(str_sub(*rest, 2, (size_t)(end - rest->p) - 2));
	*rest = str_sub(*rest, (size_t)(end - rest->p) + 2, rest->n);
	return true;
}

static bool read_line(struct diag *d, struct project *p, struct view *v, struct str words,
		      bool first)
{
	if (first != starts(words, "view "))
		return diag_fail(d, "the first line is {%% view %s(…) %%}", v->name.p);
	if (first)
		return read_view(d, v, gen_trim(str_sub(words, 5, words.n)));
	if (starts(words, "include "))
		return add_include(d, p, gen_trim(str_sub(words, 8, words.n)));
	v->wrap = gen_trim(str_sub(words, 5, words.n));
	v->wrap_line = d->line;
	return true;
}

bool view_head(struct diag *d, struct project *p, struct str file, struct view *v)
{
	struct str rest = v->source;
	bool first = true;

	d->file = v->path;
	d->line = 1;
	if (!name_of(d, file, &v->name))
		return false;
	while (first || starts(rest, "{% include ") || starts(rest, "{% wrap ")) {
		const char *from = rest.p;
		struct str words;

		if (first && !starts(rest, "{% view "))
			return diag_fail(d, "the first line is {%% view %s(…) %%}", v->name.p);
		if (!take_directive(d, &rest, &words) || !read_line(d, p, v, words, first))
			return false;
		first = false;
		if (rest.n && rest.p[0] == '\n')
			rest = str_sub(rest, 1, rest.n);
		d->line += gen_lines((struct str){ .p = from, .n = (size_t)(rest.p - from) });
	}
	v->body = (size_t)(rest.p - v->source.p);
	v->body_line = d->line;
	v->layout = memmem(rest.p, rest.n, "{% body %}", 10) != NULL;
	return true;
}

void view_declare(const struct view *v, struct sb *out)
{
	sb_f(out, "\nstruct v_%s_args {\n", v->name.p);
	for (size_t i = 0; i < v->n_params; i++) {
		const struct param *p = &v->params[i];

		sb_f(out, "\t%s%.*s%s%.*s;\n", p->text ? "struct " : "", (int)p->type.n, p->type.p,
		     p->pointer ? "" : " ", (int)p->name.n, p->name.p);
	}
	if (v->layout) {
		sb_f(out, "};\nvoid v_%s_open_(struct out *o, const struct v_%s_args *a);\n",
		     v->name.p, v->name.p);
		sb_f(out, "void v_%s_close_(struct out *o, const struct v_%s_args *a);\n",
		     v->name.p, v->name.p);
		return;
	}
	sb_f(out, "};\nvoid v_%s_(struct out *o, const struct v_%s_args *a);\n", v->name.p,
	     v->name.p);
	sb_f(out, "#define v_%s(o, ...) v_%s_((o), &(struct v_%s_args){ __VA_ARGS__ })\n",
	     v->name.p, v->name.p, v->name.p);
}
