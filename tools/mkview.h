/* The compiler of views, in pieces that a test or a fuzzer can call: nothing here ends the program
 * because of what a template says. The language is described at the top of mkview.c. */
#ifndef TOOLS_MKVIEW_H
#define TOOLS_MKVIEW_H

#include "gen.h"

enum { LANG_RUSSIAN, LANG_ENGLISH, LANGS };

/* The first thing that is wrong. */
struct diag {
	struct str file;
	int line;
	char text[240];
	bool failed;
	int warnings; /* texts without English: told at once, counted here */
	bool quiet;
};

/** diag_fail(d, fmt, ...): note what is wrong unless something was before; returns false. */
bool diag_fail(struct diag *d, const char *fmt, ...) gen_printf_like(2, 3);

/* --- tokens of what stands between {{ }} and {% %} ------------------------- */

enum token_kind { T_END, T_NAME, T_NUMBER, T_STRING, T_SIGN };

struct token {
	enum token_kind kind;
	struct str s; /* of a string without its quotes */
};

struct lexer {
	struct str rest;
	struct token now; /* the token ahead */
};

/** lex_start(d, lx, s), lex_next(d, lx): the first, the next token into ${lx}->now. False: no
 * token. */
bool lex_start(struct diag *d, struct lexer *lx, struct str s);
bool lex_next(struct diag *d, struct lexer *lx);

/** lex_is(lx, s): the token ahead is this name or sign. lex_want(d, lx, s): and take it, or fail.
 */
bool lex_is(const struct lexer *lx, const char *s);
bool lex_want(struct diag *d, struct lexer *lx, const char *s);

/* --- texts ----------------------------------------------------------------- */

struct phrase {
	struct str view; /* empty: for all */
	struct str ru, en;
	int line;
	bool used;
};

struct phrases {
	struct phrase *v;
	size_t n;
};

/** phrases_parse(d, s, &ret): the content of en.txt. */
bool phrases_parse(struct diag *d, struct str s, struct phrases *ret);

/** phrases_find(p, view, ru): the English text, the view's own first; NULL when there is none.
 * Marks it used. */
const struct phrase *phrases_find(struct phrases *p, struct str view, struct str ru);

/** is_cyrillic(s): there is a letter of U+0400..U+04FF in it. */
bool is_cyrillic(struct str s);

/* --- views ----------------------------------------------------------------- */

struct param {
	struct str type; /* as written: `const struct page *` */
	struct str name;
	bool pointer;
	bool text;
};

#define PARAMS_MAX 16

struct view {
	struct str path; /* views/home/show.html */
	struct str name; /* home_show */
	struct str source;
	size_t body;     /* where the markup begins, */
	int body_line;   /* and on which line */
	struct str wrap; /* what stands after {% wrap, or empty */
	int wrap_line;
	bool layout; /* has {% body %} */
	struct param params[PARAMS_MAX];
	size_t n_params;
};

struct pair {
	struct str name, value;
};

struct project {
	struct view *views;
	size_t n_views;
	struct pair *assets; /* name and URL, as in assets.map */
	size_t n_assets;
	struct str *includes;
	size_t n_includes;
	struct phrases phrases;
};

/** view_head(d, p, file, v): read the lines before the markup of ${v}->source; ${file} is below the
 * folder of views. */
bool view_head(struct diag *d, struct project *p, struct str file, struct view *v);

/** view_find(p, name), asset_url(p, name): NULL, the empty slice when there is none. */
const struct view *view_find(const struct project *p, struct str name);
struct str asset_url(const struct project *p, struct str name);

/** view_declare(v, out): its struct and macro for views.h. view_compile(d, p, v, out): its C for
 * views.c. */
void view_declare(const struct view *v, struct sb *out);
bool view_compile(struct diag *d, struct project *p, const struct view *v, struct sb *out);

/* --- expressions ----------------------------------------------------------- */

#define DEPTH_MAX 24

/* The names that a place can see: parameters of the view, variables of the loops around it. */
struct scope {
	const struct view *view;
	struct str loops[DEPTH_MAX];
	size_t n_loops;
};

/** expr_value(d, sc, lx, out): a path as a C value. expr_address: as a C pointer. expr_truth: a
 * condition. */
bool expr_value(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out);
bool expr_address(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out);
bool expr_truth(struct diag *d, const struct scope *sc, struct lexer *lx, struct sb *out);

/** expr_known(sc, name): is a parameter or a loop's variable. */
bool expr_known(const struct scope *sc, struct str name);

#endif
