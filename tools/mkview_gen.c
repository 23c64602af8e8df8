/* One view becomes one C function (a layout two): a table of its fixed pieces in both languages, and code that
 * puts pieces and values one after the other. The markup is followed on the way, so that every value is put in a
 * place where its escaping is right, or refused. */
#include "mkview.h"

#include <stdio.h>

struct piece {
	struct str text[LANGS];
};

enum block_kind { BLOCK_IF, BLOCK_EACH };

struct block {
	enum block_kind kind;
	int line;
	bool has_else;
	bool joined;          /* `end` holds where earlier branches led to */
	struct markup before; /* where the block began, */
	struct markup end;    /* and where its finished branches lead */
	struct str list;      /* of BLOCK_EACH: the C path of the list */
};

struct compiler {
	struct diag *d;
	struct project *p;
	const struct view *v;
	struct scope scope;
	struct markup m;
	struct block blocks[DEPTH_MAX];
	size_t n_blocks;
	struct piece *pieces;
	size_t n_pieces;
	struct sb pending[LANGS]; /* fixed text not yet in a piece */
	struct sb run;            /* literal text of one stretch, as written */
	struct sb code;
	bool closing;  /* behind {% body %} */
};

/* --- fixed text ------------------------------------------------------------ */

static void write_both(struct compiler *c, struct str s)
{
	sb_put(&c->pending[LANG_RUSSIAN], s);
	sb_put(&c->pending[LANG_ENGLISH], s);
}

static size_t add_piece(struct compiler *c, struct piece piece)
{
	c->pieces = gen_grow(c->pieces, c->n_pieces, sizeof *c->pieces);
	c->pieces[c->n_pieces] = piece;
	return c->n_pieces++;
}

static size_t share_piece(struct compiler *c, struct piece piece)
{
	for (size_t i = 0; i < c->n_pieces; i++)
		if (str_eq(c->pieces[i].text[0], piece.text[0]) && str_eq(c->pieces[i].text[1], piece.text[1]))
			return i;
	return add_piece(c, piece);
}

static void flush(struct compiler *c)
{
	if (c->pending[0].n == 0 && c->pending[1].n == 0)
		return;
	struct piece piece = { { sb_str(&c->pending[0]), sb_str(&c->pending[1]) } };
	sb_f(&c->code, "\tput_raw(o, t[%zu]);\n", share_piece(c, piece));
	c->pending[0] = c->pending[1] = (struct sb){ 0 };
}

/* Fixed text before, and the C that follows belongs to this line of the template. */
static void start_code(struct compiler *c)
{
	flush(c);
	sb_f(&c->code, "#line %d \"%s\"\n", c->d->line, c->v->path.p);
}

static struct str english(struct compiler *c, struct str ru)
{
	if (!is_cyrillic(ru))
		return ru;
	const struct phrase *found = phrases_find(&c->p->phrases, c->v->name, ru);
	if (found)
		return found->en;
	c->d->warnings++;
	if (!c->d->quiet)
		fprintf(stderr, "%s:%d: no English for «%.*s»\n", c->v->path.p, c->d->line, (int)ru.n, ru.p);
	return ru;
}

static bool is_space(char ch)
{
	return ch == ' ' || ch == '\n' || ch == '\t';
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
		if (!is_space(s.p[i]))
			sb_c(&b, s.p[i]);
		else if (!is_space(s.p[i - 1]))
			sb_c(&b, ' ');
	return sb_str(&b);
}

/* The literal text since the last tag, value or directive: one text for the translator. */
static bool end_run(struct compiler *c)
{
	struct str s = sb_str(&c->run);
	size_t from = 0, to = s.n;

	c->run = (struct sb){ 0 };
	while (from < to && is_space(s.p[from]))
		from++;
	while (to > from && is_space(s.p[to - 1]))
		to--;
	write_edge(c, str_sub(s, 0, from));
	struct str core = squeeze(str_sub(s, from, to - from));
	if (core.n == 0)
		return true;
	if (is_cyrillic(core) && !markup_translates(&c->m))
		return diag_fail(c->d, "texts in the attribute %s are not translated", c->m.attr);
	sb_put(&c->pending[LANG_RUSSIAN], core);
	sb_put(&c->pending[LANG_ENGLISH], english(c, core));
	if (c->m.at == M_TEXT)
		c->m.space = false;
	write_edge(c, str_sub(s, to, s.n));
	return true;
}

