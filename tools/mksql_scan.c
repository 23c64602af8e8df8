/* Lines and words of SQL files, and how a fault in them is told. */
#include "mksql.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void fail(struct place at, const char *fmt, ...)
{
	va_list ap;
	fprintf(stderr, "%s:%d: ", at.file, at.line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

struct lines lines_of(const char *path, const char *text)
{
	return (struct lines){ .at = { .file = path }, .rest = text };
}

const char *next_line(struct lines *l)
{
	if (!*l->rest)
		return NULL;
	const char *end = strchrnul(l->rest, '\n');
	struct str line = { .p = l->rest, .n = (size_t)(end - l->rest) };
	l->rest = *end ? end + 1 : end;
	l->at.line++;
	return gen_copy(line).p;
}

const char *skip_space(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

bool is_comment(const char *s)
{
	return strncmp(s, "--", 2) == 0;
}

size_t word_length(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

bool word_is(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(word, s, n) == 0;
}

const char *take_name(struct place at, const char *s, char ret[NAME_MAX_BYTES + 1])
{
	s = skip_space(s);
	size_t n = word_length(s);
	if (n == 0 || n > NAME_MAX_BYTES)
		fail(at, "a name was expected before: %.20s", s);
	memcpy(ret, s, n);
	ret[n] = '\0';
	return s + n;
}
