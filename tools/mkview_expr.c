/* Tokens, paths and conditions: what stands between {{ }} and {% %} becomes C. A path is names and
 * dots; the compiler of C checks whether such members exist, and says so in the template's line. */
#include "mkview.h"

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t span(struct str s, bool digits_only)
{
	size_t n = 0;

	while (n < s.n && (is_digit(s.p[n]) || (!digits_only && is_alpha(s.p[n]))))
		n++;
	return n;
}

static size_t sign_length(struct str s)
{
	static const char *const two[] = { "==", "!=", "<=", ">=", "&&", "||" };

	for (size_t i = 0; s.n >= 2 && i < sizeof two / sizeof *two; i++)
		if (memcmp(s.p, two[i], 2) == 0)
			return 2;
	return memchr(".,:|()!<>", s.p[0], 9) ? 1 : 0;
}

static bool lex_string(struct diag *d, struct lexer *lx)
{
	const char *end = memchr(lx->rest.p + 1, '"', lx->rest.n - 1);

	if (!end)
		return diag_fail(d, "a quote is missing");
	size_t n = (size_t)(end - lx->rest.p) - 1;
	lx->now = (struct token){ .kind = T_STRING, .s = str_sub(lx->rest, 1, n) };
	lx->rest = str_sub(lx->rest, n + 2, lx->rest.n);
	return true;
}

bool lex_next(struct diag *d, struct lexer *lx)
{
	while (lx->rest.n && gen_space(lx->rest.p[0]))
		lx->rest = str_sub(lx->rest, 1, lx->rest.n);
	lx->now = (struct token){ .kind = T_END, .s = str_sub(lx->rest, 0, 0) };
	if (lx->rest.n == 0)
		return true;
	if (lx->rest.p[0] == '"')
		return lex_string(d, lx);
	size_t n = sign_length(lx->rest);
	enum token_kind kind = T_SIGN;
	if (!n) {
		kind = is_digit(lx->rest.p[0]) ? T_NUMBER : T_NAME;
		n = span(lx->rest, kind == T_NUMBER);
	}
	if (!n)
		return diag_fail(d, "'%.*s' is not understood here", (int)lx->rest.n, lx->rest.p);
	lx->now = (struct token){ .kind = kind, .s = str_sub(lx->rest, 0, n) };
	lx->rest = str_sub(lx->rest, n, lx->rest.n);
	return true;
}

bool lex_start(struct diag *d, struct lexer *lx, struct str s)
{
	lx->rest = s;
	return lex_next(d, lx);
}

bool lex_is(const struct lexer *lx, const char *s)
{
	return (lx->now.kind == T_NAME || lx->now.kind == T_SIGN) && str_eq(lx->now.s, str_c(s));
}

bool lex_want(struct diag *d, struct lexer *lx, const char *s)
{
	if (!lex_is(lx, s))
		return diag_fail(d, "'%s' is wanted here, not '%.*s'", s, (int)lx->now.s.n,
				 lx->now.s.p);
	return lex_next(d, lx);
}

static const struct param *find_param(const struct scope *sc, struct str name)
{
	for (size_t i = 0; i < sc->view->n_params; i++)
		if (str_eq(sc->view->params[i].name, name))
			return &sc->view->params[i];
	return NULL;
}

static bool is_loop(const struct scope *sc, struct str name)
{
	for (size_t i = 0; i < sc->n_loops; i++)
		if (str_eq(sc->loops[i], name))
			return true;
	return false;
}

bool expr_known(const struct scope *sc, struct str name)
{
	return find_param(sc, name) || is_loop(sc, name);
}

/* The path ahead as C; ${ret_pointer}: it is a lone name that holds a pointer. */
static bool path(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out,
		 bool *ret_pointer)
{
	struct str name = lx->now.s;
	const struct param *param = lx->now.kind == T_NAME ? find_param(sc, name) : NULL;
	bool loop = lx->now.kind == T_NAME && is_loop(sc, name);
	bool pointer = loop || (param && param->pointer);

	if (!param && !loop)
		return diag_fail(d, "'%.*s' is no parameter and no variable of a loop here",
				 (int)name.n, name.p);
	sb_f(out, "%s%.*s%s", loop ? "" : "a->", (int)name.n, name.p, loop ? "_" : "");
	if (!lex_next(d, lx))
		return false;
	*ret_pointer = pointer && !lex_is(lx, ".");
	for (bool first = true; lex_is(lx, "."); first = false) {
		if (!lex_next(d, lx))
			return false;
		if (lx->now.kind != T_NAME)
			return diag_fail(d, "a member's name is wanted after the dot");
		sb_f(out, "%s%.*s", first && pointer ? "->" : ".", (int)lx->now.s.n, lx->now.s.p);
		if (!lex_next(d, lx))
			return false;
	}
	return true;
}

