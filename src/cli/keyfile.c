/* The files of the keys. */
#include "cli/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/secret.h"

#define FILE_BYTES_MAX 256
#define PATH_BYTES_MAX 4096

static const mode_t modes[KEYS_FILE_N] = {
	[KEYS_VAULT_PRIVATE] = 0600, [KEYS_VAULT_PUBLIC] = 0644, [KEYS_APP] = 0600,
	[KEYS_ROOT_PRIVATE] = 0600,  [KEYS_ROOT_PUBLIC] = 0644,
};

/* What is made together: where one half is, the other may be somewhere safe, and a new one would
 * not fit it. */
static const struct group {
	enum keys_file from, to;
} groups[] = {
	{ KEYS_VAULT_PRIVATE, KEYS_VAULT_PUBLIC },
	{ KEYS_APP, KEYS_APP },
	{ KEYS_ROOT_PRIVATE, KEYS_ROOT_PUBLIC },
};
enum { GROUPS = sizeof(groups) / sizeof(groups[0]) };

static void complain(const struct cli *c, const char *path, const char *what)
{
	cli_err(c, STR("kabinet: "));
	cli_err(c, str_c(path));
	cli_err(c, STR(": "));
	cli_err(c, str_c(what));
	cli_err(c, STR("\n"));
}

static enum err path_of(const struct cli *c, enum keys_file which, char path[PATH_BYTES_MAX])
{
	struct str dir = c->app->conf->keys_dir;
	int n = snprintf(path, PATH_BYTES_MAX, "%.*s/%s", (int)dir.n, dir.p, keys_file_name(which));
	return n > 0 && n < PATH_BYTES_MAX ? OK : E_INPUT;
}

/* --- writing -------------------------------------------------------------- */

static bool write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

static enum err write_file(const struct cli *c, const char *path, mode_t mode, struct str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0) {
		complain(c, path, strerror(errno));
		return errno == EEXIST ? E_CONFLICT : E_STORE;
	}
	/* The mode of open() is cut by the umask of whoever calls. */
	bool good = fchmod(fd, mode) == 0 && write_all(fd, text) && fsync(fd) == 0;
	if (!good)
		complain(c, path, strerror(errno));
	if (close(fd) != 0 || !good) {
		unlink(path);
		return E_STORE;
	}
	return OK;
}

static enum err write_key(const struct cli *c, const struct keys_vault *keys, enum keys_file which)
{
	char path[PATH_BYTES_MAX];
	struct buf b;
	buf_init(&b, FILE_BYTES_MAX);
	enum err e = path_of(c, which, path);
	/* Grown once to its full size: a buffer that moved would leave a copy behind. */
	if (e == OK && !buf_grow(&b, FILE_BYTES_MAX))
		e = b.err;
	if (e == OK) {
		keys_encode(&b, keys, which);
		e = b.err ? b.err : write_file(c, path, modes[which], buf_str(&b));
	}
	if (b.p)
		secret_wipe(b.p, b.cap);
	buf_done(&b);
	return e;
}

static enum err is_there(const struct cli *c, const struct group *group, bool *ret)
{
	char path[PATH_BYTES_MAX];
	*ret = false;
	for (enum keys_file which = group->from; which <= group->to && !*ret; which++) {
		try(path_of(c, which, path));
		*ret = access(path, F_OK) == 0;
	}
	return OK;
}

static void say_made(const struct cli *c, enum keys_file which)
{
	cli_out(c, STR("made "));
	cli_out(c, c->app->conf->keys_dir);
	cli_out(c, STR("/"));
	cli_out(c, str_c(keys_file_name(which)));
	cli_out(c, STR("\n"));
}

static enum err write_group(const struct cli *c, const struct keys_vault *keys,
			    const struct group *group)
{
	for (enum keys_file which = group->from; which <= group->to; which++) {
		try(write_key(c, keys, which));
		say_made(c, which);
	}
	return OK;
}

