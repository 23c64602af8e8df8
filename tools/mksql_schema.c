/* Migrations: what to run, in which order, and a sum that tells whether one was edited later. */
#include "mksql.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* FNV-1a: tells a migration that was edited after it was applied; no defence against malice is
 * meant. */
static uint64_t checksum(const char *s)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	for (; *s; s++)
		sum = (sum ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return sum;
}

/* A line `-- {sqlite}`, `-- {postgres}` or `-- {both}` says for whom the lines after it are. */
static bool section_line(struct place at, const char *line, unsigned *section)
{
	char tag[16];
	if (sscanf(line, "-- {%15[a-z]}", tag) != 1)
		return false;
	*section = find_tag(at, tag);
	return true;
}

static const char *migration_text(const char *path, const char *source, enum dialect d)
{
	struct sb out = { 0 };
	struct lines l = lines_of(path, source);
	unsigned section = find_tag(l.at, "both");
	const char *line;
	while ((line = next_line(&l))) {
		bool empty = !*skip_space(line) || is_comment(skip_space(line));
		if (section_line(l.at, line, &section) || empty || !(section >> d & 1))
			continue;
		for (const char *s = line; *s;)
			if (*s == '$' && s[1] == '{')
				s = put_token(l.at, &out, s, d);
			else
				sb_c(&out, *s++);
		sb_c(&out, '\n');
	}
	return sb_str(&out).p;
}

static void put_migration(struct sb *f, const char *path, const char *name, int number)
{
	struct place at = { .file = path };
	char *end, what[NAME_MAX_BYTES + 1];
	if (strspn(name, "0123456789") != 4 || name[4] != '_' || strtol(name, &end, 10) != number)
		fail(at, "names are 0001_what.sql without gaps; expected %04d", number);
	if (strcmp(take_name(at, end + 1, what), ".sql") != 0)
		fail(at, "the name of a migration has lower-case letters, digits and _");
	const char *source = gen_read(path).p, *sql[DIALECTS];
	for (enum dialect d = 0; d < DIALECTS; d++)
		sql[d] = migration_text(path, source, d);
	sb_f(f, "\t{\n\t\t.number = %d,\n\t\t.name = \"%s\",\n", number, what);
	sb_f(f, "\t\t.checksum = \"%016" PRIx64 "\",\n", checksum(source));
	put_texts(f, sql, "\t\t\t");
	sb_put(f, STR("\t},\n"));
}

void write_schema(const char *gen, const char *dir)
{
	struct sb f = { 0 };
	struct gen_files files = gen_list(dir, STR(".sql"));
	sb_put(&f,
	       STR("/* Made by tools/mksql from sql/schema/. */\n#include \"store/schema.h\"\n\n"
		   "#include <stddef.h>\n\nstatic const struct migration migrations[] = {\n"));
	for (size_t i = 0; i < files.n; i++)
		put_migration(&f, gen_path(dir, files.v[i]), files.v[i].p, (int)i + 1);
	sb_f(&f,
	     "\t{ .number = 0 },\n};\n\nint schema_version(void)\n{\n\treturn %zu;\n}\n\n"
	     "const struct migration *schema_migration(int number)\n{\n"
	     "\treturn number >= 1 && number <= %zu ? &migrations[number - 1] : NULL;\n}\n",
	     files.n, files.n);
	gen_write(gen, "schema.c", sb_str(&f));
}
