/* The board: two views of one page, and what /metrics shows of it. */
#include "cli/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_board__what_one_writes_the_other_reads(void **state)
{
	(void)state;
	struct board *one;
	struct board *two;
	int fd;
	assert_int_equal(board_new(&one, &fd), OK);
	assert_int_equal(board_join(fd, &two), OK);
	close(fd);
	board_set(one, ROLE_WORKER, BOARD_up, 1);
	board_add(two, ROLE_WORKER, BOARD_restarts_total, 2);
	board_add(one, ROLE_WORKER, BOARD_restarts_total, 1);
	assert_int_equal(board_get(two, ROLE_WORKER, BOARD_up), 1);
	assert_int_equal(board_get(one, ROLE_WORKER, BOARD_restarts_total), 3);
	assert_int_equal(board_get(one, ROLE_WEB, BOARD_restarts_total), 0);
	board_free(one);
	board_free(two);
	board_free(NULL);
}

/* A role that was taken over has the descriptor; who reads past the end of a file is killed. */
static void test_board__cannot_be_cut(void **state)
{
	(void)state;
	struct board *b;
	int fd;
	assert_int_equal(board_new(&b, &fd), OK);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(ftruncate(fd, 1 << 20), -1);
	board_set(b, ROLE_WEB, BOARD_up, 1);
	assert_int_equal(board_get(b, ROLE_WEB, BOARD_up), 1);
	close(fd);
	board_free(b);
}

static void test_board__joins_no_other_file(void **state)
{
	(void)state;
	struct board *b;
	assert_int_equal(board_join(-1, &b), E_INPUT);
	assert_int_equal(board_join(STDIN_FILENO, &b), E_INPUT);
}

static void test_board__shows_each_role(void **state)
{
	(void)state;
	struct board *b;
	struct buf out;
	int fd;
	assert_int_equal(board_new(&b, &fd), OK);
	close(fd);
	board_set(b, ROLE_WEB, BOARD_restarts_total, 7);
	board_set(b, ROLE_WORKER, BOARD_up, 1);
	buf_init(&out, 65536);
	board_put(b, &out);
	buf_c(&out, '\0');
	assert_non_null(strstr(out.p, "# TYPE kabinet_role_restarts_total counter\n"
				      "kabinet_role_restarts_total{role=\"web\"} 7\n"
				      "kabinet_role_restarts_total{role=\"worker\"} 0\n"));
	assert_null(strstr(out.p, "office")); /* is not served here */
	buf_done(&out);
	board_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test(test_board__##name)
		T(what_one_writes_the_other_reads),
		T(cannot_be_cut),
		T(joins_no_other_file),
		T(shows_each_role),
#undef T
	};
	return cmocka_run_group_tests_name("cli/board", tests, NULL, NULL);
}