/* So that the names of the files survive a power cut as well as their contents. */
static enum err sync_dir(const struct cli *c, const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	if (!good)
		complain(c, dir, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good ? OK : E_STORE;
}

/* The folders above it are for everybody, the last one is not. */
static enum err make_dir(const struct cli *c, const char *dir)
{
	char path[PATH_BYTES_MAX];
	int n = snprintf(path, sizeof(path), "%s", dir);
	if (n <= 0 || n >= PATH_BYTES_MAX)
		return E_INPUT;
	for (int i = 1; i < n; i++) {
		if (path[i] != '/')
			continue;
		path[i] = '\0';
		(void)mkdir(path, 0755);
		path[i] = '/';
	}
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return OK;
	complain(c, dir, strerror(errno));
	return E_STORE;
}

/* Only what is missing altogether: an installation that is older than a kind of key gets that one.
 */
static enum err write_missing(const struct cli *c, const struct keys_vault *keys, bool *ret_made)
{
	*ret_made = false;
	for (size_t i = 0; i < GROUPS; i++) {
		bool there;
		try(is_there(c, &groups[i], &there));
		if (!there)
			try(write_group(c, keys, &groups[i]));
		*ret_made |= !there;
	}
	return OK;
}

enum err keyfile_make(const struct cli *c)
{
	struct keys_vault keys;
	const char *dir = c->app->conf->keys_dir.p;
	bool made;
	try(make_dir(c, dir));
	keys_generate(c->app->rnd, &keys);
	enum err e = write_missing(c, &keys, &made);
	secret_wipe(&keys, sizeof(keys));
	try(e);
	if (!made) {
		complain(c, dir, "all keys are there already; they are never overwritten");
		return E_CONFLICT;
	}
	try(sync_dir(c, dir));
	cli_out(c, STR("keep vault.key away from this machine once a vault runs elsewhere, and a "
		       "copy of all in a safe\n"));
	return OK;
}

/* --- reading -------------------------------------------------------------- */

static enum err check_mode(const struct cli *c, int fd, const char *path, enum keys_file which)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return E_STORE;
	if ((st.st_mode & 077 & ~modes[which]) == 0)
		return OK;
	complain(c, path, "others may read or write this file; chmod it");
	return E_DENIED;
}

static enum err read_key(const struct cli *c, enum keys_file which, struct keys_vault *keys)
{
	char path[PATH_BYTES_MAX];
	char text[FILE_BYTES_MAX];
	try(path_of(c, which, path));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		complain(c, path,
			 errno == ENOENT ? "not there: `kabinet init` makes what is missing"
					 : strerror(errno));
		return errno == ENOENT ? E_NOTFOUND : E_STORE;
	}
	enum err e = check_mode(c, fd, path, which);
	ssize_t n = e == OK ? read(fd, text, sizeof(text)) : 0;
	close(fd);
	try(e);
	e = n > 0 ? keys_decode((struct str){ .p = text, .n = (size_t)n }, which, keys) : E_INPUT;
	secret_wipe(text, sizeof(text));
	if (e != OK)
		complain(c, path, "not a key of this kind");
	return e;
}

enum err keyfile_load(const struct cli *c, struct keys *ret)
{
	struct keys_vault keys = { 0 };
	enum err e = read_key(c, KEYS_VAULT_PUBLIC, &keys);
	if (e == OK)
		e = read_key(c, KEYS_APP, &keys);
	if (e == OK)
		*ret = keys.keys;
	secret_wipe(&keys, sizeof(keys));
	return e;
}

enum err keyfile_load_root(const struct cli *c, bool private, struct keys_root *ret)
{
	struct keys_vault keys = { 0 };
	enum err e = read_key(c, private ? KEYS_ROOT_PRIVATE : KEYS_ROOT_PUBLIC, &keys);
	if (e == OK)
		*ret = keys.root;
	secret_wipe(&keys, sizeof(keys));
	return e;
}

enum err keyfile_load_vault(const struct cli *c, struct keys_vault *ret)
{
	*ret = (struct keys_vault){ 0 };
	return read_key(c, KEYS_VAULT_PRIVATE, ret);
}
