/* What the generators share: growing text, files, the list of a folder. They are programs of a
 * moment: without memory or with a broken disk they say so and end; nothing is given back before
 * that. */
#ifndef TOOLS_GEN_H
#define TOOLS_GEN_H

#include "core/str.h"

#define gen_printf_like(fmt, args) __attribute__((format(printf, fmt, args)))

/* Growing text, always with a NUL behind it once something is in it. */
struct sb {
	char *p;
	size_t n, cap;
};

/** gen_space(c): blank, tab or end of line. gen_trim(s): without these at both ends. gen_lines(s):
 * line ends in it. */
static inline bool gen_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}
struct str gen_trim(struct str s);
int gen_lines(struct str s);

/** gen_alloc(n): ${n} zeroed bytes; ends the program without memory. */
void *gen_alloc(size_t n) __attribute__((malloc, alloc_size(1)));

/** gen_grow(v, n, size): room for one more element behind the ${n} of ${v}; call it before each
 * append. */
void *gen_grow(void *v, size_t n, size_t size);

/** gen_copy(s): a copy with a NUL behind it. */
struct str gen_copy(struct str s);

/** sb_put, sb_c, sb_f: append a slice, a byte, formatted text. sb_str: what is in it. */
void sb_put(struct sb *b, struct str s);
void sb_c(struct sb *b, char c);
void sb_f(struct sb *b, const char *fmt, ...) gen_printf_like(2, 3);
struct str sb_str(const struct sb *b);

/** sb_literal(b, s, indent): ${s} as a C string literal, a line for each of its lines. */
void sb_literal(struct sb *b, struct str s, const char *indent);

/** gen_die(fmt, ...): say what is wrong and end with 1. */
_Noreturn void gen_die(const char *fmt, ...) gen_printf_like(1, 2);

/** gen_read(path): the whole file; ends the program when it cannot be read. */
struct str gen_read(const char *path);

/** gen_write(dir, name, text): write ${dir}/${name} unless it already holds exactly ${text}. */
void gen_write(const char *dir, const char *name, struct str text);

struct gen_files {
	struct str *v; /* paths below the folder, sorted by bytes, each with a NUL behind it */
	size_t n;
};

/** gen_list(dir, ext): all files under ${dir} whose names end with ${ext}, hidden ones left out. */
struct gen_files gen_list(const char *dir, struct str ext);

/** gen_path(dir, name): ${dir}/${name}. */
const char *gen_path(const char *dir, struct str name);

#endif
