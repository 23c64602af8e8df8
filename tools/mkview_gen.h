/* The compiler of one view from inside: what its pieces share. */
#ifndef TOOLS_MKVIEW_GEN_H
#define TOOLS_MKVIEW_GEN_H

#include "mkview_html.h"

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
	bool closing; /* behind {% body %} */
};

/* --- mkview_piece.c: fixed text -------------------------------------------- */

/** write_both(c, s): markup, the same in both languages. */
void write_both(struct compiler *c, struct str s);

/** add_piece(c, piece), share_piece(c, piece): its index in the view's table; share: an equal one
 * will do. */
size_t add_piece(struct compiler *c, struct piece piece);
size_t share_piece(struct compiler *c, struct piece piece);

/** flush(c): what was written becomes code. start_code(c): and what follows is of this line of the
 * template. */
void flush(struct compiler *c);
void start_code(struct compiler *c);

/** english(c, ru): from en.txt; without one the Russian, and a warning. */
struct str english(struct compiler *c, struct str ru);

/** literal(c, ch): one byte of the template. end_run(c): the stretch of literal text ends here. */
bool literal(struct compiler *c, char ch);
bool end_run(struct compiler *c);

/* --- mkview_value.c, mkview_call.c, mkview_block.c: directives ------------- */

/** check_place(c): a value may stand here. no_more(c, lx): nothing follows in the directive. */
bool check_place(struct compiler *c);
bool no_more(struct compiler *c, struct lexer *lx);

/** put_value(c, words): {{ words }}. */
bool put_value(struct compiler *c, struct str words);

/** arguments(c, lx, &ret_to, out): the view that is named, and its arguments as initialisers. */
bool arguments(struct compiler *c, struct lexer *lx, const struct view **ret_to, struct sb *out);

/* Each reads its directive behind its first word. */
bool do_plural(struct compiler *c, struct lexer *lx);
bool do_icon(struct compiler *c, struct lexer *lx);
bool do_asset(struct compiler *c, struct str name);
bool do_call(struct compiler *c, struct lexer *lx);
bool do_if(struct compiler *c, struct lexer *lx);
bool do_each(struct compiler *c, struct lexer *lx);
bool do_else(struct compiler *c, struct lexer *lx, bool elif);
bool do_end(struct compiler *c, struct lexer *lx);

#endif
