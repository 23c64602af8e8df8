/* What all commands share: two streams, usage and exit codes. */
#include "cli/cli.h"

#include <errno.h>
#include <unistd.h>

static void write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		s = str_sub(s, (size_t)n, s.n);
	}
}

void cli_out(const struct cli *c, struct str s)
{
	write_all(c->out_fd, s);
}

void cli_err(const struct cli *c, struct str s)
{
	write_all(c->err_fd, s);
}

enum err cli_usage(const struct cli *c, const char *name)
{
	static const struct {
		const char *name, *args;
	} commands[] = {
#define CLI(name, needs, args, help) { #name, args },
#include "cli/cli.def"
#undef CLI
	};
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!str_eq(str_c(commands[i].name), str_c(name)))
			continue;
		cli_err(c, STR("usage: kabinet "));
		cli_err(c, str_c(name));
		cli_err(c, STR(" "));
		cli_err(c, str_c(commands[i].args));
		cli_err(c, STR("\n"));
	}
	return E_INPUT;
}

int cli_exit(enum err e)
{
	switch (e) {
	case OK:
		return 0;
	case E_INPUT:
	case E_STORE:
	case E_NOMEM:
		return 2;
	default:
		return 1;
	}
}
