/* One view becomes one C function (a layout two): a table of its fixed pieces in both languages,
 * and code that puts pieces and values one after the other. The markup is followed on the way, so
 * that every value is put in a place where its escaping is right, or refused. */
#include "mkview_gen.h"

static void open_function(struct compiler *c, const char *part)
{
	const char *name = c->v->name.p;

	sb_f(&c->code, "void v_%s%s_(struct out *o, const struct v_%s_args *a)\n{\n", name, part,
	     name);
	sb_f(&c->code, "\tconst struct str *t = t_%s[o->lang];\n\n\t(void)t;\n\t(void)a;\n", name);
}

static bool do_body(struct compiler *c, struct lexer *lx)
{
	if (!c->v->layout || c->closing || c->n_blocks || c->m.at != M_TEXT || c->m.only[0])
		return diag_fail(c->d, "{%% body %%} stands once, in text, outside of blocks");
	c->closing = true;
	flush(c);
	sb_put(&c->code, STR("}\n"));
	open_function(c, "_close");
	c->m.space = false;
	return no_more(c, lx);
}

static bool directive(struct compiler *c, struct str words)
{
	static const struct {
		const char *word;
		bool (*run)(struct compiler *c, struct lexer *lx);
	} known[] = {
		{ "if", do_if },     { "each", do_each }, { "end", do_end },
		{ "call", do_call }, { "icon", do_icon }, { "plural", do_plural },
		{ "body", do_body },
	};
	struct lexer lx;

	if (!lex_start(c->d, &lx, words))
		return false;
	struct token word = lx.now;
	if (lex_is(&lx, "asset"))
		return do_asset(c, gen_trim(lx.rest));
	if (lex_is(&lx, "else") || lex_is(&lx, "elif"))
		return lex_next(c->d, &lx) && do_else(c, &lx, str_eq(word.s, STR("elif")));
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (lex_is(&lx, known[i].word))
			return lex_next(c->d, &lx) && known[i].run(c, &lx);
	return diag_fail(c->d, "'%.*s' is no directive", (int)word.s.n, word.s.p);
}

/* {{ … }}, {% … %} or {# … #} at the start of ${rest}: taken off it. */
static bool marked(struct compiler *c, struct str *rest)
{
	char kind = rest->p[1];
	const char *close = kind == '{' ? "}}" : kind == '%' ? "%}" : "#}";
	const char *end = memmem(rest->p + 2, rest->n - 2, close, 2);

	if (!end)
		return diag_fail(c->d, "'%s' is missing", close);
	struct str words = str_sub(*rest, 2, (size_t)(end - rest->p) - 2);
	*rest = str_sub(*rest, words.n + 4, rest->n);
	if (kind != '#' && !end_run(c))
		return false;
	if (kind == '{' && !put_value(c, words))
		return false;
	if (kind == '%' && !directive(c, words))
		return false;
	c->d->line += gen_lines(words);
	return true;
}

static bool compile_body(struct compiler *c)
{
	struct str rest = str_sub(c->v->source, c->v->body, c->v->source.n);

	while (rest.n) {
		if (rest.n > 1 && rest.p[0] == '{' && memchr("{%#", rest.p[1], 3)) {
			if (!marked(c, &rest))
				return false;
			continue;
		}
		if (!literal(c, rest.p[0]))
			return false;
		c->d->line += rest.p[0] == '\n';
		rest = str_sub(rest, 1, rest.n);
	}
	if (!end_run(c))
		return false;
	if (c->n_blocks)
		return diag_fail(c->d, "the block of line %d has no {%% end %%}",
				 c->blocks[c->n_blocks - 1].line);
	if (c->m.at != M_TEXT || c->m.only[0])
		return diag_fail(c->d, "the file ends inside <%s>", c->m.tag);
	flush(c);
	return true;
}

static bool compile_wrapped(struct compiler *c)
{
	const struct view *to;
	struct sb args = { 0 };
	struct lexer lx;

	c->d->line = c->v->wrap_line;
	if (!lex_start(c->d, &lx, c->v->wrap) || !arguments(c, &lx, &to, &args))
		return false;
	if (!to->layout || c->v->layout)
		return diag_fail(c->d, "%s cannot wrap this", to->name.p);
	start_code(c);
	sb_f(&c->code, "\tconst struct v_%s_args wrap = {%s };\n", to->name.p,
	     args.n ? args.p : "");
	sb_f(&c->code, "\tv_%s_open_(o, &wrap);\n", to->name.p);
	c->d->line = c->v->body_line;
	if (!compile_body(c))
		return false;
	sb_f(&c->code, "\tv_%s_close_(o, &wrap);\n", to->name.p);
	return true;
}

static void write_table(const struct compiler *c, struct sb *out)
{
	static const char *const langs[LANGS] = { "LANG_RU", "LANG_EN" };

	sb_f(out, "\nstatic const struct str t_%s[LANG_N][%zu] = {\n", c->v->name.p,
	     c->n_pieces ? c->n_pieces : 1);
	for (int lang = 0; lang < LANGS; lang++) {
		sb_f(out, "\t[%s] = {\n", langs[lang]);
		for (size_t i = 0; i < c->n_pieces; i++) {
			sb_put(out, STR("\t\t{ "));
			sb_literal(out, c->pieces[i].text[lang], "\t\t  ");
			sb_f(out, ", %zu },\n", c->pieces[i].text[lang].n);
		}
		sb_put(out, STR("\t},\n"));
	}
	sb_put(out, STR("};\n\n"));
}

bool view_compile(struct diag *d, struct project *p, const struct view *v, struct sb *out)
{
	struct compiler c = { .d = d, .p = p, .v = v, .scope.view = v, .m.space = true };

	d->file = v->path;
	d->line = v->body_line;
	open_function(&c, v->layout ? "_open" : "");
	if (!(v->wrap.n ? compile_wrapped(&c) : compile_body(&c)))
		return false;
	write_table(&c, out);
	sb_put(out, sb_str(&c.code));
	sb_put(out, STR("}\n"));
	return true;
}
