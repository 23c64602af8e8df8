/* `kabinet import` and `kabinet demo-signins`: what they say, where, and how they end. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "support/import_file.h"

#define PAYS "number,time,amount,provider,title,id\n"
#define SIMS "number,iccid,operator,tariff,issued\n"

struct said {
	char text[1 << 18]; /* on either stream */
};

static enum err run(struct kit *k, struct said *said, enum err (*command)(const struct cli *c),
		    const char *const *args)
{
	char path[96];
	char *argv[8] = { NULL };
	int argc = 0;
	for (; args[argc]; argc++)
		argv[argc] = (char *)args[argc];
	snprintf(path, sizeof(path), "%s/said", k->dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	struct cli cli = { .app = &k->app, .argc = argc, .argv = argv, .out_fd = fd, .err_fd = fd };
	enum err e = command(&cli);
	ssize_t n = pread(fd, said->text, sizeof(said->text) - 1, 0);
	assert_true(n >= 0);
	said->text[n] = '\0';
	close(fd);
	return e;
}

/* A file of the kit's folder. */
static const char *file_of(struct kit *k, const char *name, const char *text)
{
	char *path = arena_alloc(k->a, 128);
	assert_non_null(path);
	snprintf(path, 128, "%s/%s", k->dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_not_equal(fputs(text, f), EOF);
	fclose(f);
	return path;
}

#define IMPORT(k, said, ...)                                                                       \
	run((k), (said), cli_import, (const char *const[]){ __VA_ARGS__, NULL })

static void test_import__command_line(void **state)
{
	struct kit *k = *state;
	struct said *said = arena_alloc(k->a, sizeof(*said));
	const char *file = file_of(k, "x.csv", PAYS);
	assert_int_equal(IMPORT(k, said, "payments"), E_INPUT);
	assert_non_null(strstr(said->text, "usage: kabinet import"));
	assert_int_equal(IMPORT(k, said, "nonsense", file), E_INPUT);
	assert_int_equal(IMPORT(k, said, "payments", file, file), E_INPUT);
	assert_int_equal(IMPORT(k, said, "payments", file, "--encoding", "koi8"), E_INPUT);
	assert_int_equal(IMPORT(k, said, "payments", file, "--report"), E_INPUT);
	assert_int_equal(IMPORT(k, said, "payments", "no/such/file"), E_NOTFOUND);
	assert_int_equal(IMPORT(k, said, "payments", k->dir), E_NOTFOUND);
	assert_int_equal(IMPORT(k, said, "payments", file), OK);
	assert_non_null(strstr(said->text, "Строк в файле: 0."));
	assert_int_equal(IMPORT(k, said, "payments", file), OK);
	assert_non_null(strstr(said->text, "уже загружен 23.11.2026: ничего не изменилось"));
	assert_int_equal(IMPORT(k, said, "--columns", "charges"), OK);
	assert_non_null(strstr(said->text, "| Сумма | `amount` | yes |"));
}

/* The report goes into a spreadsheet: no cell of it may be a formula. */
static void test_import__report_disarms_formulas(void **state)
{
	struct kit *k = *state;
	struct said *said = arena_alloc(k->a, sizeof(*said));
	char report[96];
	char text[1024] = "";
	struct stat st;
	snprintf(report, sizeof(report), "%s/report.csv", k->dir);
	const char *file = file_of(k, "x.csv", PAYS ",2026-11-01,1,p,T,1\n");
	assert_int_equal(IMPORT(k, said, "--report", report, "payments", file), E_CONFLICT);
	assert_non_null(strstr(said->text, "строка 2, «Номер»: обязательная ячейка пуста\n"));
	assert_non_null(strstr(said->text, "Ничего не загружено."));
	const char *head = file_of(k, "y.csv", "\"=cmd|'/c calc'!A1\",number\n");
	assert_int_equal(IMPORT(k, said, "--report", report, "payments", head), E_CONFLICT);
	FILE *f = fopen(report, "r");
	assert_non_null(f);
	assert_int_not_equal(fread(text, 1, sizeof(text) - 1, f), 0);
	assert_int_equal(fstat(fileno(f), &st), 0);
	fclose(f);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_non_null(
		strstr(text, "1;\"'=cmd|'/c calc'!A1\";\"ошибка\";\"такого столбца нет\"\r\n"));
}

static void test_import__shows_a_thousand_faults(void **state)
{
	struct kit *k = *state;
	struct said *said = arena_alloc(k->a, sizeof(*said));
	char *text = arena_alloc(k->a, 1 << 17);
	size_t n = (size_t)snprintf(text, 1 << 17, PAYS);
	assert_non_null(said);
	for (int i = 0; i < 1500; i++)
		n += (size_t)snprintf(text + n, (1 << 17) - n, "1,2026-11-01,1,p,T,%d\n", i);
	assert_int_equal(IMPORT(k, said, "payments", file_of(k, "x.csv", text)), E_CONFLICT);
	assert_non_null(strstr(said->text, "строка 1001, «Номер»"));
	assert_null(strstr(said->text, "строка 1002,"));
	assert_non_null(strstr(said->text, "Проверено строк: 1500. Ошибок: 1500."));
	assert_null(strchr(said->text, '\r')); /* progress is for terminals */
}

static void test_import__advises_against_guessable_cards(void **state)
{
	struct kit *k = *state;
	struct said *said = arena_alloc(k->a, sizeof(*said));
	char text[4096];
	size_t n = (size_t)snprintf(text, sizeof(text), SIMS);
	for (int i = 0; i < 20; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "92100000%d,89701010000000000%d,mts,t1,\n", 10 + i, 10 + i);
	assert_int_equal(IMPORT(k, said, "sims", file_of(k, "x.csv", text)), OK);
	assert_non_null(strstr(said->text, "Предсказуемые SIM-карты: 19 из 20"));
	assert_non_null(strstr(said->text, "activation = office"));
}

static void test_import__demo_signins_refuse_a_real_store(void **state)
{
	struct kit *k = *state;
	struct said *said = arena_alloc(k->a, sizeof(*said));
	static const char *const none[] = { NULL };
	hasher_free(k->app.hasher);
	k->app.hasher = NULL;
	assert_int_equal(run(k, said, cli_demo_signins, none), E_DENIED);
	import_demo(k);
	assert_int_equal(run(k, said, cli_demo_signins, none), OK);
	int lines = 0;
	for (const char *p = said->text; (p = strchr(p, '\n')); p++)
		lines++;
	assert_int_equal(lines, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_import__command_line),
		KIT_BOTH(test_import__report_disarms_formulas),
		KIT_BOTH(test_import__shows_a_thousand_faults),
		KIT_BOTH(test_import__advises_against_guessable_cards),
		KIT_BOTH(test_import__demo_signins_refuse_a_real_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
