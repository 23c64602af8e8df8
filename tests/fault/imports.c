/* Five kinds of files: each is brought in whole and once, whatever failed in between. */
#include "fault/torture.h"

#include <stdio.h>
#include <string.h>

#include "support/import_file.h"

/* ICCID of the ${n}th card with its check digit (ISO/IEC 7812-1, annex B). */
static void iccid_of(int n, char ret[32])
{
	int sum = 0;
	snprintf(ret, 32, "8970102%011d", n);
	for (int i = 0; i < 18; i++) {
		int d = (ret[17 - i] - '0') * (i % 2 ? 1 : 2);
		sum += d / 10 + d % 10;
	}
	snprintf(ret + 18, 14, "%d", (10 - sum % 10) % 10);
}

static void write_tariffs(struct torture *t)
{
	snprintf(t->text, sizeof(t->text),
		 "operator,code,name,from,fee,minutes,gb,sms\n"
		 "mts,a%d,Один,2026-02-01,350,300,10,-1\nmts,b%d,Два,2026-02-01,0,1,1,1\n",
		 t->n, t->n);
}

static void write_sims(struct torture *t)
{
	char one[32], two[32];
	iccid_of(7 * t->n, one);
	iccid_of(7 * t->n + 3, two);
	snprintf(t->text, sizeof(t->text),
		 "number,iccid,operator,tariff,issued\n"
		 "931%07d,%s,mts,t1,2026-11-20\n931%07d,%s,mts,t1,\n",
		 2 * t->n, one, 2 * t->n + 1, two);
}

static void write_subscribers(struct torture *t)
{
	char one[32], two[32];
	iccid_of(7 * t->n, one);
	iccid_of(7 * t->n + 3, two);
	snprintf(t->text, sizeof(t->text),
		 "number,iccid,operator,tariff,tariff_since,contract,family,given,birth,email,"
		 "contact_phone,opening,opening_date\n"
		 "931%07d,%s,mts,t1,2024-03-01,c%d-1,Иванов,Иван,01.02.1980,a@b.ru,9050000001,"
		 "12.50,2024-03-01\n"
		 "931%07d,%s,mts,t1,2024-03-01,c%d-2,,,,,,,\n",
		 2 * t->n, one, t->n, 2 * t->n + 1, two, t->n);
}

static void write_charges(struct torture *t)
{
	snprintf(t->text, sizeof(t->text),
		 "number,date,kind,title,amount,source,id\n"
		 "9210000001,2026-11-01,fee,Плата,350,mts,%d-1\n"
		 "9210000001,2026-11-02,charge,Звонки,\"12,34\",mts,%d-2\n",
		 t->n, t->n);
}

static void write_payments(struct torture *t)
{
	snprintf(t->text, sizeof(t->text),
		 "number,time,amount,provider,title,id\n"
		 "9210000001,2026-11-01 10:00,100,p,Платеж,%d-1\n"
		 "9210000001,2026-11-02,0.01,p,Платеж,%d-2\n",
		 t->n, t->n);
}

static enum err import(struct torture *t, struct import_said *said)
{
	const char *kind = strchr(t->what->name, '_') + 1;
	return import_text(t->k, kind, t->text, said);
}

static bool attempt_import(struct torture *t)
{
	struct import_said said;
	fault_begin();
	enum err e = import(t, &said);
	fault_end();
	if (said.n)
		fail_msg("a good file has faults: %s", said.faults);
	if (e == OK)
		assert_int_equal(said.result.fresh, 2);
	return torture_done(e);
}

/* The table that gets two rows of each file. */
static int64_t imported(struct torture *t)
{
	const char *table = strcmp(t->what->name, "import_tariffs") == 0    ? "tariff"
			    : strcmp(t->what->name, "import_charges") == 0  ? "entry"
			    : strcmp(t->what->name, "import_payments") == 0 ? "entry"
									    : "sim";
	return kit_number(t->k, "SELECT count(*) FROM %s", table);
}

static void begin_import(struct torture *t)
{
	kit_issue(t->k, 1);
	t->before = imported(t);
}

static void settle_import(struct torture *t, bool right)
{
	struct import_said said;
	kit_minutes(t->k, 1);
	assert_int_equal(import(t, &said), OK);
	assert_int_equal(said.n, 0);
	assert_true(!right || said.result.done_before);
	assert_int_equal(imported(t), t->before + 2 * t->n);
	import_nothing_staged(t->k);
}

/* --- which ------------------------------------------------------------------ */

#define IMPORT(kind)                                                                               \
	{                                                                                          \
		.name = "import_" #kind, .begin = begin_import, .prepare = write_##kind,           \
		.attempt = attempt_import, .settle = settle_import                                 \
	}

static const struct torture_case cases[] = {
	IMPORT(tariffs), IMPORT(sims), IMPORT(subscribers), IMPORT(charges), IMPORT(payments),
};

struct torture_list torture_imports(void)
{
	return (struct torture_list){ cases, sizeof(cases) / sizeof(cases[0]) };
}
