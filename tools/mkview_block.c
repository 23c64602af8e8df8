/* if, each, else, end: all ways through a block must meet at one place of the markup. */
#include "mkview_gen.h"

static bool push_block(struct compiler *c, enum block_kind kind)
{
	if (c->n_blocks == DEPTH_MAX)
		return diag_fail(c->d, "blocks are nested too deeply");
	if (!markup_pause(c->d, &c->m))
		return false;
	c->blocks[c->n_blocks++] =
		(struct block){ .kind = kind, .line = c->d->line, .before = c->m };
	return true;
}

static bool end_branch(struct compiler *c, struct block *b)
{
	if (!markup_pause(c->d, &c->m))
		return false;
	if (!b->joined)
		b->end = c->m;
	else if (!markup_join(&b->end, &c->m))
		return diag_fail(c->d,
				 "the branches of the block of line %d end at different places of "
				 "the markup",
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

bool do_if(struct compiler *c, struct lexer *lx)
{
	return push_block(c, BLOCK_IF) && condition(c, lx, "");
}

static bool is_free_name(const struct compiler *c, struct token t)
{
	return t.kind == T_NAME && !expr_known(&c->scope, t.s);
}

bool do_each(struct compiler *c, struct lexer *lx)
{
	struct token name = lx->now;
	struct sb list = { 0 };

	if (c->m.at == M_VALUE && c->m.url)
		return diag_fail(c->d, "no loops inside of an address");
	if (!is_free_name(c, name))
		return diag_fail(c->d, "a new name is wanted here: {%% each op in home.ops %%}");
	if (!lex_next(c->d, lx) || !lex_want(c->d, lx, "in") ||
	    !expr_value(c->d, &c->scope, lx, &list) || !no_more(c, lx) ||
	    !push_block(c, BLOCK_EACH))
		return false;
	start_code(c);
	size_t depth = c->scope.n_loops;
	int n = (int)name.s.n;
	sb_f(&c->code, "\tfor (size_t i%zu = 0; i%zu < (%s).n; i%zu++) {", depth, depth, list.p,
	     depth);
	sb_f(&c->code, " __auto_type %.*s_ = &(%s).v[i%zu]; (void)%.*s_;\n", n, name.s.p, list.p,
	     depth, n, name.s.p);
	c->blocks[c->n_blocks - 1].list = sb_str(&list);
	c->scope.loops[c->scope.n_loops++] = name.s;
	c->m.space = false; /* the second turn follows the first one's end */
	return true;
}

bool do_else(struct compiler *c, struct lexer *lx, bool elif)
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

bool do_end(struct compiler *c, struct lexer *lx)
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
