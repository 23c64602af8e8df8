/* The files of the keys: `kabinet init` makes them, `kabinet serve` reads the two it may have. */
#ifndef CLI_KEYFILE_H
#define CLI_KEYFILE_H

#include "cli/cli.h"
#include "domain/keys.h"

/**
 * keyfile_make(c):
 * Make [keys] dir (0700) and in it vault.key and app.key (0600) and vault.pub (0644), each synced.
 * Says what it made. Expected: E_CONFLICT (one of the files is there: nothing is made, nothing
 * overwritten).
 */
enum err keyfile_make(const struct cli *c) must_check;

/**
 * keyfile_load(c, &ret):
 * Read vault.pub and app.key of [keys] dir; vault.key is never opened. Says what is wrong.
 * Expected: E_NOTFOUND (no such file), E_INPUT (not a key), E_DENIED (others may read app.key).
 */
enum err keyfile_load(const struct cli *c, struct keys *ret) must_check;

#endif