static bool literal(struct compiler *c, char ch)
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
	bool idle = is_space(ch) && c->m.at == M_TAG;
	if (!idle)
		write_both(c, is_space(ch) ? STR(" ") : (struct str){ .p = &ch, .n = 1 });
	return markup_feed(c->d, &c->m, ch);
}

/* --- values ---------------------------------------------------------------- */

static bool check_url(struct compiler *c, bool query)
{
	struct markup *m = &c->m;

	if (query && (!m->url_path || m->space))
		return diag_fail(c->d, "%s: | query comes after '?', '#' or a path that begins with '/'", m->attr);
	if (!query && m->url_some)
		return diag_fail(c->d, "%s: a value inside an address is written {{ x | query }}", m->attr);
	m->url_some = true;
	return true;
}

static bool check_place(struct compiler *c)
{
	if (c->m.at == M_VALUE || (c->m.at == M_TEXT && strcmp(c->m.only, "script") != 0))
		return true;
	return diag_fail(c->d, "a value has its place in text and in quoted attribute values only");
}

static bool no_more(struct compiler *c, struct lexer *lx)
{
	if (lx->now.kind == T_END)
		return true;
	return diag_fail(c->d, "'%.*s' is too much here", (int)lx->now.s.n, lx->now.s.p);
}

static bool put_value(struct compiler *c, struct str words)
{
	struct lexer lx;
	struct sb value = { 0 };
	struct str format = STR("");

	if (!check_place(c) || !lex_start(c->d, &lx, words) || !expr_value(c->d, &c->scope, &lx, &value))
		return false;
	if (lex_is(&lx, "|")) {
		if (!lex_next(c->d, &lx))
			return false;
		format = lx.now.s;
		if (lx.now.kind != T_NAME || !lex_next(c->d, &lx))
			return diag_fail(c->d, "the name of a format is wanted after '|'");
	}
	if (!no_more(c, &lx))
		return false;
	bool url = c->m.at == M_VALUE && c->m.url;
	if (url && !check_url(c, str_eq(format, STR("query"))))
		return false;
	c->m.space = false;
	start_code(c);
	if (url && format.n == 0)
		format = STR("url");
	sb_f(&c->code, "\tput%s%.*s(o, %s);\n", format.n ? "_" : "", (int)format.n, format.p, value.p);
	return true;
}

/* --- calls ----------------------------------------------------------------- */

static const struct param *param_of(const struct view *v, struct str name)
{
	for (size_t i = 0; i < v->n_params; i++)
		if (str_eq(v->params[i].name, name))
			return &v->params[i];
	return NULL;
}

static bool text_argument(struct compiler *c, struct str s, struct sb *out)
{
	if (memchr(s.p, '<', s.n) || memchr(s.p, '>', s.n))
		return diag_fail(c->d, "no markup in a text");
	struct piece piece = { { s, english(c, s) } };
	sb_f(out, "{ t[%zu] }", share_piece(c, piece));
	return true;
}

static bool argument_value(struct compiler *c, const struct param *param, struct lexer *lx, struct sb *out)
{
	struct token t = lx->now;

	if (t.kind == T_STRING && param->text)
		return text_argument(c, t.s, out) && lex_next(c->d, lx);
	if (t.kind == T_STRING)
		return diag_fail(c->d, "only parameters of the type text take a literal");
	if (t.kind == T_NUMBER || (t.kind == T_NAME && !expr_known(&c->scope, t.s))) {
		if (param->text || param->pointer)
			return diag_fail(c->d, "'%.*s' is not known here", (int)t.s.n, t.s.p);
		sb_put(out, t.s);
		return lex_next(c->d, lx);
	}
	return param->pointer ? expr_address(c->d, &c->scope, lx, out) : expr_value(c->d, &c->scope, lx, out);
}

