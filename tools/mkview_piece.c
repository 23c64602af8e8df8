/* Fixed text: the pieces of a view in both languages, white space squeezed, English looked up. */
#include "mkview_gen.h"

#include <stdio.h>

void write_both(struct compiler *c, struct str s)
{
	sb_put(&c->pending[LANG_RUSSIAN], s);
	sb_put(&c->pending[LANG_ENGLISH], s);
}

size_t add_piece(struct compiler *c, struct piece piece)
{
	c->pieces = gen_grow(c->pieces, c->n_pieces, sizeof *c->pieces);
	c->pieces[c->n_pieces] = piece;
	return c->n_pieces++;
}

size_t share_piece(struct compiler *c, struct piece piece)
{
	for (size_t i = 0; i < c->n_pieces; i++)
		if (str_eq(c->pieces[i].text[0], piece.text[0]) &&
		    str_eq(c->pieces[i].text[1], piece.text[1]))
			return i;
	return add_piece(c, piece);
}

void flush(struct compiler *c)
{
	if (c->pending[0].n == 0 && c->pending[1].n == 0)
		return;
	struct piece piece = { { sb_str(&c->pending[0]), sb_str(&c->pending[1]) } };
	sb_f(&c->code, "\tput_raw(o, t[%zu]);\n", share_piece(c, piece));
	c->pending[0] = c->pending[1] = (struct sb){ 0 };
}

/* Fixed text before, and the C that follows belongs to this line of the template. */
void start_code(struct compiler *c)
{
	flush(c);
	sb_f(&c->code, "#line %d \"%s\"\n", c->d->line, c->v->path.p);
}

struct str english(struct compiler *c, struct str ru)
{
	if (!is_cyrillic(ru))
		return ru;
	const struct phrase *found = phrases_find(&c->p->phrases, c->v->name, ru);
	if (found)
		return found->en;
	c->d->warnings++;
	if (!c->d->quiet)
		fprintf(stderr, "%s:%d: no English for «%.*s»\n", c->v->path.p, c->d->line,
			(int)ru.n, ru.p);
	return ru;
}

/* White space at an edge of a stretch becomes one byte, none after other white space. */
static void write_edge(struct compiler *c, struct str space)
{
	if (space.n == 0 || (c->m.at == M_TEXT && c->m.space))
		return;
	write_both(c, memchr(space.p, '\n', space.n) ? STR("\n") : STR(" "));
	if (c->m.at == M_TEXT)
		c->m.space = true;
}

static struct str squeeze(struct str s)
{
	struct sb b = { 0 };

	for (size_t i = 0; i < s.n; i++)
		if (!gen_space(s.p[i]))
			sb_c(&b, s.p[i]);
		else if (!gen_space(s.p[i - 1]))
			sb_c(&b, ' ');
	return sb_str(&b);
}

/* The literal text since the last tag, value or directive: one text for the translator. */
bool end_run(struct compiler *c)
{
	struct str s = sb_str(&c->run);
	struct str inner = gen_trim(s);
	size_t before = (size_t)(inner.p - s.p);

	c->run = (struct sb){ 0 };
	write_edge(c, str_sub(s, 0, before));
	struct str core = squeeze(inner);
	if (core.n == 0)
		return true;
	if (is_cyrillic(core) && !markup_translates(&c->m))
		return diag_fail(c->d, "texts in the attribute %s are not translated", c->m.attr);
	sb_put(&c->pending[LANG_RUSSIAN], core);
	sb_put(&c->pending[LANG_ENGLISH], english(c, core));
	if (c->m.at == M_TEXT)
		c->m.space = false;
	write_edge(c, str_sub(s, before + inner.n, s.n));
	return true;
}

bool literal(struct compiler *c, char ch)
{
	bool inside = (c->m.at == M_TEXT && ch != '<') || (c->m.at == M_VALUE && ch != '"');

	if ((unsigned char)ch < ' ' && ch != '\n' && ch != '\t')
		return diag_fail(c->d, "a control character");
	if (inside) {
		sb_c(&c->run, ch);
		return markup_feed(c->d, &c->m, ch);
	}
	if (!end_run(c))
		return false;
	bool idle = gen_space(ch) && c->m.at == M_TAG;
	if (!idle)
		write_both(c, gen_space(ch) ? STR(" ") : (struct str){ .p = &ch, .n = 1 });
	return markup_feed(c->d, &c->m, ch);
}
