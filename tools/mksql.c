/* Compiles sql/ to C: `mksql GENDIR SQLDIR`.
 *
 * SQLDIR/query/<room>.sql holds named statements; each becomes one typed function in
 * GENDIR/q_<room>.{h,c}:
 *
 *     -- ticket_list :many (subscriber i64, before tstamp) -> (id i64, subject str, at tstamp)
 *     -- What stands here is the function's comment.
 *     SELECT id, subject, at_ms FROM ticket WHERE subscriber_id = $1 AND at_ms < $2;
 *
 * The header goes on in the next line while a bracket is open or an arrow follows. Its kind says
 * what the function gives: :one row, :many in an arena, :each to a callback, :exec nothing, :rows
 * how many rows were changed. Types are listed in mksql_head.c; ? behind one: may be NULL. A `bulk`
 * are many rows in one argument: store/bulk.h.
 *
 * One text serves both databases: ${id}, ${strict} … (mksql_text.c) stand for what they write
 * differently. Where that is not enough, there are two statements of one name and type, tagged
 * {sqlite} and {postgres}: -- ticket_find {sqlite} :many (…) -> (…).
 *
 * SQLDIR/schema/NNNN_<what>.sql are the migrations; they go to GENDIR/schema.c as one text per
 * database; a line -- {sqlite}, -- {postgres} or -- {both} says for whom the lines after it are. */
#include "mksql.h"

static void compile_queries(const char *gen, const char *dir)
{
	struct sb count = { 0 };
	struct gen_files files = gen_list(dir, STR(".sql"));
	int n = 0;
	for (size_t i = 0; i < files.n; i++) {
		struct room room = { 0 };
		read_room(gen_path(dir, files.v[i]), files.v[i].p, &room);
		write_room(gen, &room, &n);
	}
	sb_f(&count,
	     "/* Made by tools/mksql. */\n#include \"store/schema.h\"\n\n"
	     "int stmt_count(void)\n{\n\treturn %d;\n}\n",
	     n);
	gen_write(gen, "stmts.c", sb_str(&count));
}

int main(int argc, char **argv)
{
	if (argc != 3)
		gen_die("usage: mksql GENDIR SQLDIR");
	compile_queries(argv[1], gen_path(argv[2], STR("query")));
	write_schema(argv[1], gen_path(argv[2], STR("schema")));
	return 0;
}
