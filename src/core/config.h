/* The settings: one INI file (libinih), described by core/config.def. An unknown key, a bad value
 * or a value out of its range is an error that names key, file and line.
 *
 * A line has at most 198 bytes. Comments are lines that begin with # or ;, and what follows a blank
 * and ; behind a value; a # in a value belongs to it. An indent means nothing. */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "core/arena.h"
#include "core/buf.h"

struct config {
#define CONF_STR(section, key, dflt, help)           struct str section##_##key;
#define CONF_TEXT(section, key, dflt, max, help)     struct str section##_##key;
#define CONF_INT(section, key, dflt, min, max, help) int64_t section##_##key;
#define CONF_BOOL(section, key, dflt, help)          bool section##_##key;
#define CONF_ENUM(section, key, dflt, choices, help) struct str section##_##key;
#define CONF_ADDR(section, key, dflt, help)          struct str section##_##key;
#define CONF_ASCII(section, key, dflt, max, help)    struct str section##_##key;
#include "core/config.def"
#undef CONF_STR
#undef CONF_TEXT
#undef CONF_INT
#undef CONF_BOOL
#undef CONF_ENUM
#undef CONF_ADDR
#undef CONF_ASCII
};

/** config_default(c): every default. */
void config_default(struct config *c);

/**
 * config_load(c, a, path, errors):
 * Read ${path} over what ${c} holds; strings are copied into ${a}. Each fault is one line in
 * ${errors}: `kabinet.ini:12: [http] lissten: no such setting`. Expected: E_INPUT (faults),
 * E_NOTFOUND (no file).
 */
enum err config_load(struct config *c, struct arena *a, const char *path,
		     struct buf *errors) must_check;

/**
 * config_set(c, a, section, key, value, errors):
 * One setting, as from the command line: `--set http.listen=…`.
 */
enum err config_set(struct config *c, struct arena *a, struct str section, struct str key,
		    struct str value, struct buf *errors) must_check;

/** config_print(b): a complete commented file with all defaults, for `kabinet config`. */
void config_print(struct buf *b);

#endif
