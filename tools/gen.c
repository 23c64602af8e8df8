#include "gen.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

_Noreturn void gen_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

struct str gen_trim(struct str s)
{
	while (s.n && gen_space(s.p[0]))
		s = str_sub(s, 1, s.n);
	while (s.n && gen_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

int gen_lines(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

void *gen_alloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		gen_die("out of memory");
	return p;
}

/* Full exactly when the count is a power of two (or nothing yet), so no capacity needs to be kept.
 */
void *gen_grow(void *v, size_t n, size_t size)
{
	if (n & (n - 1))
		return v;
	v = reallocarray(v, n ? 2 * n : 1, size);
	if (!v)
		gen_die("out of memory");
	return v;
}

struct str gen_copy(struct str s)
{
	char *p = gen_alloc(s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct str){ .p = p, .n = s.n };
}

static void sb_room(struct sb *b, size_t n)
{
	if (b->cap - b->n > n)
		return;
	b->cap = 2 * b->cap + n + 64;
	b->p = realloc(b->p, b->cap);
	if (!b->p)
		gen_die("out of memory");
}

void sb_put(struct sb *b, struct str s)
{
	sb_room(b, s.n);
	if (s.n)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void sb_c(struct sb *b, char c)
{
	sb_put(b, (struct str){ .p = &c, .n = 1 });
}

void sb_f(struct sb *b, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		gen_die("out of memory");
	sb_put(b, (struct str){ .p = text, .n = (size_t)n });
	free(text);
}

struct str sb_str(const struct sb *b)
{
	return (struct str){ .p = b->p ? b->p : "", .n = b->n };
}

void sb_literal(struct sb *b, struct str s, const char *indent)
{
	sb_c(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			sb_f(b, "\\%c", c);
		else if (c == '\n')
			sb_put(b, STR("\\n"));
		else if (c == '\t')
			sb_put(b, STR("\\t"));
		else if (c < ' ' || c == 0x7f || c >= 0x80)
			sb_f(b, "\\%03o", c);
		else
			sb_c(b, (char)c);
		if (c == '\n' && i + 1 < s.n)
			sb_f(b, "\"\n%s\"", indent);
	}
	sb_c(b, '"');
}

const char *gen_path(const char *dir, struct str name)
{
	struct sb b = { 0 };

	sb_f(&b, "%s/%.*s", dir, (int)name.n, name.p);
	return b.p;
}

static bool read_file(const char *path, struct sb *ret)
{
	char part[16384];
	size_t n;
	FILE *f = fopen(path, "rb");

	if (!f)
		return false;
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		sb_put(ret, (struct str){ .p = part, .n = n });
	bool whole = !ferror(f);
	fclose(f);
	return whole;
}

struct str gen_read(const char *path)
{
	struct sb b = { 0 };

	if (!read_file(path, &b))
		gen_die("%s: %s", path, strerror(errno));
	return sb_str(&b);
}

void gen_write(const char *dir, const char *name, struct str text)
{
	const char *path = gen_path(dir, str_c(name));
	struct sb old = { 0 };

	if (read_file(path, &old) && str_eq(sb_str(&old), text))
		return;
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0)
		gen_die("%s: %s", path, strerror(errno));
}

static void list_into(const char *root, struct str below, struct str ext, struct gen_files *ret)
{
	const char *dir = below.n ? gen_path(root, below) : root;
	DIR *d = opendir(dir);

	if (!d)
		gen_die("%s: %s", dir, strerror(errno));
	for (struct dirent *e; (e = readdir(d));) {
		struct sb name = { 0 };
		struct stat st;

		if (e->d_name[0] == '.')
			continue;
		sb_f(&name, "%s%s%s", below.n ? below.p : "", below.n ? "/" : "", e->d_name);
		if (stat(gen_path(root, sb_str(&name)), &st) != 0)
			gen_die("%s/%s: %s", root, name.p, strerror(errno));
		if (S_ISDIR(st.st_mode)) {
			list_into(root, sb_str(&name), ext, ret);
		} else if (name.n >= ext.n && memcmp(name.p + name.n - ext.n, ext.p, ext.n) == 0) {
			ret->v = gen_grow(ret->v, ret->n, sizeof *ret->v);
			ret->v[ret->n++] = sb_str(&name);
		}
	}
	closedir(d);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct str *)a)->p, ((const struct str *)b)->p);
}

struct gen_files gen_list(const char *dir, struct str ext)
{
	struct gen_files files = { 0 };

	list_into(dir, STR(""), ext, &files);
	if (files.n)
		qsort(files.v, files.n, sizeof *files.v, by_name);
	return files;
}