/* `name: value`, or `name` alone for `name: name`. */
static bool argument(struct compiler *c, const struct view *to, struct lexer *lx, struct sb *out, unsigned *seen)
{
	struct lexer back = *lx;
	const struct param *param = lx->now.kind == T_NAME ? param_of(to, lx->now.s) : NULL;

	if (!param)
		return diag_fail(c->d, "%s has no parameter '%.*s'", to->name.p, (int)lx->now.s.n, lx->now.s.p);
	unsigned bit = 1u << (param - to->params);
	if (*seen & bit)
		return diag_fail(c->d, "'%.*s' is given twice", (int)param->name.n, param->name.p);
	*seen |= bit;
	if (!lex_next(c->d, lx))
		return false;
	if (!lex_is(lx, ":"))
		*lx = back;
	else if (!lex_next(c->d, lx))
		return false;
	sb_f(out, " .%.*s = ", (int)param->name.n, param->name.p);
	if (!argument_value(c, param, lx, out))
		return false;
	sb_c(out, ',');
	return true;
}

/* The view that ${lx} names and its arguments as initialisers. */
static bool arguments(struct compiler *c, struct lexer *lx, const struct view **ret_to, struct sb *out)
{
	const struct view *to = lx->now.kind == T_NAME ? view_find(c->p, lx->now.s) : NULL;
	unsigned seen = 0;

	if (!to)
		return diag_fail(c->d, "there is no view '%.*s'", (int)lx->now.s.n, lx->now.s.p);
	if (!lex_next(c->d, lx) || !lex_want(c->d, lx, "("))
		return false;
	while (!lex_is(lx, ")")) {
		if (seen && !lex_want(c->d, lx, ","))
			return false;
		if (!argument(c, to, lx, out, &seen))
			return false;
	}
	for (size_t i = 0; i < to->n_params; i++)
		if (to->params[i].pointer && !(seen & 1u << i))
			return diag_fail(c->d, "%s needs '%.*s'", to->name.p, (int)to->params[i].name.n,
					 to->params[i].name.p);
	*ret_to = to;
	return lex_next(c->d, lx) && no_more(c, lx);
}

static bool do_call(struct compiler *c, struct lexer *lx)
{
	const struct view *to;
	struct sb args = { 0 };

	if (c->m.at != M_TEXT || c->m.only[0])
		return diag_fail(c->d, "a view may be called in text only");
	if (!arguments(c, lx, &to, &args))
		return false;
	if (to->layout)
		return diag_fail(c->d, "%s has a body: use {%% wrap %%}", to->name.p);
	start_code(c);
	sb_f(&c->code, "\tv_%s_(o, &(struct v_%s_args){%s });\n", to->name.p, to->name.p, args.n ? args.p : "");
	c->m.space = false;
	return true;
}

/* --- blocks ---------------------------------------------------------------- */

static bool push_block(struct compiler *c, enum block_kind kind)
{
	if (c->n_blocks == DEPTH_MAX)
		return diag_fail(c->d, "blocks are nested too deeply");
	if (!markup_pause(c->d, &c->m))
		return false;
	c->blocks[c->n_blocks++] = (struct block){ .kind = kind, .line = c->d->line, .before = c->m };
	return true;
}

static bool end_branch(struct compiler *c, struct block *b)
{
	if (!markup_pause(c->d, &c->m))
		return false;
	if (!b->joined)
		b->end = c->m;
	else if (!markup_join(&b->end, &c->m))
		return diag_fail(c->d, "the branches of the block of line %d end at different places of the markup",
				 b->line);
	b->joined = true;
	return true;
}

static bool condition(struct compiler *c, struct lexer *lx, const char *before)
{
	struct sb truth = { 0 };

	if (!expr_truth(c->d, &c->scope, lx, &truth) || !no_more(c, lx))
		return false;
	start_code(c);
	sb_f(&c->code, "\t%sif (%s) {\n", before, truth.p);
	return true;
}

static bool do_if(struct compiler *c, struct lexer *lx)
{
	return push_block(c, BLOCK_IF) && condition(c, lx, "");
}

static bool is_free_name(const struct compiler *c, struct token t)
{
	return t.kind == T_NAME && !expr_known(&c->scope, t.s);
}

