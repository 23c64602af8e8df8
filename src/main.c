/* Wiring only: arguments and configuration -> struct app -> the command. What a command needs is in
 * its row of cli/cli.def; what is made here goes down by pointer and is taken apart in the reverse
 * order. */
#include <signal.h>
#include <sodium.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/ready.h"

#define CONF_BYTES_MAX (1u << 20)

struct command {
	const char *name;
	enum cli_needs needs;
	const char *args, *help;
	enum err (*run)(const struct cli *c);
};

static const struct command commands[] = {
#define CLI(name, needs, args, help) { #name, needs, args, help, cli_##name },
#include "cli/cli.def"
#undef CLI
};

static const struct command *find_command(const char *name)
{
	struct buf dashed; /* demo-signins is cli_demo_signins() */
	const struct command *found = NULL;
	buf_init(&dashed, 256);
	for (; name && *name; name++)
		buf_c(&dashed, *name == '-' ? '_' : *name);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (str_eq(str_c(commands[i].name), buf_str(&dashed)))
			found = &commands[i];
	}
	buf_done(&dashed);
	return found;
}

static void usage(const struct cli *c, void (*write)(const struct cli *c, struct str s))
{
	struct buf b;
	buf_init(&b, 65536);
	buf_put(&b, STR("usage: kabinet [--config FILE] [--set section.key=value]... COMMAND\n\n"));
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		buf_put(&b, STR("  "));
		for (const char *p = commands[i].name; *p; p++)
			buf_c(&b, *p == '_' ? '-' : *p);
		buf_c(&b, ' ');
		buf_put(&b, str_c(commands[i].args));
		buf_put(&b, STR("\n      "));
		buf_put(&b, str_c(commands[i].help));
		buf_c(&b, '\n');
	}
	write(c, buf_str(&b));
	buf_done(&b);
}

static bool asks_for_help(const struct cli *c)
{
	static const struct str words[] = { STR("--help"), STR("-h"), STR("help") };
	for (size_t i = 0; c->argc == 1 && i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq(str_c(c->argv[0]), words[i]))
			return true;
	}
	return false;
}

static enum err say_unknown(struct buf *errors, const char *what, const char *word)
{
	buf_put(errors, STR("kabinet: no such "));
	buf_put(errors, str_c(what));
	buf_put(errors, STR(": "));
	buf_put(errors, str_c(word));
	buf_put(errors, STR("\nkabinet --help lists what there is\n"));
	return E_INPUT;
}

static enum err set_one(struct config *conf, struct arena *a, struct str arg, struct buf *errors)
{
	struct str name;
	struct str section;
	struct str value = arg;
	if (!str_cut(&value, '=', &name) || !value.p || !str_cut(&name, '.', &section) || !name.p) {
		buf_put(errors, STR("--set wants section.key=value\n"));
		return E_INPUT;
	}
	return config_set(conf, a, section, name, value, errors);
}

/* Options come before the command: what is left starts with its name. */
static enum err read_options(struct cli *c, struct config *conf, struct arena *a,
			     struct buf *errors)
{
	config_default(conf);
	while (c->argc >= 2 && c->argv[0][0] == '-') {
		struct str option = str_c(c->argv[0]);
		if (str_eq(option, STR("--config")))
			try(config_load(conf, a, c->argv[1], errors));
		else if (str_eq(option, STR("--set")))
			try(set_one(conf, a, str_c(c->argv[1]), errors));
		else
			return say_unknown(errors, "option", c->argv[0]);
		c->argc -= 2;
		c->argv += 2;
	}
	return c->argc > 0 ? OK : E_INPUT;
}

static enum log_level log_level_of(struct str name)
{
	static const struct str names[] = { STR("debug"), STR("info"), STR("warn"), STR("error") };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq(names[i], name))
			return (enum log_level)i;
	}
	return LOG_INFO;
}

static enum err run_command(const struct cli *c, void *command)
{
	return ((const struct command *)command)->run(c);
}

static enum err run(const struct command *command, struct cli *c, const struct config *conf)
{
	signal(SIGPIPE, SIG_IGN);
	const struct clock *clock = clock_system();
	struct log *log = log_new(STDERR_FILENO, log_level_of(conf->log_level), clock);
	struct app app = { .clock = clock, .rnd = rnd_system(), .log = log, .conf = conf };
	if (!log)
		return E_NOMEM;
	c->app = &app;
	enum err e = ready_run(c, command->needs, run_command, (void *)(uintptr_t)command);
	log_free(log);
	return e;
}

static enum err start(struct cli *c, struct arena *a, struct buf *errors)
{
	struct config conf;
	if (asks_for_help(c)) {
		usage(c, cli_out);
		return OK;
	}
	enum err e = read_options(c, &conf, a, errors);
	const struct command *command = e == OK ? find_command(c->argv[0]) : NULL;
	if (e == OK && !command)
		e = say_unknown(errors, "command", c->argv[0]);
	if (e != OK) {
		if (errors->n)
			cli_err(c, buf_str(errors));
		else
			usage(c, cli_err);
		return E_INPUT;
	}
	c->argc--;
	c->argv++;
	return run(command, c, &conf);
}

int main(int argc, char **argv)
{
	struct cli c = {
		.argc = argc - 1,
		.argv = argv + 1,
		.called = argv,
		.out_fd = STDOUT_FILENO,
		.err_fd = STDERR_FILENO,
	};
	if (sodium_init() < 0)
		return 1;
	struct arena *a = arena_new(CONF_BYTES_MAX);
	struct buf errors;
	buf_init(&errors, CONF_BYTES_MAX);
	enum err e = a ? start(&c, a, &errors) : E_NOMEM;
	buf_done(&errors);
	arena_free(a);
	return cli_exit(e);
}
