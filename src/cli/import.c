/* `kabinet import KIND FILE`: the file's two readings, what is wrong with it on the terminal and in
 * a report, progress, and waiting for a lease that a killed import left. Speaks Russian: it is the
 * clerk's command. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/keyfile.h"
#include "domain/import.h"
#include "domain/keys.h"

#define SHOWN_MAX      1000 /* faults on the terminal, and warnings */
#define LINE_BYTES_MAX 8192
#define PROGRESS_US    200000
#define ADVISE_PERCENT 5

struct file_source {
	struct import_source base;
	int fd;
};

/* What the callbacks of one import know. */
struct importing {
	const struct cli *cli;
	int report_fd; /* -1: none */
	bool terminal;
	bool line_open; /* a progress line stands on the terminal */
	int64_t progress_us;
	int64_t shown[2]; /* warnings, grave faults */
};

struct args {
	struct str kind;
	const char *file, *report;
	enum import_encoding encoding;
	bool demo;
	bool columns; /* say what the file must look like, and do nothing */
};

/* --- the file ----------------------------------------------------------------- */

static enum err file_read(struct import_source *s, void *p, size_t cap, size_t *ret_n)
{
	const struct file_source *f = (const struct file_source *)s;
	ssize_t n;
	do
		n = read(f->fd, p, cap);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return E_UPSTREAM;
	*ret_n = (size_t)n;
	return OK;
}

static enum err file_rewind(struct import_source *s)
{
	const struct file_source *f = (const struct file_source *)s;
	return lseek(f->fd, 0, SEEK_SET) == 0 ? OK : E_UPSTREAM;
}

static struct str base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return str_c(slash ? slash + 1 : path);
}

static enum err file_open(const struct cli *c, const char *path, struct file_source *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*ret = (struct file_source){
			.base = { .name = base_name(path),
				  .read = file_read,
				  .rewind = file_rewind },
			.fd = fd,
		};
		return OK;
	}
	if (fd >= 0)
		close(fd);
	cli_err(c, str_c(path));
	cli_err(c, STR(": файла нет, он не читается или это не файл\n"));
	return E_NOTFOUND;
}

/* --- saying ------------------------------------------------------------------- */

static void end_line(struct importing *i)
{
	if (i->line_open)
		cli_err(i->cli, STR("\r\033[K"));
	i->line_open = false;
}

/* A cell of the report. What a spreadsheet would take for a formula is made a text. */
static void put_cell(struct buf *b, struct str s)
{
	buf_c(b, '"');
	if (s.n && memchr("=+-@\t\r", *s.p, 6))
		buf_c(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_c(b, '"');
		buf_c(b, s.p[i]);
	}
	buf_c(b, '"');
}

static void report(const struct importing *i, struct str s)
{
	while (s.n) {
		ssize_t n = write(i->report_fd, s.p, s.n);
		if (n < 0 && errno != EINTR)
			return;
		s = str_sub(s, n > 0 ? (size_t)n : 0, s.n);
	}
}

static void report_fault(const struct importing *i, const struct import_fault *f)
{
	struct buf row;
	struct buf text;
	buf_init(&row, LINE_BYTES_MAX);
	buf_init(&text, LINE_BYTES_MAX);
	import_fault_text(&text, f);
	buf_i64(&row, f->line);
	buf_c(&row, ';');
	put_cell(&row, f->column);
	buf_c(&row, ';');
	put_cell(&row, import_is_grave(f->problem) ? STR("ошибка") : STR("предупреждение"));
	buf_c(&row, ';');
	put_cell(&row, buf_str(&text));
	buf_put(&row, STR("\r\n"));
	report(i, buf_str(&row));
	buf_done(&row);
	buf_done(&text);
}

static void show_fault(const struct importing *i, const struct import_fault *f)
{
	struct buf b;
	buf_init(&b, LINE_BYTES_MAX);
	if (f->line) {
		buf_put(&b, STR("строка "));
		buf_i64(&b, f->line);
	} else {
		buf_put(&b, STR("файл"));
	}
	if (f->column.n) {
		buf_put(&b, STR(", «"));
		buf_put(&b, f->column);
		buf_put(&b, STR("»"));
	}
	buf_put(&b, import_is_grave(f->problem) ? STR(": ") : STR(": предупреждение: "));
	import_fault_text(&b, f);
	buf_c(&b, '\n');
	cli_err(i->cli, buf_str(&b));
	buf_done(&b);
}