static bool do_each(struct compiler *c, struct lexer *lx)
{
	struct token name = lx->now;
	struct sb list = { 0 };

	if (c->m.at == M_VALUE && c->m.url)
		return diag_fail(c->d, "no loops inside of an address");
	if (!is_free_name(c, name))
		return diag_fail(c->d, "a new name is wanted here: {%% each op in home.ops %%}");
	if (!lex_next(c->d, lx) || !lex_want(c->d, lx, "in") || !expr_value(c->d, &c->scope, lx, &list) ||
	    !no_more(c, lx) || !push_block(c, BLOCK_EACH))
		return false;
	start_code(c);
	size_t depth = c->scope.n_loops;
	int n = (int)name.s.n;
	sb_f(&c->code, "\tfor (size_t i%zu = 0; i%zu < (%s).n; i%zu++) {", depth, depth, list.p, depth);
	sb_f(&c->code, " __auto_type %.*s_ = &(%s).v[i%zu]; (void)%.*s_;\n", n, name.s.p, list.p, depth, n,
	     name.s.p);
	c->blocks[c->n_blocks - 1].list = sb_str(&list);
	c->scope.loops[c->scope.n_loops++] = name.s;
	c->m.space = false; /* the second turn follows the first one's end */
	return true;
}

static bool do_else(struct compiler *c, struct lexer *lx, bool elif)
{
	struct block *b = c->n_blocks ? &c->blocks[c->n_blocks - 1] : NULL;

	if (!b || b->has_else || (elif && b->kind != BLOCK_IF))
		return diag_fail(c->d, "nothing to be else of");
	if (!end_branch(c, b))
		return false;
	flush(c);
	c->m = b->before;
	if (elif)
		return condition(c, lx, "} else ");
	b->has_else = true;
	start_code(c);
	if (b->kind == BLOCK_IF) {
		sb_put(&c->code, STR("\t} else {\n"));
	} else {
		c->scope.n_loops--;
		sb_f(&c->code, "\t} if ((%s).n == 0) {\n", b->list.p);
	}
	return no_more(c, lx);
}

static bool do_end(struct compiler *c, struct lexer *lx)
{
	struct block *b = c->n_blocks ? &c->blocks[c->n_blocks - 1] : NULL;

	if (!b)
		return diag_fail(c->d, "nothing to end here");
	if (!end_branch(c, b))
		return false;
	flush(c);
	/* Without else, and for a list that may be empty, the way past the block counts too. */
	c->m = b->before;
	if (!b->has_else && !end_branch(c, b))
		return false;
	if (b->kind == BLOCK_EACH && !b->has_else)
		c->scope.n_loops--;
	c->m = b->end;
	c->n_blocks--;
	start_code(c);
	sb_put(&c->code, STR("\t}\n"));
	return no_more(c, lx);
}

/* --- the other directives -------------------------------------------------- */

static bool do_icon(struct compiler *c, struct lexer *lx)
{
	struct sb name = { 0 };

	sb_f(&name, "img/icons.svg#%.*s", (int)lx->now.s.n, lx->now.s.p);
	struct str url = asset_url(c->p, sb_str(&name));
	if (lx->now.kind != T_NAME || url.n == 0)
		return diag_fail(c->d, "img/icons.svg has no symbol '%.*s'", (int)lx->now.s.n, lx->now.s.p);
	if (c->m.at != M_TEXT || c->m.only[0])
		return diag_fail(c->d, "an icon has its place in text only");
	if (!lex_next(c->d, lx))
		return false;
	bool small = lex_is(lx, "s");
	if (small && !lex_next(c->d, lx))
		return false;
	write_both(c, small ? STR("<svg class=\"i s\" width=\"20\" height=\"20\"") :
			      STR("<svg class=\"i\" width=\"24\" height=\"24\""));
	write_both(c, STR(" aria-hidden=\"true\"><use href=\""));
	write_both(c, url);
	write_both(c, STR("\"/></svg>"));
	c->m.space = false;
	return no_more(c, lx);
}

