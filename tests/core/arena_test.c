#include "core/check.h"

#include <sanitizer/asan_interface.h>
#include <stdlib.h>

/* clang says it in its own way. */
#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

static void test_arena__gives_zeroed_aligned_memory(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	assert_non_null(a);
	for (size_t n = 0; n < 300; n++) {
		unsigned char *p = arena_alloc(a, n);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, n);
	}
	arena_free(a);
}

static void test_arena__pieces_do_not_overlap(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	unsigned char *pieces[500];
	for (size_t i = 0; i < COUNT(pieces); i++) {
		pieces[i] = arena_alloc(a, 1 + i);
		memset(pieces[i], (int)(i & 0xFF), 1 + i);
	}
	for (size_t i = 0; i < COUNT(pieces); i++)
		for (size_t k = 0; k <= i; k++)
			assert_int_equal(pieces[i][k], i & 0xFF);
	arena_free(a);
}

static void test_arena__ceiling(void **state)
{
	(void)state;
	struct arena *a = arena_new(1000);
	assert_null(arena_alloc(a, 1009));
	assert_non_null(arena_alloc(a, 1000));
	assert_null(arena_alloc(a, 100));
	assert_null(arena_alloc(a, 0));
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	assert_non_null(arena_alloc(a, 1000));
	arena_free(a);
}

static void test_arena__ceiling_holds_over_many_pieces(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	size_t n = 0;
	while (arena_alloc(a, 64))
		n++;
	assert_int_equal(n, (1 << 20) / 64);
	assert_int_equal(arena_used(a), 1 << 20);
	arena_free(a);
}

static void test_arena__huge_requests(void **state)
{
	(void)state;
	struct arena *a = arena_new(SIZE_MAX);
	volatile size_t huge = SIZE_MAX; /* volatile: the compiler refuses it else */
	assert_null(arena_array(a, huge, 16));
	assert_null(arena_array(a, huge, 1));
	assert_non_null(arena_array(a, 3, 100000));
	arena_free(a);
}

static void test_arena__str_is_a_copy_with_nul(void **state)
{
	(void)state;
	struct arena *a = arena_new(4096);
	char origin[] = "abc";
	struct str copy;
	assert_int_equal(arena_str(a, str_c(origin), &copy), OK);
	origin[0] = 'x';
	check_str(copy, STR("abc"));
	assert_int_equal(copy.p[3], '\0');
	assert_int_equal(arena_str(a, (struct str){ 0 }, &copy), OK);
	assert_int_equal(copy.n, 0);
	assert_non_null(copy.p);
	assert_int_equal(arena_str(a, (struct str){ .p = origin, .n = 5000 }, &copy), E_NOMEM);
	assert_int_equal(copy.n, 0);
	arena_free(a);
}

struct trace {
	char order[8];
	size_t n;
};

struct step {
	struct trace *trace;
	char name;
};

static void leave_name(void *arg)
{
	struct step *step = arg;
	step->trace->order[step->trace->n++] = step->name;
}

static void test_arena__closers_run_last_in_first_out(void **state)
{
	(void)state;
	struct trace trace = { .n = 0 };
	struct arena *a = arena_new(4096);
	for (char name = 'a'; name <= 'c'; name++) {
		/* In the arena itself: a closer may use what was allocated there. */
		struct step *step = ARENA_NEW(a, struct step);
		*step = (struct step){ .trace = &trace, .name = name };
		assert_int_equal(arena_on_close(a, leave_name, step), OK);
	}
	arena_reset(a);
	assert_string_equal(trace.order, "cba");
	arena_free(a);
	assert_int_equal(trace.n, 3);
	arena_free(NULL);
}

#ifdef __SANITIZE_ADDRESS__
static void test_arena__unused_memory_is_poisoned(void **state)
{
	(void)state;
	struct arena *a = arena_new(4096);
	char *p = arena_alloc(a, 20);
	assert_false(__asan_address_is_poisoned(p + 19));
	assert_true(__asan_address_is_poisoned(p + 20));
	char *q = arena_alloc(a, 20);
	assert_true(__asan_address_is_poisoned(q - 1));
	arena_reset(a);
	assert_true(__asan_address_is_poisoned(p));
	arena_free(a);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena__gives_zeroed_aligned_memory),
		cmocka_unit_test(test_arena__pieces_do_not_overlap),
		cmocka_unit_test(test_arena__ceiling),
		cmocka_unit_test(test_arena__ceiling_holds_over_many_pieces),
		cmocka_unit_test(test_arena__huge_requests),
		cmocka_unit_test(test_arena__str_is_a_copy_with_nul),
		cmocka_unit_test(test_arena__closers_run_last_in_first_out),
#ifdef __SANITIZE_ADDRESS__
		cmocka_unit_test(test_arena__unused_memory_is_poisoned),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