static void on_fault(void *arg, const struct import_fault *f)
{
	struct importing *i = arg;
	int64_t *shown = &i->shown[import_is_grave(f->problem)];
	end_line(i);
	if (i->report_fd >= 0)
		report_fault(i, f);
	if (++*shown <= SHOWN_MAX)
		show_fault(i, f);
	else if (*shown == SHOWN_MAX + 1)
		cli_err(i->cli, STR("… остальные: в файле, который называет --report\n"));
}

static void on_progress(void *arg, enum import_phase phase, int64_t done, int64_t total)
{
	static const struct str names[] = {
		[IMPORT_READING] = STR("Чтение"),
		[IMPORT_CHECKING] = STR("Проверка"),
		[IMPORT_APPLYING] = STR("Загрузка"),
		[IMPORT_CLEANING] = STR("Завершение"),
	};
	struct importing *i = arg;
	const struct clock *clock = i->cli->app->clock;
	if (!i->terminal || clock->mono_us(clock) - i->progress_us < PROGRESS_US)
		return;
	i->progress_us = clock->mono_us(clock);
	struct buf b;
	buf_init(&b, LINE_BYTES_MAX);
	buf_put(&b, STR("\r\033[K"));
	buf_put(&b, names[phase]);
	if (total > 0) {
		buf_c(&b, ' ');
		buf_i64(&b, done * 100 / total);
		buf_put(&b, STR(" %"));
	}
	cli_err(i->cli, buf_str(&b));
	i->line_open = true;
	buf_done(&b);
}

static void on_resumed(void *arg, struct str file)
{
	struct importing *i = arg;
	end_line(i);
	cli_err(i->cli, STR("Сначала заканчиваю прерванную загрузку файла «"));
	cli_err(i->cli, file);
	cli_err(i->cli, STR("»\n"));
}

static void put_count(struct buf *b, const char *what, int64_t n)
{
	buf_put(b, str_c(what));
	buf_i64(b, n);
}

static void put_guess(struct buf *b, const struct import_result *r)
{
	if (r->guess_of == 0 || r->guessable * 100 <= r->guess_of * ADVISE_PERCENT)
		return;
	put_count(b, "Предсказуемые SIM-карты: ", r->guessable);
	put_count(b, " из ", r->guess_of);
	buf_put(b, STR(".\nУ них номер карты (ICCID) следует из соседнего, и последние 4 цифры "
		       "подберет\n"
		       "владелец соседней карты. Для такой партии безопаснее [signin] activation = "
		       "office.\n"));
}

static void sum_up(struct importing *i, const struct import_result *r, enum err e)
{
	struct buf b;
	buf_init(&b, LINE_BYTES_MAX);
	if (e == OK && r->done_before) {
		buf_put(&b, STR("Этот файл уже загружен "));
		date_print(&b,
			   tstamp_local(r->done_at, (int)i->cli->app->conf->operator_utc_offset_min)
				   .date);
		buf_put(&b, STR(": ничего не изменилось.\n"));
	} else if (e == OK) {
		put_count(&b, "Строк в файле: ", r->rows);
		put_count(&b, ". Загружено: ", r->fresh);
		put_count(&b, ". Были раньше: ", r->known);
		put_count(&b, ". Предупреждений: ", r->warnings);
		buf_put(&b, STR(".\n"));
		put_guess(&b, r);
	} else if (e == E_INPUT) {
		put_count(&b, "Ничего не загружено. Проверено строк: ", r->rows);
		put_count(&b, ". Ошибок: ", r->grave);
		put_count(&b, ". Предупреждений: ", r->warnings);
		buf_put(&b, STR(".\n"));
	}
	end_line(i);
	(e == OK ? cli_out : cli_err)(i->cli, buf_str(&b));
	buf_done(&b);
}

