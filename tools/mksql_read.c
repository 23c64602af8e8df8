/* The statements of one file, each with its comment and its twin. */
#include "mksql.h"

static struct query *find_twin(const struct room *room, const struct query *q)
{
	struct query *twin = room->first;
	while (twin && strcmp(twin->name, q->name) != 0)
		twin = twin->next;
	return twin;
}

static bool same_type(const struct query *a, const struct query *b)
{
	return a->kind == b->kind && memcmp(&a->args, &b->args, sizeof(a->args)) == 0 &&
	       memcmp(&a->cols, &b->cols, sizeof(a->cols)) == 0;
}

/* A new statement, or the twin of one that was written for the other database. */
static void add_block(struct room *room, struct query *q, unsigned tag, const char *body)
{
	size_t n = strlen(room->name);
	if (strncmp(q->name, room->name, n) != 0 || q->name[n] != '_')
		fail(q->at, "%s: the name must begin with %s_", q->name, room->name);
	struct query *twin = find_twin(room, q);
	for (enum dialect d = 0; d < DIALECTS; d++) {
		if (!(tag >> d & 1))
			continue;
		if (twin && twin->sql[d])
			fail(q->at, "%s was there before, on line %d", q->name, twin->at.line);
		(twin ? twin : q)->sql[d] = query_text(q, body, d);
	}
	if (!twin) {
		*room->end = q;
		room->end = &q->next;
	} else if (!same_type(q, twin)) {
		fail(q->at, "%s: differs from its twin on line %d", q->name, twin->at.line);
	}
}

/* A header goes on while a bracket is open and when the next line starts with an arrow. */
static const char *read_head(struct lines *l, const char *line)
{
	struct sb out = { 0 };
	for (int open = 0;;) {
		sb_f(&out, "%s ", line);
		for (const char *s = line; *s; s++)
			open += (*s == '(') - (*s == ')');
		bool arrow = is_comment(l->rest) && strncmp(skip_space(l->rest + 2), "->", 2) == 0;
		if (!is_comment(l->rest) || (open == 0 && !arrow))
			return sb_str(&out).p;
		line = next_line(l) + 2;
	}
}

/* One block: header, comment, statement; up to the next header. */
static void read_block(struct room *room, struct lines *l, const char *line)
{
	struct place at = l->at;
	struct sb doc = { 0 }, body = { 0 };
	unsigned tag;
	struct query *q = head_parse(at, read_head(l, line), &tag);
	while (*l->rest && !head_starts(l->rest)) {
		line = next_line(l);
		if (body.n == 0 && is_comment(line))
			sb_f(&doc, "%s%s", doc.n ? "\n * " : "", skip_space(line + 2));
		else if (*skip_space(line))
			sb_f(&body, "%s\n", line);
	}
	q->doc = sb_str(&doc).p;
	add_block(room, q, tag, sb_str(&body).p);
}

static void check_twins(const struct room *room)
{
	for (const struct query *q = room->first; q; q = q->next)
		for (enum dialect d = 0; d < DIALECTS; d++)
			if (!q->sql[d])
				fail(q->at, "%s: no twin for {%s}", q->name, dialect_name(d));
}

void read_room(const char *path, const char *name, struct room *room)
{
	struct lines l = lines_of(path, gen_read(path).p);
	const char *line;
	if (strcmp(take_name(l.at, name, room->name), ".sql") != 0)
		fail(l.at, "the name of a room has lower-case letters, digits and _");
	room->end = &room->first;
	while ((line = next_line(&l))) {
		if (head_starts(line))
			read_block(room, &l, line);
		else if (*skip_space(line) && !is_comment(line))
			fail(l.at, "a statement needs a header: -- name :kind (...) -> (...)");
	}
	check_twins(room);
}