bool expr_value(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out)
{
	struct sb p = { 0 };
	bool pointer = false;

	if (!path(d, sc, lx, &p, &pointer))
		return false;
	sb_f(out, pointer ? "*%s" : "%s", p.p);
	return true;
}

bool expr_address(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out)
{
	struct sb p = { 0 };
	bool pointer = false;

	if (!path(d, sc, lx, &p, &pointer))
		return false;
	sb_f(out, pointer ? "%s" : "&%s", p.p);
	return true;
}

static bool is_constant(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'a' && s.p[i] <= 'z')
			return false;
	return s.n > 0 && is_alpha(s.p[0]);
}

/* A path, a number, or a constant of the program: a name in capitals. */
static bool operand(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out,
		    bool *ret_path)
{
	struct token t = lx->now;

	*ret_path = t.kind == T_NAME && (expr_known(sc, t.s) || !is_constant(t.s));
	if (*ret_path)
		return expr_value(d, sc, lx, out);
	if (t.kind != T_NAME && t.kind != T_NUMBER)
		return diag_fail(d, "a value is wanted here, not '%.*s'", (int)t.s.n, t.s.p);
	sb_put(out, t.s);
	return lex_next(d, lx);
}

static bool is_comparison(const struct lexer *lx)
{
	static const char *const signs[] = { "==", "!=", "<", "<=", ">", ">=" };

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (lex_is(lx, signs[i]))
			return true;
	return false;
}

static bool comparison(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out)
{
	struct sb left = { 0 };
	bool is_path, ignored;

	if (!operand(d, sc, lx, &left, &is_path))
		return false;
	if (is_comparison(lx)) {
		sb_f(out, "%s %.*s ", left.p, (int)lx->now.s.n, lx->now.s.p);
		return lex_next(d, lx) && operand(d, sc, lx, out, &ignored);
	}
	if (!is_path)
		return diag_fail(d, "'%s' alone is no condition", left.p);
	sb_f(out, "given(%s)", left.p);
	return true;
}

static bool any_of(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out,
		   int depth);

static bool negation(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out,
		     int depth)
{
	if (depth > DEPTH_MAX)
		return diag_fail(d, "too many brackets");
	if (lex_is(lx, "!")) {
		sb_put(out, STR("!("));
		if (!lex_next(d, lx) || !negation(d, sc, lx, out, depth + 1))
			return false;
		sb_c(out, ')');
		return true;
	}
	if (!lex_is(lx, "("))
		return comparison(d, sc, lx, out);
	sb_c(out, '(');
	if (!lex_next(d, lx) || !any_of(d, sc, lx, out, depth + 1) || !lex_want(d, lx, ")"))
		return false;
	sb_c(out, ')');
	return true;
}

static bool all_of(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out,
		   int depth)
{
	while (negation(d, sc, lx, out, depth)) {
		if (!lex_is(lx, "&&"))
			return true;
		sb_put(out, STR(" && "));
		if (!lex_next(d, lx))
			break;
	}
	return false;
}

/* Brackets only where there is an alternative: compilers warn about too many as well as about too
 * few. */
static bool any_of(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out,
		   int depth)
{
	struct sb term = { 0 };

	if (!all_of(d, sc, lx, &term, depth))
		return false;
	if (!lex_is(lx, "||")) {
		sb_put(out, sb_str(&term));
		return true;
	}
	sb_f(out, "(%s)", term.p);
	while (lex_is(lx, "||")) {
		term = (struct sb){ 0 };
		if (!lex_next(d, lx) || !all_of(d, sc, lx, &term, depth))
			return false;
		sb_f(out, " || (%s)", term.p);
	}
	return true;
}

bool expr_truth(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out)
{
	return any_of(d, sc, lx, out, 0);
}
