/* Compiles the templates: mkview [--strict] GENDIR VIEWSDIR reads GENDIR/assets.map and VIEWSDIR:
 * en.txt and all .html; it writes GENDIR/views.h and views.c. --strict: a missing or unused English
 * text is an error.
 *
 * A template begins with its name and what it shows; this one is views/home/show.html:
 *
 *     {% view home_show(const struct page *page, const struct web_home *home) %}
 *     {% include "web/view_types.h" %}             where the types come from
 *     {% wrap layout(page, title: "Главная") %}    optional: put around it, at its {% body %}
 *
 * Parameters are pointers to constant structs, or values: struct str, bool, int64_t, money, text (a
 * literal of another template). From C: v_home_show(o, .page = &page, .home = &home). Then HTML and
 *
 *     {{ home.sum.tariff_name }}     put() by type: escaped; names and dots only
 *     {{ home.sum.due | signed }}    put_signed(); see web/put.h
 *     {% if a.b == SOME_CONST && !c.d %} … {% elif e %} … {% else %} … {% end %}
 *                                    a path that is not compared: given() of web/given.h
 *     {% each op in home.last %} … {% else %} nothing there {% end %}    a struct of v and n
 *     {% call part_field(page, f: reg.family, label: "Фамилия") %}
 *                                    another view; `page` is short for `page: page`
 *     {% icon home %}                a symbol of assets/img/icons.svg; {% icon home s %} is smaller
 *     {% asset css/kabinet.css %}    its address, in href or src
 *     {% plural n "минута" "минуты" "минут" %}    the word that stands with n
 *     {# a comment #}
 *
 * Values are refused in names, outside quotes, in scripts; style and on… attributes, <style>,
 * scripts without src and comments of HTML are refused altogether. In href, src and action a value
 * must be a struct url and stand first, or be {{ x | query }} behind '?', '#' or a path. All
 * branches of a block must end at one place of the markup.
 *
 * Texts: literal text with Cyrillic letters between two tags, values or directives is one text; so
 * is such text in aria-label, alt, title, content and label, and a literal for a `text` parameter.
 * Its English is looked up in en.txt: the Russian (white space squeezed to single spaces, entities
 * as written), on the next line the English. Behind a line [view home_show] texts count for that
 * view only. For plurals: минута|минуты|минут and under it minute|minutes. White space with a line
 * break becomes one line break, other white space one space. */
#include "mkview.h"

#include <stdio.h>

static const char top[] = "/* Made by tools/mkview from views/: do not edit. */\n";

static void stop_if_wrong(const struct diag *d)
{
	if (d->failed)
		gen_die("%.*s:%d: %s", (int)d->file.n, d->file.p, d->line, d->text);
}

static void load_assets(struct project *p, const char *dir)
{
	struct str s = gen_read(gen_path(dir, STR("assets.map")));

	while (s.n) {
		const char *space = memchr(s.p, ' ', s.n);
		const char *end = memchr(s.p, '\n', s.n);

		if (!space || !end || end < space)
			gen_die("%s/assets.map is damaged", dir);
		p->assets = gen_grow(p->assets, p->n_assets, sizeof *p->assets);
		p->assets[p->n_assets++] = (struct pair){
			.name = { .p = s.p, .n = (size_t)(space - s.p) },
			.value = { .p = space + 1, .n = (size_t)(end - space) - 1 },
		};
		s = str_sub(s, (size_t)(end - s.p) + 1, s.n);
	}
}

static void load_phrases(struct diag *d, struct project *p, const char *dir)
{
	const char *path = gen_path(dir, STR("en.txt"));

	d->file = str_c(path);
	phrases_parse(d, gen_read(path), &p->phrases);
	stop_if_wrong(d);
}

static void load_views(struct diag *d, struct project *p, const char *dir)
{
	struct gen_files files = gen_list(dir, STR(".html"));

	p->views = gen_alloc((files.n + 1) * sizeof *p->views);
	for (size_t i = 0; i < files.n; i++) {
		struct view *v = &p->views[i];

		v->path = str_c(gen_path(dir, files.v[i]));
		v->source = gen_read(v->path.p);
		view_head(d, p, files.v[i], v);
		stop_if_wrong(d);
		p->n_views++;
	}
}

static struct str header(const struct project *p)
{
	struct sb b = { 0 };

	sb_f(&b,
	     "%s#ifndef GEN_VIEWS_H\n#define GEN_VIEWS_H\n\n#include \"web/given.h\"\n#include "
	     "\"web/put.h\"\n",
	     top);
	for (size_t i = 0; i < p->n_includes; i++)
		sb_f(&b, "#include %.*s\n", (int)p->includes[i].n, p->includes[i].p);
	for (size_t i = 0; i < p->n_views; i++)
		view_declare(&p->views[i], &b);
	sb_put(&b, STR("\n#endif\n"));
	return sb_str(&b);
}

/* Errors in what stands between the templates' lines are errors of views.c again. */
static void name_own_line(struct sb *b, const char *dir)
{
	int line = 2;

	for (size_t i = 0; i < b->n; i++)
		line += b->p[i] == '\n';
	sb_f(b, "#line %d \"%s/views.c\"\n", line, dir);
}

static struct str source(struct diag *d, struct project *p, const char *dir)
{
	struct sb b = { 0 };

	sb_f(&b, "%s#include \"views.h\"\n", top);
	for (size_t i = 0; i < p->n_views; i++) {
		name_own_line(&b, dir);
		view_compile(d, p, &p->views[i], &b);
		stop_if_wrong(d);
	}
	return sb_str(&b);
}

static int report_unused(const struct project *p, const char *dir)
{
	int n = 0;

	for (size_t i = 0; i < p->phrases.n; i++) {
		const struct phrase *f = &p->phrases.v[i];

		if (f->used)
			continue;
		fprintf(stderr, "%s/en.txt:%d: nobody uses «%.*s»\n", dir, f->line, (int)f->ru.n,
			f->ru.p);
		n++;
	}
	return n;
}

int main(int argc, char **argv)
{
	bool strict = argc == 4 && strcmp(argv[1], "--strict") == 0;
	struct project p = { 0 };
	struct diag d = { 0 };

	if (argc != 3 && !strict)
		gen_die("usage: mkview [--strict] GENDIR VIEWSDIR");
	const char *gen = argv[argc - 2], *views = argv[argc - 1];
	load_assets(&p, gen);
	load_phrases(&d, &p, views);
	load_views(&d, &p, views);
	struct str c = source(&d, &p, gen);
	gen_write(gen, "views.h", header(&p));
	gen_write(gen, "views.c", c);
	if (strict && d.warnings + report_unused(&p, views) > 0)
		return 1;
	return 0;
}
