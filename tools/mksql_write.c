/* The C of a room's statements: structs and prototypes in q_<room>.h, functions in q_<room>.c. */
#include "mksql.h"

static bool has_row_struct(const struct query *q)
{
	return q->cols.n > 1 || (q->cols.n == 1 && q->kind != KIND_ONE);
}

static void put_field(struct sb *f, const struct field *field)
{
	const char *c = field->type->c;
	sb_f(f, "%s%s%s", c, c[strlen(c) - 1] == '*' ? "" : " ", field->name);
}

static void put_struct(struct sb *f, const struct query *q, const char *what,
		       const struct fields *fields)
{
	sb_f(f, "\nstruct q_%s_%s {\n", q->name, what);
	for (size_t i = 0; i < fields->n; i++) {
		sb_c(f, '\t');
		put_field(f, &fields->at[i]);
		sb_put(f, STR(";\n"));
	}
	sb_put(f, STR("};\n"));
}

/* Writes a text in which @ stands for the query's name, # for its parameters, ! for .column. */
static void put(struct sb *f, const char *text, const struct query *q)
{
	for (; *text; text++) {
		if (*text == '@')
			sb_put(f, str_c(q->name));
		else if (*text == '#')
			sb_put(f, q->args.n ? STR("params") : STR("NULL"));
		else if (*text == '!' && !has_row_struct(q))
			sb_f(f, ".%s", q->cols.at[0].name);
		else if (*text != '!')
			sb_c(f, *text);
	}
}

static void put_prototype(struct sb *f, const struct query *q)
{
	static const char *const result[KINDS] = {
		[KIND_ONE] = ", struct q_@_row *ret)",
		[KIND_MANY] = ", struct q_@_row **ret, size_t *ret_n)",
		[KIND_EACH] =
			",\n\tenum err (*fn)(void *arg, const struct q_@_row *row), void *arg)",
		[KIND_EXEC] = ")",
		[KIND_ROWS] = ", int64_t *ret_affected)",
	};
	put(f, "enum err q_@(struct tx *tx", q);
	if (q->kind == KIND_ONE || q->kind == KIND_MANY)
		sb_put(f, STR(", struct arena *a"));
	if (q->args.n > 0)
		sb_put(f, STR(", "));
	if (q->args.n == 1)
		put_field(f, &q->args.at[0]);
	else if (q->args.n > 1)
		put(f, "const struct q_@_args *args", q);
	if (q->kind == KIND_ONE && !has_row_struct(q))
		sb_f(f, ", %s *ret)", q->cols.at[0].type->c);
	else
		put(f, result[q->kind], q);
}

static void put_header(struct sb *f, const struct room *room)
{
	sb_f(f, "/* Made by tools/mksql from sql/query/%s.sql. */\n#pragma once\n\n", room->name);
	sb_put(f, STR("#include \"store/query.h\"\n"));
	for (const struct query *q = room->first; q; q = q->next) {
		if (q->args.n > 1)
			put_struct(f, q, "args", &q->args);
		if (has_row_struct(q))
			put_struct(f, q, "row", &q->cols);
		sb_f(f, "\n/** q_%s(): %s */\n", q->name, *q->doc ? q->doc : "see the query.");
		put_prototype(f, q);
		sb_put(f, STR(" must_check;\n"));
	}
}

static void put_value_types(struct sb *f, const char *what, const struct fields *fields)
{
	sb_f(f, "\t.n_%s = %zu,\n", what, fields->n);
	if (fields->n == 0)
		return;
	sb_f(f, "\t.%s = (const enum value_type[]){", what);
	for (size_t i = 0; i < fields->n; i++)
		sb_f(f, "%s %s", i ? "," : "", fields->at[i].type->value);
	sb_put(f, STR(" },\n"));
}

static void put_stmt(struct sb *f, const struct query *q, int index)
{
	sb_f(f, "\nstatic const struct stmt %s_stmt = {\n", q->name);
	sb_f(f, "\t.index = %d,\n\t.name = \"%s\",\n", index, q->name);
	put_texts(f, q->sql, "\t\t");
	put_value_types(f, "params", &q->args);
	put_value_types(f, "cols", &q->cols);
	sb_f(f, "\t.stream = %s,\n};\n", q->kind == KIND_EACH ? "true" : "false");
}

