/* What tests of the layers above the store start from: an application on a temporary, migrated
 * store of either kind, a clock that the test moves, keys, a hasher that costs nothing, and people
 * to act with. Whatever fails in here fails the test. */
#ifndef SUPPORT_KIT_H
#define SUPPORT_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/app.h"
#include "domain/hasher.h"
#include "domain/keys.h"
#include "domain/session.h"
#include "domain/subscriber.h"

enum kit_store { KIT_SQLITE, KIT_POSTGRES, KIT_STORES };

struct kit {
	struct app app;
	struct config conf; /* defaults; a test may change it at any time */
	struct clock_manual clock;
	struct keys_vault keys;
	struct arena *a;
	enum kit_store kind;
	char dir[64];    /* of this kit alone; the store's file is in it */
	char url[640];   /* of the store */
	int log_fd;      /* the log, in a file of ${dir} */
	struct str text; /* what kit_bytes() has just read */
};

#define KIT_NOW_MS INT64_C(1795435200000) /* 2026-11-23, 12:00 UTC; a Monday */

/** kit_new(kind): with a store that is migrated and empty but for the operator «mts» and the
 * tariff 1. */
struct kit *kit_new(enum kit_store kind);
void kit_free(struct kit *k);

/** kit_reopen(k): close the store and open it again. */
void kit_reopen(struct kit *k);

/** kit_argon2(k): replace the cheap hasher by one of the product's cost. */
void kit_argon2(struct kit *k);

/** kit_days(k, n), kit_minutes(k, n): move the clock on. */
void kit_days(struct kit *k, int64_t n);
void kit_minutes(struct kit *k, int64_t n);

/** kit_sql(k, fmt, …): run a statement beside the application, on a connection of its own. */
void kit_sql(struct kit *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** kit_sql_refused(k, fmt, …): the database refuses the statement. */
bool kit_sql_refused(struct kit *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** kit_number(k, fmt, …): the one number that a query gives. */
int64_t kit_number(struct kit *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** kit_bytes(k, column, from): the bytes of a column of the one row of ${from} ("subscriber WHERE
 * id = 1"). */
struct str kit_bytes(struct kit *k, const char *column, const char *from);

/** kit_statements(k): statements run by the store so far. */
int64_t kit_statements(struct kit *k);

/* A number with its card and account, and what its owner types. All known by a small number n = 1,
 * 2, …: msisdn 92100000NN, ICCID 8970101000000NNN with a known end, ids n. */
struct kit_person {
	int64_t id; /* of number and SIM card; the account is id + 1000 */
	char msisdn[16];
	char iccid[24];
	char last4[5];
};

/** kit_person(n): what belongs to the ${n}th (1..9999). */
struct kit_person kit_person(int n);

/** kit_issue(k, n): number, SIM card in state issued (now), account. */
struct kit_person kit_issue(struct kit *k, int n);

/** kit_status(k, n, status, reason): the number's status from now on. */
void kit_status(struct kit *k, int n, const char *status, const char *reason);

/** kit_signin(k, person, password, &ret): one try with the defaults of a stranger's browser at
 * 192.0.2.1. */
enum err kit_signin(struct kit *k, const char *msisdn, const char *password,
		    struct signin_done *ret);

/** kit_registration(): a form without faults, password «корова на крыше». */
struct registration kit_registration(void);

#define KIT_PASSWORD "корова на крыше"

/** kit_register(k, n): kit_issue(), first sign-in and registration; the full session. */
struct session kit_register(struct kit *k, int n);

/** kit_session(k, done): who holds the token. */
struct session kit_session(struct kit *k, const struct signin_done *done);

/** KIT_BOTH(test): a test on both stores, as two rows of a table of struct CMUnitTest; *state is
 * its kit. */
#define KIT_BOTH(test)                                                                             \
	{ #test, test, kit_setup_sqlite, kit_teardown, NULL },                                     \
	{                                                                                          \
#test "_postgres", test, kit_setup_postgres, kit_teardown, NULL                    \
	}

int kit_setup_sqlite(void **state);
int kit_setup_postgres(void **state);
int kit_teardown(void **state);

#endif
