/* The functions that stand before those of libc, SQLite and the program. */
#include "fault/fault.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/sqlite_conn.h"
#include "web/web.h"

/* --- the plan --------------------------------------------------------------- */

static struct {
	struct fault what;
	_Atomic bool armed;
	_Atomic int64_t calls, hits;
	bool request;
} plan;

const char *fault_name(enum fault_kind kind)
{
	static const char *const names[FAULT_KINDS] = {
		[FAULT_HEAP] = "heap",           [FAULT_ARENA] = "arena",
		[FAULT_SQLITE] = "sqlite",       [FAULT_STATEMENT] = "statement",
		[FAULT_CONTROL] = "transaction", [FAULT_COMMIT] = "commit",
	};
	return names[kind];
}

void fault_plan(const struct fault *f)
{
	plan.what = *f;
	plan.calls = plan.hits = 0;
}

void fault_begin(void)
{
	plan.armed = true;
}

void fault_end(void)
{
	plan.armed = false;
}

void fault_request(void)
{
	plan.request = true;
}

int64_t fault_hits(void)
{
	return plan.hits;
}

/* There with a sanitizer only. */
void __sanitizer_print_stack_trace(void) __attribute__((weak));

static void tell(int64_t call)
{
	fprintf(stderr, "%s %lld fails here:\n", fault_name(plan.what.kind), (long long)call);
	if (__sanitizer_print_stack_trace)
		__sanitizer_print_stack_trace();
}

static bool fails(enum fault_kind kind)
{
	if (!plan.armed || plan.what.kind != kind)
		return false;
	int64_t call = ++plan.calls;
	if (call != plan.what.n && !(plan.what.lasting && call > plan.what.n))
		return false;
	plan.hits++;
	if (plan.what.told)
		tell(call);
	return true;
}

/* --- the heap --------------------------------------------------------------- */

/* __wrap_X() is called where the program says X(); __real_X() is X(). */
#define WRAP(type, name, ...)                                                                      \
	type __real_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__)

static bool no_memory(void)
{
	if (!fails(FAULT_HEAP))
		return false;
	errno = ENOMEM;
	return true;
}

WRAP(void *, malloc, size_t n)
{
	return no_memory() ? NULL : __real_malloc(n);
}

WRAP(void *, calloc, size_t n, size_t size)
{
	return no_memory() ? NULL : __real_calloc(n, size);
}

WRAP(void *, realloc, void *p, size_t n)
{
	return no_memory() ? NULL : __real_realloc(p, n);
}

WRAP(void *, reallocarray, void *p, size_t n, size_t size)
{
	return no_memory() ? NULL : __real_reallocarray(p, n, size);
}

WRAP(void *, aligned_alloc, size_t align, size_t n)
{
	return no_memory() ? NULL : __real_aligned_alloc(align, n);
}

WRAP(int, posix_memalign, void **ret, size_t align, size_t n)
{
	return no_memory() ? ENOMEM : __real_posix_memalign(ret, align, n);
}

WRAP(char *, strdup, const char *s)
{
	return no_memory() ? NULL : __real_strdup(s);
}

WRAP(char *, strndup, const char *s, size_t n)
{
	return no_memory() ? NULL : __real_strndup(s, n);
}

static int print(char **ret, const char *fmt, va_list args)
{
	return no_memory() ? -1 : vasprintf(ret, fmt, args);
}

int __wrap_asprintf(char **ret, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **ret, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	int n = print(ret, fmt, args);
	va_end(args);
	return n;
}

