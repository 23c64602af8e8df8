/* Calls of other views, and the arguments of calls and wraps. */
#include "mkview_gen.h"

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

static bool argument_value(struct compiler *c, const struct param *param, struct lexer *lx,
			   struct sb *out)
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
	return param->pointer ? expr_address(c->d, &c->scope, lx, out)
			      : expr_value(c->d, &c->scope, lx, out);
}

/* `name: value`, or `name` alone for `name: name`. */
static bool argument(struct compiler *c, const struct view *to, struct lexer *lx, struct sb *out,
		     unsigned *seen)
{
	struct lexer back = *lx;
	const struct param *param = lx->now.kind == T_NAME ? param_of(to, lx->now.s) : NULL;

	if (!param)
		return diag_fail(c->d, "%s has no parameter '%.*s'", to->name.p, (int)lx->now.s.n,
				 lx->now.s.p);
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
bool arguments(struct compiler *c, struct lexer *lx, const struct view **ret_to, struct sb *out)
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
			return diag_fail(c->d, "%s needs '%.*s'", to->name.p,
					 (int)to->params[i].name.n, to->params[i].name.p);
	*ret_to = to;
	return lex_next(c->d, lx) && no_more(c, lx);
}

bool do_call(struct compiler *c, struct lexer *lx)
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
	sb_f(&c->code, "\tv_%s_(o, &(struct v_%s_args){%s });\n", to->name.p, to->name.p,
	     args.n ? args.p : "");
	c->m.space = false;
	return true;
}
