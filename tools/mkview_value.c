/* What prints something: values, plurals, icons, addresses of assets. */
#include "mkview_gen.h"

static bool check_url(struct compiler *c, bool query)
{
	struct markup *m = &c->m;

	if (query && (!m->url_path || m->space))
		return diag_fail(c->d,
				 "%s: | query comes after '?', '#' or a path that begins with '/'",
				 m->attr);
	if (!query && m->url_some)
		return diag_fail(c->d, "%s: a value inside an address is written {{ x | query }}",
				 m->attr);
	m->url_some = true;
	return true;
}

bool check_place(struct compiler *c)
{
	if (c->m.at == M_VALUE || (c->m.at == M_TEXT && strcmp(c->m.only, "script") != 0))
		return true;
	return diag_fail(c->d, "a value has its place in text and in quoted attribute values only");
}

bool no_more(struct compiler *c, struct lexer *lx)
{
	if (lx->now.kind == T_END)
		return true;
	return diag_fail(c->d, "'%.*s' is too much here", (int)lx->now.s.n, lx->now.s.p);
}

bool put_value(struct compiler *c, struct str words)
{
	struct lexer lx;
	struct sb value = { 0 };
	struct str format = STR("");

	if (!check_place(c) || !lex_start(c->d, &lx, words) ||
	    !expr_value(c->d, &c->scope, &lx, &value))
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
	sb_f(&c->code, "\tput%s%.*s(o, %s);\n", format.n ? "_" : "", (int)format.n, format.p,
	     value.p);
	return true;
}

bool do_icon(struct compiler *c, struct lexer *lx)
{
	struct sb name = { 0 };

	sb_f(&name, "img/icons.svg#%.*s", (int)lx->now.s.n, lx->now.s.p);
	struct str url = asset_url(c->p, sb_str(&name));
	if (lx->now.kind != T_NAME || url.n == 0)
		return diag_fail(c->d, "img/icons.svg has no symbol '%.*s'", (int)lx->now.s.n,
				 lx->now.s.p);
	if (c->m.at != M_TEXT || c->m.only[0])
		return diag_fail(c->d, "an icon has its place in text only");
	if (!lex_next(c->d, lx))
		return false;
	bool small = lex_is(lx, "s");
	if (small && !lex_next(c->d, lx))
		return false;
	write_both(c, small ? STR("<svg class=\"i s\" width=\"20\" height=\"20\"")
			    : STR("<svg class=\"i\" width=\"24\" height=\"24\""));
	write_both(c, STR(" aria-hidden=\"true\"><use href=\""));
	write_both(c, url);
	write_both(c, STR("\"/></svg>"));
	c->m.space = false;
	return no_more(c, lx);
}

bool do_asset(struct compiler *c, struct str name)
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

	sb_f(&key, "%.*s|%.*s|%.*s", (int)ru[0].n, ru[0].p, (int)ru[1].n, ru[1].p, (int)ru[2].n,
	     ru[2].p);
	struct str both = english(c, sb_str(&key));
	const char *bar = memchr(both.p, '|', both.n);
	if (!bar)
		return diag_fail(c->d, "English needs two forms here: minute|minutes");
	ret[0] = str_sub(both, 0, (size_t)(bar - both.p));
	ret[1] = ret[2] = str_sub(both, ret[0].n + 1, both.n);
	return true;
}

bool do_plural(struct compiler *c, struct lexer *lx)
{
	struct sb number = { 0 };
	struct str ru[3], en[3];

	if (!check_place(c) || (c->m.at == M_VALUE && c->m.url))
		return diag_fail(c->d, "a plural has its place in text only");
	if (!expr_value(c->d, &c->scope, lx, &number))
		return false;
	for (int i = 0; i < 3; i++) {
		if (lx->now.kind != T_STRING || memchr(lx->now.s.p, '<', lx->now.s.n))
			return diag_fail(c->d,
					 "three forms are wanted: \"минута\" \"минуты\" \"минут\"");
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
	sb_f(&c->code, "\tput_raw(o, t[%zu + (size_t)plural_form(o->lang, (int64_t)%s)]);\n", first,
	     number.p);
	c->m.space = false;
	return true;
}
