/* `kabinet backup` and `kabinet restore`: what comes back is whole, and nothing is ever
 * overwritten. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "support/kit.h"

struct place {
	struct kit *k;
	struct config conf; /* of the store that is restored */
	char backup[96];
	char store[96];
};

static int setup(void **state)
{
	struct place *p = test_calloc(1, sizeof(*p));
	p->k = kit_new(KIT_SQLITE);
	kit_issue(p->k, 1);
	snprintf(p->backup, sizeof(p->backup), "%s/backup", p->k->dir);
	snprintf(p->store, sizeof(p->store), "%s/restored.db", p->k->dir);
	config_default(&p->conf);
	p->conf.store_url = str_c(p->store);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	kit_free(p->k);
	test_free(p);
	return 0;
}

static enum err run(struct app *app, enum err (*command)(const struct cli *c), char *arg)
{
	char *argv[] = { arg };
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct cli c = { .app = app, .argc = 1, .argv = argv, .out_fd = fd, .err_fd = fd };
	enum err e = command(&c);
	close(fd);
	return e;
}

static void backup(struct place *p)
{
	assert_int_equal(run(&p->k->app, cli_backup, p->backup), OK);
}

static enum err restore(struct place *p, char *from)
{
	struct app app = p->k->app;
	app.conf = &p->conf;
	app.store = NULL;
	return run(&app, cli_restore, from);
}

static void write_file(const char *path, const char *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
}

/* Files whose name begins with that of the store. */
static int beside(struct place *p)
{
	int n = 0;
	DIR *d = opendir(p->k->dir);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += strncmp(e->d_name, "restored.db", 11) == 0;
	closedir(d);
	return n;
}

static void test_restore__brings_back(void **state)
{
	struct place *p = *state;
	backup(p);
	assert_int_equal(restore(p, p->backup), OK);
	assert_int_equal(beside(p), 1);
	struct stat st;
	assert_int_equal(stat(p->store, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(p->k->url, sizeof(p->k->url), "%s", p->store);
	assert_int_equal(kit_number(p->k, "SELECT count(*) FROM number"), 1);
}

static void test_restore__overwrites_nothing(void **state)
{
	static const char *const there[] = { "", "-wal", "-shm" };
	struct place *p = *state;
	char path[128];
	backup(p);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", p->store, there[i]);
		write_file(path, "precious", 8);
		assert_int_equal(restore(p, p->backup), E_CONFLICT);
		struct stat st;
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, 8);
		assert_int_equal(beside(p), 1);
		unlink(path);
	}
	/* Nor does a backup. */
	assert_int_equal(run(&p->k->app, cli_backup, p->backup), E_CONFLICT);
}

static void test_restore__what_is_no_store_is_refused(void **state)
{
	struct place *p = *state;
	char other[128];
	snprintf(other, sizeof(other), "%s/other", p->k->dir);
	assert_int_equal(restore(p, other), E_CONFLICT); /* not there */
	write_file(other, "", 0);
	assert_int_equal(restore(p, other), E_CONFLICT);
	write_file(other, "this is no database, and long enough to look at", 47);
	assert_int_equal(restore(p, other), E_CONFLICT);
	assert_int_equal(beside(p), 0);
}

/* One page of zeros in the middle, as a broken disk gives it. */
static void test_restore__a_damaged_backup_is_refused(void **state)
{
	static const char zeros[4096];
	struct place *p = *state;
	struct stat st;
	backup(p);
	assert_int_equal(stat(p->backup, &st), 0);
	for (off_t at = 4096; at < st.st_size; at += st.st_size / 5 / 4096 * 4096) {
		int fd = open(p->backup, O_RDWR | O_CLOEXEC);
		char page[4096];
		assert_int_equal(pread(fd, page, sizeof(page), at), sizeof(page));
		assert_int_equal(pwrite(fd, zeros, sizeof(zeros), at), sizeof(zeros));
		assert_int_equal(restore(p, p->backup), E_CONFLICT);
		assert_int_equal(beside(p), 0);
		assert_int_equal(pwrite(fd, page, sizeof(page), at), sizeof(page));
		close(fd);
	}
	assert_int_equal(restore(p, p->backup), OK);
}

/* One digit of a number, in the table or in its index: all can be read, and does not fit. */
static void test_restore__a_changed_byte_is_refused(void **state)
{
	struct place *p = *state;
	char *bytes = test_malloc(1 << 20);
	struct kit_person person = kit_person(1);
	backup(p);
	int fd = open(p->backup, O_RDWR | O_CLOEXEC);
	ssize_t n = pread(fd, bytes, 1 << 20, 0);
	assert_true(n > 0 && n < 1 << 20);
	const char *at = memmem(bytes, (size_t)n, person.msisdn, strlen(person.msisdn));
	assert_non_null(at);
	assert_int_equal(pwrite(fd, "8", 1, at - bytes), 1);
	close(fd);
	test_free(bytes);
	assert_int_equal(restore(p, p->backup), E_CONFLICT);
	assert_int_equal(beside(p), 0);
}

static void test_restore__a_newer_store_is_refused(void **state)
{
	struct place *p = *state;
	kit_sql(p->k,
		"INSERT INTO migration SELECT number + 1000, name, checksum, 0 FROM migration "
		"ORDER BY number DESC LIMIT 1");
	backup(p);
	assert_int_equal(restore(p, p->backup), E_CONFLICT);
	assert_int_equal(beside(p), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(test_restore__##name, setup, teardown)
		T(brings_back),
		T(overwrites_nothing),
		T(what_is_no_store_is_refused),
		T(a_damaged_backup_is_refused),
		T(a_changed_byte_is_refused),
		T(a_newer_store_is_refused),
#undef T
	};
	return cmocka_run_group_tests_name("cli/restore", tests, NULL, NULL);
}
