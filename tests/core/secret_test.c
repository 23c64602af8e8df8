#include "core/check.h"

#include "core/secret.h"

static void test_secret__eq(void **state)
{
	(void)state;
	assert_true(secret_eq(STR("12345678"), STR("12345678")));
	assert_false(secret_eq(STR("12345678"), STR("12345679")));
	assert_false(secret_eq(STR("1234567"), STR("12345678")));
	assert_true(secret_eq(STR(""), (struct str){ 0 }));
}

static void is_wiped(void *arg)
{
	const struct secret *s = arg;
	for (size_t i = 0; i < s->bytes.n; i++)
		assert_int_equal(s->bytes.p[i], 0);
}

/* Closers run last in, first out: the one registered before the copy looks at it after the wiping.
 */
static void test_secret__copy_is_wiped_with_its_arena(void **state)
{
	(void)state;
	struct arena *a = arena_new(4096);
	struct secret s = { 0 };
	assert_int_equal(arena_on_close(a, is_wiped, &s), OK);
	assert_int_equal(secret_copy(a, STR("correct horse"), &s), OK);
	check_str(s.bytes, STR("correct horse"));
	arena_reset(a);
	arena_free(a);
}

static void test_secret__copy_without_room_leaves_the_result_alone(void **state)
{
	(void)state;
	struct arena *a = arena_new(64);
	struct secret s = { .bytes = STR("before") };
	char large[100] = { 0 };
	struct str bytes = { .p = large, .n = sizeof(large) };
	assert_int_equal(secret_copy(a, bytes, &s), E_NOMEM);
	check_str(s.bytes, STR("before"));
	arena_free(a);
}

static void test_secret__wipe(void **state)
{
	(void)state;
	char key[] = "abcdef";
	secret_wipe(key, 3);
	assert_memory_equal(key, "\0\0\0def", 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secret__eq),
		cmocka_unit_test(test_secret__copy_is_wiped_with_its_arena),
		cmocka_unit_test(test_secret__copy_without_room_leaves_the_result_alone),
		cmocka_unit_test(test_secret__wipe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
