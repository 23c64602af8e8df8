/* The files of the keys: `kabinet init` makes them, each role reads those it may have. */
#ifndef CLI_KEYFILE_H
#define CLI_KEYFILE_H

#include "cli/cli.h"
#include "domain/keys.h"

/**
 * keyfile_make(c):
 * Make [keys] dir (0700) and in it what is missing: vault.key (0600) with vault.pub (0644), app.key
 * (0600), root.key (0600) with root.pub (0644), each synced. A pair of which one half is there is
 * left alone. Says what it made. Expected: E_CONFLICT (nothing is missing).
 */
enum err keyfile_make(const struct cli *c) must_check;

/**
 * keyfile_load(c, &ret):
 * Read vault.pub and app.key of [keys] dir; vault.key is not opened. Says what is wrong.
 * Expected: E_NOTFOUND (no such file), E_INPUT (not a key), E_DENIED (others may read app.key).
 */
enum err keyfile_load(const struct cli *c, struct keys *ret) must_check;

/**
 * keyfile_load_root(c, private, &ret):
 * Read root.key, which the worker alone needs, or root.pub, which checks what it signed. Says what
 * is wrong. Expected: as keyfile_load().
 */
enum err keyfile_load_root(const struct cli *c, bool private, struct keys_root *ret) must_check;

/**
 * keyfile_load_vault(c, &ret):
 * Read vault.key, which the vault alone may, and nothing else: the public half is made of it; the
 * rest of ${ret} is zeros. Says what is wrong. Expected: as keyfile_load().
 */
enum err keyfile_load_vault(const struct cli *c, struct keys_vault *ret) must_check;

#endif