static bool do_asset(struct compiler *c, struct str name)
{
	struct str url = asset_url(c->p, name);

	if (url.n == 0)
		return diag_fail(c->d, "there is no asset '%.*s'", (int)name.n, name.p);
	if (c->m.at != M_VALUE || !c->m.url || c->m.url_some)
		return diag_fail(c->d, "an asset's address has its place in href or src only");
	write_both(c, url);
	c->m.url_some = true;
	return true;
}

static bool plural_english(struct compiler *c, const struct str ru[3], struct str ret[3])
{
	struct sb key = { 0 };

	sb_f(&key, "%.*s|%.*s|%.*s", (int)ru[0].n, ru[0].p, (int)ru[1].n, ru[1].p, (int)ru[2].n, ru[2].p);
	struct str both = english(c, sb_str(&key));
	const char *bar = memchr(both.p, '|', both.n);
	if (!bar)
		return diag_fail(c->d, "English needs two forms here: minute|minutes");
	ret[0] = str_sub(both, 0, (size_t)(bar - both.p));
	ret[1] = ret[2] = str_sub(both, ret[0].n + 1, both.n);
	return true;
}

static bool do_plural(struct compiler *c, struct lexer *lx)
{
	struct sb number = { 0 };
	struct str ru[3], en[3];

	if (!check_place(c) || (c->m.at == M_VALUE && c->m.url))
		return diag_fail(c->d, "a plural has its place in text only");
	if (!expr_value(c->d, &c->scope, lx, &number))
		return false;
	for (int i = 0; i < 3; i++) {
		if (lx->now.kind != T_STRING || memchr(lx->now.s.p, '<', lx->now.s.n))
			return diag_fail(c->d, "three forms are wanted: \"минута\" \"минуты\" \"минут\"");
		ru[i] = lx->now.s;
		if (!lex_next(c->d, lx))
			return false;
	}
	if (!no_more(c, lx) || !plural_english(c, ru, en))
		return false;
	start_code(c);
	size_t first = add_piece(c, (struct piece){ { ru[0], en[0] } });
	add_piece(c, (struct piece){ { ru[1], en[1] } });
	add_piece(c, (struct piece){ { ru[2], en[2] } });
	sb_f(&c->code, "\tput_raw(o, t[%zu + (size_t)plural_form(o->lang, (int64_t)%s)]);\n", first, number.p);
	c->m.space = false;
	return true;
}

static void open_function(struct compiler *c, const char *part)
{
	const char *name = c->v->name.p;

	sb_f(&c->code, "void v_%s%s_(struct out *o, const struct v_%s_args *a)\n{\n", name, part, name);
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
		{ "if", do_if },     { "each", do_each },     { "end", do_end },   { "call", do_call },
		{ "icon", do_icon }, { "plural", do_plural }, { "body", do_body },
	};
	struct lexer lx;

	if (!lex_start(c->d, &lx, words))
		return false;
	struct token word = lx.now;
	if (lex_is(&lx, "asset")) {
		struct str rest = lx.rest;
		while (rest.n && is_space(rest.p[0]))
			rest = str_sub(rest, 1, rest.n);
		while (rest.n && is_space(rest.p[rest.n - 1]))
			rest.n--;
		return do_asset(c, rest);
	}
	if (lex_is(&lx, "else") || lex_is(&lx, "elif"))
		return lex_next(c->d, &lx) && do_else(c, &lx, str_eq(word.s, STR("elif")));
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (lex_is(&lx, known[i].word))
			return lex_next(c->d, &lx) && known[i].run(c, &lx);
	return diag_fail(c->d, "'%.*s' is no directive", (int)word.s.n, word.s.p);
}

/* --- the whole view -------------------------------------------------------- */

static int lines_in(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
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
	c->d->line += lines_in(words);
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
		return diag_fail(c->d, "the block of line %d has no {%% end %%}", c->blocks[c->n_blocks - 1].line);
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
	sb_f(&c->code, "\tconst struct v_%s_args wrap = {%s };\n", to->name.p, args.n ? args.p : "");
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

	sb_f(out, "\nstatic const struct str t_%s[LANG_N][%zu] = {\n", c->v->name.p, c->n_pieces ? c->n_pieces : 1);
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
