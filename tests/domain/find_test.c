/* Finding subscribers: by each key, and how many statements that takes. */
#include "domain/find.h"

#include <stdio.h>

#include "domain/find_word.h"
#include "support/kit.h"

struct naming {
	struct kit *k;
	struct find_names names;
};

static enum err put_words(struct tx *tx, void *arg)
{
	struct naming *n = arg;
	return find_word_put(tx, n->k->a, &n->names);
}

/* A subscriber of the nth number, who came by an import. */
static void person(struct kit *k, int n, const char *name_fold, const char *email)
{
	kit_issue(k, n);
	kit_sql(k,
		"INSERT INTO subscriber (id, number_id, epoch, family, given, patronymic, "
		"name_fold, email, passport_mask, city) VALUES (%d, %d, 1, 'F%d', 'G', '', '%s', "
		"'%s', '', '')",
		n, n, n, name_fold, email);
	struct naming naming = { k, { n, str_c(name_fold), str_c(email) } };
	assert_int_equal(store_write(k->app.store, put_words, &naming), OK);
}

static struct find_list found(struct kit *k, const char *typed)
{
	struct find_list list;
	assert_int_equal(find_numbers(&k->app, k->a, str_c(typed), &list), OK);
	return list;
}

/* The numbers that fit, as in "1 3". */
static void must_find(struct kit *k, const char *typed, const char *want)
{
	char got[256] = "";
	struct find_list list = found(k, typed);
	for (size_t i = 0; i < list.n; i++) {
		size_t at = strlen(got);
		snprintf(got + at, sizeof(got) - at, "%s%lld", i ? " " : "",
			 (long long)list.v[i].number_id);
	}
	if (strcmp(got, want) != 0)
		fail_msg("«%s»: «%s», not «%s»", typed, got, want);
}

static void test_find__by_the_end_of_a_number(void **state)
{
	struct kit *k = *state;
	kit_issue(k, 7);
	kit_issue(k, 17);
	kit_issue(k, 2017);
	must_find(k, "7", "7 17 2017");
	must_find(k, "17", "17 2017");
	must_find(k, "00-17", "17");
	must_find(k, "2017", "2017");
	must_find(k, "9210000017", "17");
	must_find(k, "+7 (921) 000-00-17", "17");
	must_find(k, "8 921 000 00 17", "17");
	must_find(k, "99210000017", "");
	must_find(k, "921", "");
	must_find(k, "", "");
	must_find(k, "  ", "");
}

static void test_find__by_a_card(void **state)
{
	struct kit *k = *state;
	struct kit_person one = kit_issue(k, 1), two = kit_issue(k, 2);
	must_find(k, one.iccid, "1");
	must_find(k, two.iccid, "2");
	must_find(k, two.iccid + strlen(two.iccid) - 6, "2");
	must_find(k, two.iccid + 1, "2");
	must_find(k, "89701010000000009999", "");
}

static void test_find__by_the_beginning_of_any_word(void **state)
{
	struct kit *k = *state;
	person(k, 1, "семенов-орлов петр алексеевич", "");
	person(k, 2, "алексеева елена", "");
	person(k, 3, "иванов иван иванович", "");
	must_find(k, "семен", "1");
	must_find(k, "СЕМЁНОВ", "1");
	must_find(k, "орлов", "1");
	must_find(k, "Семёнов-Орлов", "1");
	must_find(k, "алексее", "2 1");
	must_find(k, "Пётр Семен", "1");
	must_find(k, "петр алекс орл сем", "1");
	must_find(k, "петр алексеева", "");
	must_find(k, "етр", "");
	must_find(k, "ив", "3");
	must_find(k, "ЕЛЕНА", "2");
	must_find(k, "%", "");
	must_find(k, "_", "");
	must_find(k, "\xd0", "");
}

