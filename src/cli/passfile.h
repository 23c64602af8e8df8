/* Passwords of gateways, each in a file of its own: so a kabinet.ini can be shown to others, and
 * only the role that needs a password has ever seen it. */
#ifndef CLI_PASSFILE_H
#define CLI_PASSFILE_H

#include "cli/cli.h"
#include "core/secret.h"

/**
 * passfile_read(c, a, key, path, &ret):
 * The one line of ${path}, in the arena, wiped with it. ${key} ("[mail_smtp] password_file") is
 * what complaints begin with. Expected: E_INPUT (no such file, not one line of text, or others may
 * read it), E_NOMEM.
 */
enum err passfile_read(const struct cli *c, struct arena *a, const char *key, struct str path,
		       struct secret *ret) must_check;

#endif
