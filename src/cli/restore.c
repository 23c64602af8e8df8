/* `kabinet restore FILE`: a backup becomes the store. It never overwrites: an old store is moved
 * away first, by hand, so a portal that still runs keeps its own file and nothing is lost by a
 * slip. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

#define ARENA_BYTES_MAX (16u << 20)

static enum err complain(const struct cli *c, struct str what)
{
	cli_err(c, what);
	cli_err(c, STR("\n"));
	return E_CONFLICT;
}

static bool join(char path[PATH_MAX], struct str base, struct str suffix)
{
	if (base.n + suffix.n >= PATH_MAX)
		return false;
	memcpy(path, base.p, base.n);
	memcpy(path + base.n, suffix.p, suffix.n);
	path[base.n + suffix.n] = '\0';
	return true;
}

static bool in_the_way(struct str store)
{
	static const struct str suffixes[] = { STR(""), STR("-wal"), STR("-shm") };
	char path[PATH_MAX];
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (!join(path, store, suffixes[i]) || access(path, F_OK) == 0)
			return true;
	}
	return false;
}

static bool copy_bytes(int from, int to)
{
	for (;;) {
		ssize_t n = sendfile(to, from, NULL, 1 << 20);
		if (n == 0)
			return fsync(to) == 0;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

static bool copy_file(const char *from_path, const char *to_path)
{
	int from = open(from_path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return false;
	bool done = false;
	int to = open(to_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (to >= 0) {
		done = copy_bytes(from, to);
		done = close(to) == 0 && done;
	}
	close(from);
	return done;
}

/* The copy opens, is of a version that this program knows, and is whole. */
static enum err prove(const struct cli *c, const char *path)
{
	const struct store_opts opts = {
		.url = path,
		.clock = c->app->clock,
		.log = c->app->log,
		.read_only = true,
	};
	struct store *store;
	try(store_open(&opts, &store));
	struct arena *a = arena_new(ARENA_BYTES_MAX);
	struct str text = { 0 };
	int have = 0;
	int want = 0;
	enum err e = a ? store_version(store, &have, &want) : E_NOMEM;
	if (e == OK && (have < 1 || have > want))
		e = E_CONFLICT;
	if (e == OK)
		e = store_integrity(store, a, &text);
	if (e == OK && !str_eq(text, STR("ok")))
		e = E_CONFLICT;
	arena_free(a);
	store_close(store);
	return e;
}

/* Also a store that was made since we looked is not overwritten. */
static bool put_in_place(const char *copy, const char *store)
{
	char dir[PATH_MAX];
	if (renameat2(AT_FDCWD, copy, AT_FDCWD, store, RENAME_NOREPLACE) != 0 ||
	    !join(dir, str_c(store), STR("")))
		return false;
	int fd = open(dirname(dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool done = fsync(fd) == 0;
	close(fd);
	return done;
}

/* What opening the copy may have left beside it. */
static void tidy(struct str copy)
{
	static const struct str suffixes[] = { STR("-wal"), STR("-shm"), STR(".lock") };
	char path[PATH_MAX];
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (join(path, copy, suffixes[i]))
			unlink(path);
	}
}

static enum err restore_by(const struct cli *c, const char *copy)
{
	if (!copy_file(c->argv[0], copy))
		return complain(
			c, STR("the backup cannot be copied: is the file there, is there room?"));
	enum err e = prove(c, copy);
	tidy(str_c(copy));
	if (e != OK)
		return complain(
			c, STR("this file is no whole store of this program's version or older"));
	if (!put_in_place(copy, c->app->conf->store_url.p))
		return complain(c, STR("the copy cannot be put in its place"));
	cli_out(c, STR("restored\n"));
	return OK;
}

enum err cli_restore(const struct cli *c)
{
	struct str store = c->app->conf->store_url;
	char copy[PATH_MAX];
	if (c->argc != 1)
		return cli_usage(c, "restore");
	if (str_starts(store, STR("postgres")))
		return complain(
			c, STR("restore is for SQLite: see docs/operations.md for PostgreSQL"));
	if (in_the_way(store) || !join(copy, store, STR(".restoring")))
		return complain(c, STR("there is a store already: stop the portal and move it away "
				       "(with its -wal and -shm) first"));
	enum err e = restore_by(c, copy);
	if (e != OK)
		unlink(copy);
	return e;
}