static void put_fill(struct sb *f, const struct query *q)
{
	put(f, "\nstatic enum err @_fill(struct arena *a, const struct value *v, void *p)\n", q);
	put(f, "{\n\tstruct q_@_row *row = p;\n\t(void)a;\n", q);
	for (size_t i = 0; i < q->cols.n; i++) {
		const struct field *col = &q->cols.at[i];
		sb_f(f, "\ttry(value_to_%s(%s&v[%zu], &row->%s));\n", col->type->fn,
		     col->type->copied ? "a, " : "", i, col->name);
	}
	sb_put(f, STR("\treturn OK;\n}\n"));
}

static void put_params(struct sb *f, const struct query *q)
{
	sb_put(f, STR("\tconst struct value params[] = {\n"));
	for (size_t i = 0; i < q->args.n; i++) {
		const struct field *arg = &q->args.at[i];
		sb_f(f, "\t\tvalue_of_%s(%s%s%s),\n", arg->type->fn,
		     arg->type->by_pointer ? "&" : "", q->args.n > 1 ? "args->" : "", arg->name);
	}
	sb_put(f, STR("\t};\n"));
}

/* What stands before the function of a :each, which calls one that knows the row's type. */
static const char each_text[] = "\nstruct @_each {\n"
				"\tenum err (*fn)(void *arg, const struct q_@_row *row);\n"
				"\tvoid *arg;\n};\n"
				"\nstatic enum err @_row(void *arg, const struct value *v)\n{\n"
				"\tconst struct @_each *each = arg;\n\tstruct q_@_row row;\n"
				"\ttry(@_fill(NULL, v, &row));\n"
				"\treturn each->fn(each->arg, &row);\n}\n";

/* The bodies behind the parameters. */
static const char *const body_text[KINDS] = {
	[KIND_ONE] = "\tstruct q_@_row row;\n"
		     "\ttry(stmt_one(tx, &@_stmt, #, a, @_fill, &row));\n"
		     "\t*ret = row!;\n\treturn OK;\n",
	[KIND_MANY] = "\tstruct rows rows = { .a = a, .size = sizeof(**ret) };\n"
		      "\ttry(stmt_many(tx, &@_stmt, #, @_fill, &rows));\n"
		      "\t*ret = rows.p;\n\t*ret_n = rows.n;\n\treturn OK;\n",
	[KIND_EACH] = ("\tstruct @_each each = { .fn = fn, .arg = arg };\n"
		       "\treturn stmt_run(tx, &@_stmt, #, @_row, &each, NULL);\n"),
	[KIND_EXEC] = "\treturn stmt_run(tx, &@_stmt, #, NULL, NULL, NULL);\n",
	[KIND_ROWS] = "\treturn stmt_run(tx, &@_stmt, #, NULL, NULL, ret_affected);\n",
};

static void put_function(struct sb *f, const struct query *q)
{
	if (q->cols.n > 0 && !has_row_struct(q))
		put_struct(f, q, "row", &q->cols);
	if (q->cols.n > 0)
		put_fill(f, q);
	if (q->kind == KIND_EACH)
		put(f, each_text, q);
	sb_c(f, '\n');
	put_prototype(f, q);
	sb_put(f, STR("\n{\n"));
	if (q->args.n > 0)
		put_params(f, q);
	put(f, body_text[q->kind], q);
	sb_put(f, STR("}\n"));
}

static void put_source(struct sb *f, const struct room *room, int *index)
{
	sb_f(f, "/* Made by tools/mksql from sql/query/%s.sql. */\n", room->name);
	sb_f(f, "#include \"q_%s.h\"\n#include \"store/stmt.h\"\n", room->name);
	for (const struct query *q = room->first; q; q = q->next) {
		put_stmt(f, q, (*index)++);
		put_function(f, q);
	}
}

static void write_part(const char *gen, const struct room *room, char part, const struct sb *text)
{
	struct sb name = { 0 };
	sb_f(&name, "q_%s.%c", room->name, part);
	gen_write(gen, name.p, sb_str(text));
}

void write_room(const char *gen, const struct room *room, int *index)
{
	struct sb header = { 0 }, source = { 0 };
	put_header(&header, room);
	put_source(&source, room, index);
	write_part(gen, room, 'h', &header);
	write_part(gen, room, 'c', &source);
}
