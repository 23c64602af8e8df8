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
	[KEYS_VAULT_PRIVATE] = 0600,
	[KEYS_VAULT_PUBLIC] = 0644,
	[KEYS_APP] = 0600,
};

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

static enum err none_there(const struct cli *c)
{
	char path[PATH_BYTES_MAX];
	for (enum keys_file which = 0; which < KEYS_FILE_N; which++) {
		try(path_of(c, which, path));
		if (access(path, F_OK) == 0) {
			complain(c, path, "is there already; keys are never overwritten");
			return E_CONFLICT;
		}
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

enum err keyfile_make(const struct cli *c)
{
	struct keys_vault keys;
	const char *dir = c->app->conf->keys_dir.p;
	try(none_there(c));
	try(make_dir(c, dir));
	keys_generate(c->app->rnd, &keys);
	enum err e = OK;
	for (enum keys_file which = 0; e == OK && which < KEYS_FILE_N; which++)
		e = write_key(c, &keys, which);
	secret_wipe(&keys, sizeof(keys));
	try(e);
	try(sync_dir(c, dir));
	cli_out(c, STR("keys made in "));
	cli_out(c, c->app->conf->keys_dir);
	cli_out(c, STR(": keep vault.key away from this machine once a vault runs elsewhere, and a "
		       "copy of all "
		       "three in a safe\n"));
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
			 errno == ENOENT ? "not there: run `kabinet init` once" : strerror(errno));
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