/* The same with -D_FORTIFY_SOURCE. */
int __wrap___asprintf_chk(char **ret, int flag, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int __wrap___asprintf_chk(char **ret, int flag, const char *fmt, ...)
{
	va_list args;
	(void)flag;
	va_start(args, fmt);
	int n = print(ret, fmt, args);
	va_end(args);
	return n;
}

WRAP(int, pthread_create, pthread_t *ret, const pthread_attr_t *attr, void *(*fn)(void *),
     void *arg)
{
	return no_memory() ? EAGAIN : __real_pthread_create(ret, attr, fn, arg);
}

WRAP(int, crypto_pwhash_str, char *out, const char *password, unsigned long long n,
     unsigned long long passes, size_t memory)
{
	return no_memory() ? -1 : __real_crypto_pwhash_str(out, password, n, passes, memory);
}

WRAP(int, crypto_pwhash_str_verify, const char *hash, const char *password, unsigned long long n)
{
	return no_memory() ? -1 : __real_crypto_pwhash_str_verify(hash, password, n);
}

/* --- arenas ----------------------------------------------------------------- */

WRAP(void *, arena_alloc, struct arena *a, size_t n)
{
	return fails(FAULT_ARENA) ? NULL : __real_arena_alloc(a, n);
}

WRAP(void *, arena_array, struct arena *a, size_t n, size_t size)
{
	return fails(FAULT_ARENA) ? NULL : __real_arena_array(a, n, size);
}

WRAP(enum err, arena_str, struct arena *a, struct str s, struct str *ret)
{
	return fails(FAULT_ARENA) ? E_NOMEM : __real_arena_str(a, s, ret);
}

WRAP(enum err, arena_on_close, struct arena *a, void (*fn)(void *arg), void *arg)
{
	return fails(FAULT_ARENA) ? E_NOMEM : __real_arena_on_close(a, fn, arg);
}

/* --- the store -------------------------------------------------------------- */

/* As a statement that the database gives up on: its transaction is over. */
WRAP(enum err, stmt_run, struct tx *tx, const struct stmt *st, const struct value *params,
     enum err (*on_row)(void *arg, const struct value *cols), void *arg, int64_t *ret_affected)
{
	if (tx->over == OK && fails(FAULT_STATEMENT))
		tx->over = E_STORE;
	return __real_stmt_run(tx, st, params, on_row, arg, ret_affected);
}

/* ROLLBACK is not among them: it is called where it is defined. */
WRAP(int, sqlite_conn_control, struct sqlite_conn *c, enum sqlite_control what)
{
	if (fails(FAULT_CONTROL))
		return what == CONTROL_COMMIT ? SQLITE_IOERR_FSYNC : SQLITE_NOMEM;
	int rc = __real_sqlite_conn_control(c, what);
	return what == CONTROL_COMMIT && fails(FAULT_COMMIT) ? SQLITE_IOERR_FSYNC : rc;
}

static void *sqlite_new(int n)
{
	return fails(FAULT_SQLITE) ? NULL : __real_malloc((size_t)n);
}

static void *sqlite_resize(void *p, int n)
{
	return fails(FAULT_SQLITE) ? NULL : __real_realloc(p, (size_t)n);
}

static int sqlite_size(void *p)
{
	return (int)malloc_usable_size(p);
}

static int sqlite_round(int n)
{
	return (n + 7) & ~7;
}

static int sqlite_init(void *arg)
{
	(void)arg;
	return SQLITE_OK;
}

static void sqlite_shutdown(void *arg)
{
	(void)arg;
}

void fault_install(void)
{
	static const sqlite3_mem_methods methods = {
		.xMalloc = sqlite_new,
		.xFree = free,
		.xRealloc = sqlite_resize,
		.xSize = sqlite_size,
		.xRoundup = sqlite_round,
		.xInit = sqlite_init,
		.xShutdown = sqlite_shutdown,
	};
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK)
		abort();
}

/* --- requests --------------------------------------------------------------- */

static void drop(struct http_resp *resp)
{
	buf_done(&resp->body);
	*resp = (struct http_resp){ 0 };
}

WRAP(void, web_handle, void *web, struct http_req *req, struct http_resp *resp, int refused)
{
	if (!plan.request) {
		__real_web_handle(web, req, resp, refused);
		return;
	}
	plan.request = false;
	fault_begin();
	__real_web_handle(web, req, resp, refused);
	if (resp->body.err != OK) {
		drop(resp);
		__real_web_handle(web, req, resp, 500);
		if (resp->body.err != OK)
			drop(resp);
		resp->status = 500;
	}
	fault_end();
}
