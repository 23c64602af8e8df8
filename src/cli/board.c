/* The board of figures. */
#include "cli/board.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BOARD_WEB = 1 << ROLE_WEB,
	BOARD_OFFICE = 1 << ROLE_OFFICE,
	BOARD_VAULT = 1 << ROLE_VAULT,
	BOARD_WORKER = 1 << ROLE_WORKER,
	BOARD_ALL = BOARD_WEB | BOARD_OFFICE | BOARD_VAULT | BOARD_WORKER,
	BOARD_STORE = BOARD_ALL & ~BOARD_VAULT /* those that open it */
};

struct board {
	atomic_int_least64_t figure[BOARD_FIGURES][ROLES];
	atomic_bool used[ROLES]; /* something was written: not every role is served everywhere */
};

static const struct figure {
	const char *name;
	unsigned roles;
	const char *kind;
	const char *help;
} figures[BOARD_FIGURES] = {
#define BOARD(name_, roles_, kind_, help_)                                                         \
	[BOARD_##name_] = { .name = #name_, .roles = roles_, .kind = kind_, .help = help_ },
#include "cli/board.def"
#undef BOARD
};

/* Its size stays what it is: a role that was taken over could cut it, and who then looks at it is
 * killed, the parent first. */
static bool set_size(int fd)
{
	return ftruncate(fd, sizeof(struct board)) == 0 &&
	       fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
}

enum err board_new(struct board **ret, int *ret_fd)
{
	int fd = memfd_create("kabinet-board", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return E_NOMEM;
	enum err e = set_size(fd) ? board_join(fd, ret) : E_NOMEM;
	if (e == OK)
		*ret_fd = fd;
	else
		close(fd);
	return e;
}

enum err board_join(int fd, struct board **ret)
{
	struct stat st;
	if (fstat(fd, &st) != 0 || st.st_size != sizeof(struct board))
		return E_INPUT;
	void *p = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return E_NOMEM;
	*ret = p;
	return OK;
}

void board_free(struct board *b)
{
	if (b)
		munmap(b, sizeof(*b));
}

void board_set(struct board *b, enum role role, enum board_figure what, int64_t value)
{
	b->used[role] = true;
	atomic_store_explicit(&b->figure[what][role], value, memory_order_relaxed);
}

void board_add(struct board *b, enum role role, enum board_figure what, int64_t by)
{
	b->used[role] = true;
	atomic_fetch_add_explicit(&b->figure[what][role], by, memory_order_relaxed);
}

int64_t board_get(const struct board *b, enum role role, enum board_figure what)
{
	return atomic_load_explicit(&b->figure[what][role], memory_order_relaxed);
}

static void put_value(struct buf *out, const char *name, enum role role, int64_t value)
{
	buf_put(out, STR("kabinet_role_"));
	buf_put(out, str_c(name));
	buf_put(out, STR("{role=\""));
	buf_put(out, str_c(role_name(role)));
	buf_put(out, STR("\"} "));
	buf_i64(out, value);
	buf_c(out, '\n');
}

static void put_head(struct buf *out, const char *word, const struct figure *f, const char *text)
{
	buf_put(out, STR("# "));
	buf_put(out, str_c(word));
	buf_put(out, STR(" kabinet_role_"));
	buf_put(out, str_c(f->name));
	buf_c(out, ' ');
	buf_put(out, str_c(text));
	buf_c(out, '\n');
}

void board_put(const struct board *b, struct buf *out)
{
	for (enum board_figure i = 0; i < BOARD_FIGURES; i++) {
		const struct figure *f = &figures[i];
		put_head(out, "HELP", f, f->help);
		put_head(out, "TYPE", f, f->kind);
		for (enum role r = 0; r < ROLES; r++) {
			if (b->used[r] && f->roles & 1u << r)
				put_value(out, f->name, r, board_get(b, r, i));
		}
	}
}
