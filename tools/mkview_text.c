/* The English texts: pairs of lines in views/en.txt. */
#include "mkview.h"

#include <stdarg.h>
#include <stdio.h>

bool diag_fail(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	if (d->failed)
		return false;
	d->failed = true;
	va_start(ap, fmt);
	vsnprintf(d->text, sizeof d->text, fmt, ap);
	va_end(ap);
	return false;
}

bool is_cyrillic(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0xd0 && (unsigned char)s.p[i] <= 0xd3)
			return true;
	return false;
}

static struct str take_line(struct str *rest)
{
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	size_t n = end ? (size_t)(end - rest->p) : rest->n;
	struct str line = str_sub(*rest, 0, n);

	*rest = str_sub(*rest, n + 1, rest->n);
	return line;
}

static bool take_section(struct diag *d, struct str line, struct str *ret_view)
{
	static const char mark[] = "[view ";
	size_t n = sizeof mark - 1;

	if (line.n <= n + 1 || memcmp(line.p, mark, n) != 0 || line.p[line.n - 1] != ']')
		return diag_fail(d, "a section is written [view home_show]");
	*ret_view = str_sub(line, n, line.n - n - 1);
	return true;
}

static bool same_key(const struct phrase *p, struct str view, struct str ru)
{
	return str_eq(p->view, view) && str_eq(p->ru, ru);
}

static bool add_phrase(struct diag *d, struct phrases *p, struct phrase new)
{
	if (new.en.n == 0)
		return diag_fail(d, "no English under «%.*s»", (int)new.ru.n, new.ru.p);
	if (memchr(new.en.p, '<', new.en.n) || memchr(new.en.p, '"', new.en.n))
		return diag_fail(d, "no markup and no straight quotes in a text");
	for (size_t i = 0; i < p->n; i++)
		if (same_key(&p->v[i], new.view, new.ru))
			return diag_fail(d, "this text is already on line %d", p->v[i].line);
	p->v = gen_grow(p->v, p->n, sizeof *p->v);
	p->v[p->n++] = new;
	return true;
}

bool phrases_parse(struct diag *d, struct str s, struct phrases *ret)
{
	struct phrases p = { 0 };
	struct str view = STR("");

	for (d->line = 1; s.n; d->line++) {
		struct str line = take_line(&s);

		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (line.p[0] == '[') {
			if (!take_section(d, line, &view))
				return false;
			continue;
		}
		struct phrase new = {
			.view = view, .ru = line, .en = take_line(&s), .line = d->line
		};
		if (!add_phrase(d, &p, new))
			return false;
		d->line++;
	}
	*ret = p;
	return true;
}

static struct phrase *find_in(struct phrases *p, struct str view, struct str ru)
{
	for (size_t i = 0; i < p->n; i++)
		if (same_key(&p->v[i], view, ru))
			return &p->v[i];
	return NULL;
}

const struct phrase *phrases_find(struct phrases *p, struct str view, struct str ru)
{
	struct phrase *found = find_in(p, view, ru);

	if (!found)
		found = find_in(p, STR(""), ru);
	if (found)
		found->used = true;
	return found;
}