static void test_find__by_email_and_contract(void **state)
{
	struct kit *k = *state;
	person(k, 1, "орлов петр", "Petr.Orlov@example.ru");
	person(k, 2, "орлов павел", "pavel@example.ru");
	kit_sql(k, "INSERT INTO contract (id, code, kind, opened_day) VALUES (7, 'Д-2031/14', "
		   "'person', 0)");
	kit_sql(k, "INSERT INTO contract (id, code, kind, opened_day) VALUES (8, '77-2031', "
		   "'person', 0)");
	kit_sql(k, "UPDATE number SET contract_id = 7 WHERE id = 1");
	kit_sql(k, "UPDATE number SET contract_id = 8 WHERE id = 2");
	must_find(k, "petr.orlov@example.ru", "1");
	must_find(k, "PETR.orlov@", "1");
	must_find(k, "orlov@example.ru", "");
	must_find(k, "Д-2031", "1");
	must_find(k, "77-2031", "2");
}

/* What is typed over a longer list than a page says so; a number is not shown twice. */
static void test_find__shows_fifty(void **state)
{
	struct kit *k = *state;
	char name[64];
	for (int n = 1; n <= 51; n++) {
		snprintf(name, sizeof(name), "яковлев яков яковлевич");
		person(k, n, name, "");
		arena_reset(k->a);
	}
	struct find_list list = found(k, "яков");
	assert_int_equal(list.n, FIND_ROWS_MAX);
	assert_true(list.more);
	kit_sql(k, "UPDATE subscriber SET closed_ms = 1 WHERE id > 50");
	list = found(k, "яков яковлевич");
	assert_int_equal(list.n, FIND_ROWS_MAX);
	for (size_t i = 0; i < list.n; i++)
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(list.v[i].number_id, list.v[j].number_id);
	list = found(k, "9210000051");
	assert_int_equal(list.n, 1);
	assert_false(list.more);
	assert_int_equal(list.v[0].family.n, 0);
}

static void test_find__tells_what_a_clerk_asks_first(void **state)
{
	struct kit *k = *state;
	kit_register(k, 1);
	kit_status(k, 1, "blocked", "debt");
	struct find_list list = found(k, "9210000001");
	assert_int_equal(list.n, 1);
	assert_true(list.v[0].family.n > 0 && list.v[0].given.n > 0);
	assert_int_equal(list.v[0].state, NUMBER_BLOCKED);
	assert_int_equal(list.v[0].msisdn.d[9], '1');
	must_find(k, "Сокол", "1");
}

static void test_find__costs_two_statements(void **state)
{
	struct kit *k = *state;
	person(k, 1, "орлов петр", "");
	found(k, "орл");
	int64_t before = kit_statements(k);
	found(k, "орл");
	assert_int_equal(kit_statements(k) - before, 2);
}

/* Who registers over an imported row is found by what they typed, and no more by what was there. */
static void test_find__forgets_what_a_registration_replaces(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	struct problems problems = { 0 };
	person(k, 1, "старая фамилия", "old@example.ru");
	struct kit_person p = kit_person(1);
	assert_int_equal(kit_signin(k, p.msisdn, p.last4, &done), OK);
	struct session s = kit_session(k, &done);
	struct registration reg = kit_registration();
	assert_int_equal(subscriber_register(&k->app, k->a, &s, &reg, &problems, &done), OK);
	must_find(k, "старая", "");
	must_find(k, "фамилия", "");
	must_find(k, "old@example.ru", "");
	must_find(k, "Соколова Анна", "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_BOTH(test_find__by_the_end_of_a_number),
		KIT_BOTH(test_find__by_a_card),
		KIT_BOTH(test_find__by_the_beginning_of_any_word),
		KIT_BOTH(test_find__by_email_and_contract),
		KIT_BOTH(test_find__shows_fifty),
		KIT_BOTH(test_find__tells_what_a_clerk_asks_first),
		KIT_BOTH(test_find__costs_two_statements),
		KIT_BOTH(test_find__forgets_what_a_registration_replaces),
	};
	return cmocka_run_group_tests_name("domain/find", tests, NULL, NULL);
}
