/* The compiler of sql/: what its pieces share. The language is described at the top of mksql.c. The
 * first fault ends the program. */
#ifndef TOOLS_MKSQL_H
#define TOOLS_MKSQL_H

#include "gen.h"

enum { FIELDS_MAX = 63, NAME_MAX_BYTES = 63 };
enum dialect { SQLITE, POSTGRES, DIALECTS };
enum kind { KIND_ONE, KIND_MANY, KIND_EACH, KIND_EXEC, KIND_ROWS, KINDS };

struct place {
	const char *file;
	int line;
};

/* --- mksql_scan.c: lines and words ----------------------------------------- */

/** fail(at, fmt, ...): say `file:line: what is wrong` and end with 1. */
_Noreturn void fail(struct place at, const char *fmt, ...) gen_printf_like(2, 3);

struct lines {
	struct place at; /* the line that was taken last */
	const char *rest;
};

/** lines_of(path, text): before the first line of ${text}. */
struct lines lines_of(const char *path, const char *text);

/** next_line(l): a copy of the next line, without its end; NULL when there is none. */
const char *next_line(struct lines *l);

/** skip_space(s): where the white space ends. is_comment(s): -- stands here. */
const char *skip_space(const char *s);
bool is_comment(const char *s);

/** word_length(s): of the small letters, digits and _ at its front. */
size_t word_length(const char *s);

/** word_is(s, n, word): the ${n} bytes at ${s} are this word. */
bool word_is(const char *s, size_t n, const char *word);

/** take_name(at, s, ret): copy the name after white space; returns what follows it. */
const char *take_name(struct place at, const char *s, char ret[NAME_MAX_BYTES + 1]);

/* --- mksql_head.c: -- name {tag} :kind (arguments) -> (columns) ------------ */

/* A type of arguments and columns. */
struct type {
	const char *name;
	const char *c;
	const char *value;
	const char *fn;  /* the end of value_of_…() and value_to_…() in store/value.h */
	bool by_pointer; /* value_of_…() takes a pointer: the value points into it */
	bool copied;     /* value_to_…() copies into an arena */
};

struct field {
	char name[NAME_MAX_BYTES + 1];
	const struct type *type;
};

struct fields {
	size_t n;
	struct field at[FIELDS_MAX];
};

struct query {
	struct place at;
	char name[NAME_MAX_BYTES + 1];
	enum kind kind;
	struct fields args, cols;
	const char *doc;           /* "" without one */
	const char *sql[DIALECTS]; /* NULL: the twin is still missing */
	struct query *next;
};

/** head_starts(s): a header begins here. */
bool head_starts(const char *s);

/** head_parse(at, s, &ret_tag): the header ${s}, all of its lines in one; the databases it is for.
 */
struct query *head_parse(struct place at, const char *s, unsigned *ret_tag);

/** find_tag(at, tag): the databases it means, as a set of 1 << dialect; "" is all. */
unsigned find_tag(struct place at, const char *tag);

/* --- mksql_text.c: what a database will read ------------------------------- */

/** dialect_name(d): "sqlite" or "postgres", as in tags and in the generated structs. */
const char *dialect_name(enum dialect d);

/** put_token(at, out, s, d): what the ${name} at ${s} stands for; returns what follows it. */
const char *put_token(struct place at, struct sb *out, const char *s, enum dialect d);

/** query_text(q, s, d): one statement in one language: comments gone, white space as one space,
 * tokens and parameters expanded. */
const char *query_text(const struct query *q, const char *s, enum dialect d);

/** put_texts(out, sql, indent): the fields .sqlite and .postgres of a generated struct; ${indent}
 * is of the lines of their texts: tabs, one more than the fields have. */
void put_texts(struct sb *out, const char *const sql[DIALECTS], const char *indent);

/* --- mksql_read.c, mksql_write.c: the statements of a room ----------------- */

struct room {
	char name[NAME_MAX_BYTES + 1];
	struct query *first, **end;
};

/** read_room(path, name, room): SQLDIR/query/${name}, which is at ${path}. */
void read_room(const char *path, const char *name, struct room *room);

/** write_room(gen, room, index): q_<room>.h and .c; ${index} counts the statements of all rooms. */
void write_room(const char *gen, const struct room *room, int *index);

/* --- mksql_schema.c: migrations -------------------------------------------- */

/** write_schema(gen, dir): schema.c from all files of ${dir}. */
void write_schema(const char *gen, const char *dir);

#endif
