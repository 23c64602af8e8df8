/* The generator: what it refuses and how it says so, and that what it makes runs. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_MAX_BYTES = 256, OUTPUT_MAX_BYTES = 65536 };

/* A folder with sql/query, sql/schema and gen. */
struct fixture {
	char dir[64];
};

static void in_dir(const struct fixture *f, const char *name, char *ret)
{
	snprintf(ret, PATH_MAX_BYTES, "%s/%s", f->dir, name);
}

static int set_up(void **state)
{
	static const char *const folders[] = { "gen", "sql", "sql/query", "sql/schema" };
	struct fixture *f = calloc(1, sizeof(*f));
	char path[PATH_MAX_BYTES];
	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/kabinet-mksql.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	for (int i = 0; i < 4; i++) {
		in_dir(f, folders[i], path);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	*state = f;
	return 0;
}

/* Runs a program; its output and errors go to ${ret}; returns its exit status. */
static int run(char *const *argv, char *ret, size_t size)
{
	int fd[2], status;
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(fd[1], STDOUT_FILENO);
		dup2(fd[1], STDERR_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fd[1]);
	size_t n = 0;
	ssize_t got;
	while (n + 1 < size && (got = read(fd[0], ret + n, size - 1 - n)) > 0)
		n += (size_t)got;
	ret[n] = '\0';
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char nothing[16];
	int rc = run((char *[]){ "rm", "-rf", f->dir, NULL }, nothing, sizeof(nothing));
	free(f);
	return rc;
}

static void put_file(const struct fixture *f, const char *name, const char *text)
{
	char path[PATH_MAX_BYTES];
	in_dir(f, name, path);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int mksql(const struct fixture *f, char *ret, size_t size)
{
	char gen[PATH_MAX_BYTES], sql[PATH_MAX_BYTES];
	in_dir(f, "gen", gen);
	in_dir(f, "sql", sql);
	return run((char *[]){ "build/tools/mksql", gen, sql, NULL }, ret, size);
}

static void read_gen(const struct fixture *f, const char *name, char *ret, size_t size)
{
	char path[PATH_MAX_BYTES];
	in_dir(f, name, path);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	ret[fread(ret, 1, size - 1, file)] = '\0';
	fclose(file);
}

/* The query file must be refused at ${line} with ${message}. */
struct refusal {
	const char *text;
	int line;
	const char *message;
};

static void test_mksql__refuses_with_file_and_line(void **state)
{
	static const struct refusal cases[] = {
		{ "SELECT 1;\n", 1, "a statement needs a header" },
		{ "\n-- room_x :some ()\nSELECT 1;\n", 2, "a kind is" },
		{ "-- other_x :exec ()\nSELECT 1;\n", 1, "the name must begin with room_" },
		{ "-- room_x :one (a text) -> (n i64)\nSELECT 1;\n", 1, "no such type: text" },
		{ "-- room_x :one () -> (n money?)\nSELECT 1;\n", 1, "no such type: money?" },
		{ "-- room_x :one () -> (n bulk)\nSELECT 1;\n", 1, "not a column" },
		{ "-- room_x :one ()\nSELECT 1;\n", 1, ":one has some columns" },
		{ "-- room_x :exec () -> (n i64)\nSELECT 1;\n", 1, ":exec has no columns" },
		{ "-- room_x :exec (a i64\nDELETE FROM t;\n", 1, "was expected" },
		{ "-- room_x :exec ()\nDELETE FROM t\n", 1, "a statement ends with ;" },
		{ "-- room_x :exec ()\nDELETE FROM t; DELETE FROM t;\n", 1, "one statement only" },
		{ "-- room_x :exec (a i64)\nDELETE FROM t;\n", 1, "other parameters" },
		{ "-- room_x :exec ()\nDELETE FROM t WHERE id = $1;\n", 1, "other parameters" },
		{ "-- room_x :exec (a i64, b i64)\nDELETE FROM t WHERE id = $2;\n", 1,
		  "other parameters" },
		{ "-- room_x :exec ()\nDELETE FROM t WHERE id = $0;\n", 1, "no such parameter" },
		{ "-- room_x :exec ()\nDELETE FROM ${t};\n", 1, "no such token: ${t}" },
		{ "-- room_x :exec ()\nDELETE FROM t WHERE n = 'a;\n", 1, "without its end" },
		{ "-- room_x :each () -> (n i64)\nDELETE FROM t RETURNING n;\n", 1,
		  ":each is for SELECT" },
		{ "-- room_x :exec ()\nDELETE FROM t;\n-- room_x :exec ()\nDELETE FROM t;\n", 3,
		  "was there before, on line 1" },
		{ "-- room_x {sqlite} :exec ()\nDELETE FROM t;\n", 1, "no twin for {postgres}" },
		{ "-- room_x {sqlite} :exec ()\nDELETE FROM t;\n-- room_x {postgres} :rows "
		  "()\nDELETE FROM t;\n",
		  3, "differs from its twin" },
		{ "-- room_x {sqlite} :exec (a i64)\nDELETE FROM t WHERE i = $1;\n"
		  "-- room_x {postgres} :exec (a str)\nDELETE FROM t WHERE i = $1;\n",
		  3, "differs from its twin" },
		{ "-- room_x {oracle} :exec ()\nDELETE FROM t;\n", 1, "a tag is" },
	};
	const struct fixture *f = *state;
	char output[OUTPUT_MAX_BYTES], place[PATH_MAX_BYTES];
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		put_file(f, "sql/query/room.sql", cases[i].text);
		int status = mksql(f, output, sizeof(output));
		snprintf(place, sizeof(place), "%s/sql/query/room.sql:%d: ", f->dir, cases[i].line);
		if (status != 1 || strncmp(output, place, strlen(place)) != 0 ||
		    !strstr(output, cases[i].message))
			fail_msg("%s\ngave %d: %s", cases[i].text, status, output);
	}
}

static void test_mksql__refuses_migrations_with_gaps_or_odd_names(void **state)
{
	const struct fixture *f = *state;
	char output[OUTPUT_MAX_BYTES], path[PATH_MAX_BYTES];
	put_file(f, "sql/schema/0001_one.sql", "CREATE TABLE one (id ${id});\n");
	put_file(f, "sql/schema/0003_three.sql", "CREATE TABLE three (id ${id});\n");
	assert_int_equal(mksql(f, output, sizeof(output)), 1);
	assert_non_null(strstr(output, "expected 0002"));
	in_dir(f, "sql/schema/0003_three.sql", path);
	unlink(path);
	put_file(f, "sql/schema/2_two.sql", "SELECT 1;\n");
	assert_int_equal(mksql(f, output, sizeof(output)), 1);
}

static void test_mksql__expands_tokens_and_numbers_for_each_database(void **state)
{
	const struct fixture *f = *state;
	char output[OUTPUT_MAX_BYTES];
	put_file(
		f, "sql/query/room.sql",
		"-- room_x :exec (a i64, b i64)\n-- Its comment.\n"
		"UPDATE t SET a = $2, -- not $3\n\tb = '$4 ; --', c = CAST('' AS ${bytes})\n  "
		"WHERE id = $1;\n"
		"-- room_y :exec (ids bulk)\n"
		"DELETE FROM t WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM ${each}($1));\n");
	put_file(f, "sql/schema/0001_one.sql",
		 "CREATE TABLE one (\n\tid ${id}\n)${strict};\n-- {sqlite}\nA;\n-- {postgres}\nB "
		 "$$ C $$;\n"
		 "-- {both}\nD ${clustered};\n");
	assert_int_equal(mksql(f, output, sizeof(output)), 0);
	read_gen(f, "gen/q_room.c", output, sizeof(output));
	assert_non_null(strstr(
		output,
		"\"UPDATE t SET a = ?2, b = '$4 ; --', c = CAST('' AS BLOB) WHERE id = ?1\""));
	assert_non_null(strstr(
		output,
		"\"UPDATE t SET a = $2, b = '$4 ; --', c = CAST('' AS BYTEA) WHERE id = $1\""));
	assert_non_null(strstr(output, "FROM json_each(?1))\""));
	assert_non_null(strstr(output, "FROM json_array_elements($1))\""));
	read_gen(f, "gen/q_room.h", output, sizeof(output));
	assert_non_null(strstr(output, "/** q_room_x(): Its comment. */"));
	assert_non_null(strstr(output, "q_room_y(struct tx *tx, const struct bulk *ids)"));
	read_gen(f, "gen/schema.c", output, sizeof(output));
	assert_non_null(strstr(output, "\\tid INTEGER\\n"));
	assert_non_null(strstr(output, "\\tid BIGINT\\n"));
	assert_non_null(strstr(output, ") STRICT;\\n"));
	assert_non_null(strstr(output, "\"A;\\n\""));
	assert_non_null(strstr(output, "\"B $$ C $$;\\n\""));
	assert_non_null(strstr(output, "\"D  STRICT, WITHOUT ROWID;\\n\""));
	/* A section is seen by its own database only. */
	assert_null(strstr(strstr(output, ".postgres"), "\"A;"));
}

static void test_mksql__leaves_alone_what_did_not_change(void **state)
{
	const struct fixture *f = *state;
	char output[OUTPUT_MAX_BYTES], path[PATH_MAX_BYTES];
	struct stat before, after;
	put_file(f, "sql/query/room.sql", "-- room_x :exec ()\nDELETE FROM t;\n");
	assert_int_equal(mksql(f, output, sizeof(output)), 0);
	in_dir(f, "gen/q_room.h", path);
	assert_int_equal(stat(path, &before), 0);
	/* Another text of the same type: the header is the same, the source is not. */
	put_file(f, "sql/query/room.sql", "-- room_x :exec ()\nDELETE FROM u;\n");
	assert_int_equal(mksql(f, output, sizeof(output)), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
	read_gen(f, "gen/q_room.c", output, sizeof(output));
	assert_non_null(strstr(output, "DELETE FROM u"));
}

/* The folder of the variant that this program was built in. */
static void test_mksql__makes_code_that_runs_on_both_databases(void **state)
{
	char out[PATH_MAX_BYTES], *output = malloc(OUTPUT_MAX_BYTES);
	(void)state;
	assert_non_null(output);
	ssize_t n = readlink("/proc/self/exe", out, sizeof(out) - 1);
	assert_true(n > 0);
	out[n] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(out, '/') = '\0';
	int status = run((char *[]){ "sh", "tests/store/generated", out, NULL }, output,
			 OUTPUT_MAX_BYTES);
	if (status != 0)
		fail_msg("%s", output);
	free(output);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_mksql__refuses_with_file_and_line),
		CASE(test_mksql__refuses_migrations_with_gaps_or_odd_names),
		CASE(test_mksql__expands_tokens_and_numbers_for_each_database),
		CASE(test_mksql__leaves_alone_what_did_not_change),
		cmocka_unit_test(test_mksql__makes_code_that_runs_on_both_databases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
