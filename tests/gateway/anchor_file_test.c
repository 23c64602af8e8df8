/* Anchors in a file that only grows. */
#include "gateway/anchor_file.h"

#include <stdlib.h>
#include <unistd.h>

#include "support/kit.h"

static void test_anchor_file__adds_lines(void **state)
{
	(void)state;
	char path[] = "/tmp/kabinet-anchor.XXXXXX";
	char text[64] = "";
	struct anchor_file f;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	anchor_file_init(&f, path);
	assert_int_equal(port_anchor_put(&f.port, STR("2026-11-23 1 ab")), OK);
	assert_int_equal(port_anchor_put(&f.port, STR("2026-11-24 2 cd")), OK);
	assert_int_equal(read(fd, text, sizeof(text) - 1), 32);
	assert_string_equal(text, "2026-11-23 1 ab\n2026-11-24 2 cd\n");
	close(fd);
	unlink(path);
}

static void test_anchor_file__says_when_it_cannot(void **state)
{
	(void)state;
	struct anchor_file f;
	anchor_file_init(&f, "/nowhere/anchors");
	assert_int_equal(port_anchor_put(&f.port, STR("x")), E_UPSTREAM);
	anchor_file_init(&f, "/dev/full");
	assert_int_equal(port_anchor_put(&f.port, STR("x")), E_UPSTREAM);
	anchor_file_init(&f, "");
	assert_int_equal(port_anchor_put(&f.port, STR("x")), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_anchor_file__adds_lines),
		cmocka_unit_test(test_anchor_file__says_when_it_cannot),
	};
	return cmocka_run_group_tests_name("gateway/anchor_file", tests, NULL, NULL);
}