static void say_failure(const struct cli *c, enum err e)
{
	static const struct {
		enum err err;
		const char *text;
	} texts[] = {
		{ E_BUSY,
		  "Другая загрузка этого вида еще идет: повторите, когда она закончится.\n" },
		{ E_CONFLICT, "--demo: в хранилище уже есть настоящие номера.\n" },
		{ E_UPSTREAM, "Файл не дочитан: ошибка диска или файл стал короче.\n" },
		{ E_STORE, "База данных не записала; что было проверено, загрузится при повторе "
			   "этой команды.\n" },
		{ E_UNKNOWN, "База данных не ответила: повторите эту команду, она продолжит с того "
			     "же места.\n" },
		{ E_NOMEM, "Не хватило памяти.\n" },
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (texts[i].err == e)
			cli_err(c, str_c(texts[i].text));
}

/* --- the command ---------------------------------------------------------------- */

static bool read_encoding(struct str s, enum import_encoding *ret)
{
	if (str_eq(s, STR("utf-8")))
		*ret = IMPORT_UTF8;
	else if (str_eq(s, STR("cp1251")))
		*ret = IMPORT_CP1251;
	else
		return false;
	return true;
}

static bool read_option(const struct cli *c, int *at, struct args *ret)
{
	struct str option = str_c(c->argv[*at]);
	if (str_eq(option, STR("--demo")))
		return ret->demo = true;
	if (str_eq(option, STR("--columns")))
		return ret->columns = true;
	if (++*at >= c->argc)
		return false;
	if (str_eq(option, STR("--encoding")))
		return read_encoding(str_c(c->argv[*at]), &ret->encoding);
	if (!str_eq(option, STR("--report")))
		return false;
	ret->report = c->argv[*at];
	return true;
}

static bool read_args(const struct cli *c, struct args *ret)
{
	*ret = (struct args){ 0 };
	for (int i = 0; i < c->argc; i++) {
		if (strncmp(c->argv[i], "--", 2) == 0) {
			if (!read_option(c, &i, ret))
				return false;
		} else if (!ret->kind.p) {
			ret->kind = str_c(c->argv[i]);
		} else if (!ret->file) {
			ret->file = c->argv[i];
		} else {
			return false;
		}
	}
	return (ret->file || ret->columns) && import_is_kind(ret->kind);
}

/* A killed import holds its lease for some seconds more: wait once so long before saying that
 * another runs. */
static enum err run_patiently(const struct cli *c, const struct import_opts *opts,
			      struct import_result *ret)
{
	enum err e = import_run(c->app, opts, ret);
	const struct timespec second = { .tv_sec = 1 };
	for (int64_t waited = 0; e == E_BUSY && waited <= IMPORT_LEASE_MS; waited += 1000) {
		nanosleep(&second, NULL);
		e = import_run(c->app, opts, ret);
	}
	return e;
}

static enum err open_report(const struct cli *c, const char *path, int *ret_fd)
{
	*ret_fd = -1;
	if (!path)
		return OK;
	*ret_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (*ret_fd >= 0)
		return OK;
	cli_err(c, str_c(path));
	cli_err(c, STR(": отчет сюда не записать\n"));
	return E_NOTFOUND;
}

static enum err import_file(const struct cli *c, const struct args *args, struct file_source *file,
			    int report_fd)
{
	struct importing i = { .cli = c, .report_fd = report_fd, .terminal = isatty(c->err_fd) };
	const struct import_opts opts = {
		.kind = args->kind,
		.source = &file->base,
		.encoding = args->encoding,
		.demo = args->demo,
		.arg = &i,
		.fault = on_fault,
		.progress = on_progress,
		.resumed = on_resumed,
	};
	struct import_result result = { 0 };
	if (report_fd >= 0)
		report(&i, STR("\xEF\xBB\xBFстрока;столбец;что;почему\r\n"));
	enum err e = run_patiently(c, &opts, &result);
	sum_up(&i, &result, e);
	say_failure(c, e);
	/* A bad file is not a bad command line: 1, not 2. */
	return e == E_INPUT ? E_CONFLICT : e;
}

static enum err import_with_report(const struct cli *c, const struct args *args,
				   struct file_source *file)
{
	int report_fd;
	try(open_report(c, args->report, &report_fd));
	enum err e = import_file(c, args, file, report_fd);
	if (report_fd >= 0 && close(report_fd) < 0 && e == OK)
		e = E_UPSTREAM;
	return e;
}

static enum err print_columns(const struct cli *c, struct str kind)
{
	struct buf b;
	buf_init(&b, 1 << 16);
	import_columns(&b, kind);
	enum err e = b.err;
	cli_out(c, buf_str(&b));
	buf_done(&b);
	return e;
}

enum err cli_import(const struct cli *c)
{
	struct args args;
	struct keys keys;
	struct file_source file;
	if (!read_args(c, &args))
		return cli_usage(c, "import");
	if (args.columns)
		return print_columns(c, args.kind);
	if (str_eq(args.kind, STR("subscribers"))) {
		try(keyfile_load(c, &keys));
		c->app->keys = &keys;
	}
	enum err e = file_open(c, args.file, &file);
	if (e == OK) {
		e = import_with_report(c, &args, &file);
		close(file.fd);
	}
	c->app->keys = NULL;
	return e;
}
