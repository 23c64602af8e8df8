/* Faults: what they say, and how they are kept until their transaction has ended. */
#include "core/utf8.h"
#include "domain/import_kind.h"

#define VALUE_BYTES_MAX 60

static const struct {
	bool grave;
	const char *text;
} problems[IMPORT_PROBLEM_N] = {
#define PROBLEM(id, grave_, text_) [IMPORT_##id] = { .grave = grave_, .text = text_ },
#include "domain/import_problem.def"
#undef PROBLEM
};

bool import_is_grave(enum import_problem p)
{
	return problems[p].grave;
}

void import_fault_text(struct buf *b, const struct import_fault *f)
{
	struct str rest = str_c(problems[f->problem].text);
	size_t at = str_find(rest, '{');
	buf_put(b, str_sub(rest, 0, at));
	if (at < rest.n) {
		buf_i64(b, f->n);
		buf_put(b, str_sub(rest, at + sizeof("{n}") - 1, rest.n));
	}
	if (f->value.n) {
		buf_put(b, STR(": «"));
		buf_put(b, f->value);
		buf_put(b, STR("»"));
	}
}

void import_faults_begin(struct import_ctx *x)
{
	x->faults = NULL;
	x->faults_end = &x->faults;
}

void import_faults_cut(struct import_ctx *x, const struct import_ctx *mark)
{
	x->faults_end = mark->faults_end;
	*x->faults_end = NULL;
	x->grave = mark->grave;
	x->warnings = mark->warnings;
}

/* A terminal and a spreadsheet will show it: nothing but clean text, and not much of it. */
static struct str printable(struct str s)
{
	if (!utf8_clean(s, false))
		return STR("");
	if (s.n <= VALUE_BYTES_MAX)
		return s;
	size_t n = VALUE_BYTES_MAX;
	while (n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

enum err import_complain(struct import_ctx *x, struct import_fault fault)
{
	struct import_fault_node *node = ARENA_NEW(x->a, struct import_fault_node);
	if (!node)
		return E_NOMEM;
	node->fault = fault;
	node->n = x->grave + x->warnings;
	try(arena_str(x->a, printable(fault.column), &node->fault.column));
	try(arena_str(x->a, printable(fault.value), &node->fault.value));
	*x->faults_end = node;
	x->faults_end = &node->next;
	if (import_is_grave(fault.problem))
		x->grave++;
	else
		x->warnings++;
	return OK;
}

enum err import_complain_cell(struct import_ctx *x, const struct import_row *row, size_t column,
			      enum import_problem problem, int64_t n)
{
	const struct import_column *c = &x->kind->columns[column];
	const struct import_cell *cell = &row->cells[column];
	bool show = cell->given && !c->personal && !c->sealed;
	return import_complain(x, (struct import_fault){
					  .line = row->line,
					  .column = str_c(c->ru),
					  .problem = problem,
					  .n = n,
					  .value = show ? cell->s : STR(""),
				  });
}

enum err import_warn_future(struct import_ctx *x, const struct import_row *row, size_t column)
{
	const struct import_cell *cell = &row->cells[column];
	bool is_day = x->kind->columns[column].type == IMPORT_DAY;
	int64_t at_ms = is_day ? cell->i * DAY_MS : cell->i;
	if (!cell->given || at_ms <= x->now.ms + DAY_MS)
		return OK;
	return import_complain_cell(x, row, column, IMPORT_FUTURE, 0);
}
