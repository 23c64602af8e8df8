/* The board: a page of memory that `kabinet serve` and its roles share, for figures. Each role
 * writes its own, the parent what it knows of them, and the web role shows all of it as /metrics.
 * Nobody decides anything by it. */
#ifndef CLI_BOARD_H
#define CLI_BOARD_H

#include "cli/role.h"
#include "core/buf.h"
#include "core/err.h"

struct board;

enum board_figure {
#define BOARD(name, roles, kind, help) BOARD_##name,
#include "cli/board.def"
#undef BOARD
	BOARD_FIGURES,
};

/** board_new(&ret, &ret_fd): an empty one, and the descriptor that others join it by
 * (close-on-exec, the caller's). Expected: E_NOMEM. */
enum err board_new(struct board **ret, int *ret_fd) must_check;

/** board_join(fd, &ret): the one behind ${fd}, which stays the caller's. Expected: E_INPUT (it is
 * no board). */
enum err board_join(int fd, struct board **ret) must_check;

/** board_free(b): for this process; NULL does nothing. */
void board_free(struct board *b);

/** board_set(b, role, what, value), board_add(b, role, what, by), board_get(b, role, what): from
 * any thread. */
void board_set(struct board *b, enum role role, enum board_figure what, int64_t value);
void board_add(struct board *b, enum role role, enum board_figure what, int64_t by);
int64_t board_get(const struct board *b, enum role role, enum board_figure what);

/** board_put(b, out): the figures of every role that has one set, in the text format of
 * Prometheus. */
void board_put(const struct board *b, struct buf *out);

#endif
