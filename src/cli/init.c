/* `kabinet init`: the keys, once. */
#include "cli/cli.h"
#include "cli/keyfile.h"

enum err cli_init(const struct cli *c)
{
	if (c->argc != 0)
		return cli_usage(c, "init");
	return keyfile_make(c);
}
