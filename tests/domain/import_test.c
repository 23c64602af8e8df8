/* The five kinds of files: what is refused and why, and what is in the store afterwards. */
#include <stdio.h>
#include <stdlib.h>

#include "domain/import_demo.h"
#include "domain/seal.h"
#include "support/books.h"
#include "support/import_file.h"

#define TARIFFS "operator,operator_name,code,name,from,fee,minutes,gb,sms\n"
#define SIMS    "number,iccid,operator,tariff,issued\n"
#define SUBS    "number,iccid,operator,tariff,tariff_since,contract,"
#define CHARGES "number,date,kind,title,amount,source,id\n"
#define PAYS    "number,time,amount,provider,title,id\n"

/* The kit's own operator and tariff, and cards of it. */
#define CARD(n)   "89701010000000000" n
#define ONE_SIM   SIMS "9210000001," CARD("12") ",mts,t1,2026-11-20\n"
#define SUB(n, c) "92100000" n "," CARD(c) ",mts,t1,2024-03-01,"

static void test_import__demonstration(void **state)
{
	struct kit *k = *state;
	import_demo(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM number"), 200);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM account"), 204);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM sim"), 200);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM sim WHERE state = 'active'"), 150);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM sim WHERE state = 'stock'"), 8);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM subscriber"), 150);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry WHERE kind = 'fee'"), 180 * 24);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM number_status WHERE reason = 'debt'"),
			 8);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM tariff_version"), 25);
	books_assert_sound(k);
}

static const struct {
	const char *kind, *text, *want;
} bad_rows[] = {
	{ "tariffs",
	  TARIFFS "mts,,t9,X,01.02.2026,1 500,300,5,безлимит\nt3,,a,A,2026-02-01,1,1,1,1\n",
	  "3:Оператор:OPERATOR_NEW=t3\n" },
	{ "tariffs", TARIFFS "mts,,t9,X,31.02.2026,-1,1.5,,1\n",
	  "2:Действует с:DATE=31.02.2026\n2:Минуты:VOLUME=1.5\n" },
	{ "tariffs", TARIFFS "mts,,t9,X,2026-02-01,-1,1,,1\n",
	  "2:Абонентская плата:NEGATIVE\n2:Гигабайты:GIGABYTES\n" },
	{ "tariffs", TARIFFS "mts,,t9,X,2026-02-01,1,1,1,1\nmts,,t9,X,2026-02-01,2,1,1,1\n",
	  "3:Действует с:DUPLICATE\n" },
	{ "tariffs", TARIFFS "mts,,t1,Деловой,1970-01-01,351,300,10,-1\n",
	  "2:Действует с:VERSION_OTHER\n" },
	{ "tariffs", TARIFFS "mts,,a:b,X,2026-02-01,1,1,1,1\n", "2:Код:COLON=a:b\n" },
	{ "sims", SIMS "12345,8970101,mts,t1,\n9210000001," CARD("12") ",mts,t1,\n",
	  "2:Номер:MSISDN=12345\n2:ICCID:ICCID=8970101\n" },
	{ "sims", SIMS "9210000001," CARD("12") ",t2,t1,\n9210000002," CARD("20") ",mts,t7,\n",
	  "2:Оператор:OPERATOR_UNKNOWN=t2\n3:Тариф:TARIFF_UNKNOWN=t7\n" },
	{ "sims",
	  ONE_SIM "+7 921 000-00-01," CARD("20") ",mts,t1,\n9210000002," CARD("12") ",mts,t1,\n",
	  "3:Номер:DUPLICATE=9210000001\n4:ICCID:DUPLICATE=" CARD("12") "\n" },
	{ "charges", CHARGES "9210000009,2026-11-01,fee,Плата,350,mts,1\n",
	  "2:Номер:NUMBER_UNKNOWN=9210000009\n" },
	{ "charges", CHARGES "9210000009,01.11.2026 25:00,gift,,\"12,345\",mts,1\n",
	  "2:Дата:TIME=01.11.2026 25:00\n2:Вид:CHOICE=gift\n2:Наименование:REQUIRED\n"
	  "2:Сумма:MONEY=12,345\n" },
	{ "payments",
	  PAYS "9210000009,2026-11-01,0,p,Платеж,1\n9210000009,2026-11-01,-5,p,Платеж,2\n",
	  "2:Сумма:NOT_POSITIVE\n3:Сумма:NOT_POSITIVE\n" },
	{ "payments", PAYS "9210000009,2026-11-01\n9210000009,2026-11-01,1,p,T,1,2\n",
	  "2::FIELDS_FEW\n3::FIELDS_MANY\n" },
	{ "subscribers",
	  SUBS "status,status_since,reason\n" SUB("01", "12") "c1,active,,\n" SUB(
		  "02", "20") "c2,blocked,2026-11-01,\n" SUB("03",
							     "38") "c3,active,2026-11-01,debt\n",
	  "2:Статус с:STATUS_SINCE\n3:Причина:REASON\n4:Причина:REASON\n" },
	{ "subscribers",
	  SUBS "opening,opening_date,company,inn\n" SUB("01", "12") "c1,5,,,\n" SUB(
		  "02", "20") "c2,,,ООО «А»,\n" SUB("03", "38") "c3,,,ООО «А»,7801900014\n",
	  "2:Остаток на:OPENING_DATE\n3:Компания:COMPANY=ООО «А»\n4:ИНН:INN=7801900014\n" },
	{ "subscribers",
	  SUBS "company,inn\n" SUB("01", "12") "c1,ООО «А»,7801900013\n" SUB("02", "20") "c1,,\n",
	  "3:Договор:CONTRACT_LINE=c1\n" },
	{ "subscribers",
	  SUBS "family,given,contact_phone\n" SUB("01", "12") "c1,Иванов,,9310000001\n" SUB(
		  "02", "20") "c2,Иванов,Иван,9210000002\n",
	  "2:Фамилия:NAME_NEEDED\n3:Контактный телефон:PHONE_SAME\n" },
	{ "subscribers",
	  SUBS "family,given,birth,passport,email\n" SUB(
		  "01", "12") "c1,Иванов,Иван,01.01.2020,"
			      "4012345678,x@y\n" SUB("02", "20") "c2,Иванов,"
								 "Иван,1.1.80,"
								 "40,a@b.ru\n",
	  "2:E-mail:EMAIL\n3:Дата рождения:DATE\n3:Паспорт:PASSPORT\n" },
	{ "subscribers",
	  SUBS
	  "family,given,birth,passport\n" SUB("01", "12") "c1,Иванов,Иван,01.01.2020,4012345678\n",
	  "2:Паспорт:PASSPORT_PARTS\n2:Дата рождения:AGE\n" },
};

/* Nothing of a bad file is applied; each fault is named with its line and column. */
static void test_import__bad_rows(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	for (size_t i = 0; i < sizeof(bad_rows) / sizeof(*bad_rows); i++) {
		enum err e = import_text(k, bad_rows[i].kind, bad_rows[i].text, &said);
		if (e != E_INPUT || strcmp(said.faults, bad_rows[i].want) != 0)
			fail_msg("%s: %s\n%s-- got %s\n%s-- want\n%s", bad_rows[i].kind,
				 err_name(e), bad_rows[i].text, err_name(e), said.faults,
				 bad_rows[i].want);
		import_nothing_staged(k);
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM number"), 0);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM tariff"), 1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM import_run"), 0);
}

static void test_import__bad_heads(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "1::EMPTY\n" },
		{ "\n\r\n\n", "1::EMPTY\n" },
		{ "Номер;Время;Сумма;Провайдер;Наименование\n", "1:Код платежа:COLUMN_MISSING\n" },
		{ "номер;ВРЕМЯ;amount;provider;Title;id;Номер;Комментарий\n",
		  "1:Номер:COLUMN_TWICE\n1:Комментарий:COLUMN_UNKNOWN\n" },
		{ "\"Номер\n", "1::EMPTY\n" },
	};
	struct kit *k = *state;
	struct import_said said;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(import_text(k, "payments", rows[i].text, &said), E_INPUT);
		assert_string_equal(said.faults, rows[i].want);
	}
	assert_int_equal(import_text(k, "nonsense", "", &said), E_INPUT);
}

static void test_import__hostile_bytes(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	import_must(k, "sims", ONE_SIM);
	static const char nul[] = PAYS "9210000001,2026-11-01,1,p,T\0T,1\n";
	struct import_file file = import_file("nul.csv", (struct str){ nul, sizeof(nul) - 1 });
	assert_int_equal(import_file_run(k, "payments", &file, &said), E_INPUT);
	assert_string_equal(said.faults, "2:Наименование:NUL\n");

	/* A terminal must not get what would command it, nor a log what would break its line. */
	assert_int_equal(import_text(k, "payments", PAYS "\x1b[2J,2026-11-01,1,p,T,1\n", &said),
			 E_INPUT);
	assert_string_equal(said.faults, "2:Номер:BAD_TEXT\n");
	assert_int_equal(
		import_text(k, "payments", PAYS "\"+7\nroot\",2026-11-01,1,p,T,1\n", &said),
		E_INPUT);
	assert_string_equal(said.faults, "2:Номер:MSISDN\n");

	char *big = malloc(200000);
	assert_non_null(big);
	memset(big, 'x', 200000);
	memcpy(big, PAYS, sizeof(PAYS) - 1);
	file = import_file("big.csv", (struct str){ big, 200000 });
	assert_int_equal(import_file_run(k, "payments", &file, &said), E_INPUT);
	assert_string_equal(said.faults, "2:Номер:FIELD_LONG\n");
	for (size_t i = 0; i < 200000; i++)
		big[i] = (char)(i * 7919 >> 3);
	file = import_file("binary.csv", (struct str){ big, 200000 });
	assert_int_equal(import_file_run(k, "payments", &file, &said), E_INPUT);
	free(big);
	import_nothing_staged(k);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), 0);
}

/* On the way in a formula is text like any other; what makes it harmless is done on the way out. */
static void test_import__formulas_are_text(void **state)
{
	struct kit *k = *state;
	import_must(k, "sims", ONE_SIM);
	import_must(k, "payments",
		    PAYS "9210000001,2026-11-01,1,p,\"=HYPERLINK(\"\"http://x\"\")\",1\n");
	assert_int_equal(
		kit_number(k,
			   "SELECT count(*) FROM posting WHERE title = '=HYPERLINK(\"http://x\")'"),
		1);
}

#define SAME_UTF8                                                                                  \
	"Номер;Дата;Вид;Наименование;Сумма;Источник;Код\n" \
	"9210000001;01.11.2026 10:00;начисление;Звонок «домой»;1 234,50;мтс;№ 1\n"
#define SAME_CP1251                                                                                \
	"\xCD\xEE\xEC\xE5\xF0;\xC4\xE0\xF2\xE0;\xC2\xE8\xE4;"                                      \
	"\xCD\xE0\xE8\xEC\xE5\xED\xEE\xE2\xE0\xED\xE8\xE5;"                                        \
	"\xD1\xF3\xEC\xEC\xE0;\xC8\xF1\xF2\xEE\xF7\xED\xE8\xEA;\xCA\xEE\xE4\r\n"                   \
	"8 (921) 000-00-01;01.11.2026 10:00;\xED\xE0\xF7\xE8\xF1\xEB\xE5\xED\xE8\xE5;"             \
	"\xC7\xE2\xEE\xED\xEE\xEA \xAB\xE4\xEE\xEC\xEE\xE9\xBB;1\xA0"                              \
	"234,50;\xEC\xF2\xF1;\xB9 1\r\n"

/* Encoding, separator, line ends, quotes and column order do not make another charge of it. */
static void test_import__every_dress_of_one_row(void **state)
{
	static const char *const same[] = {
		"\xEF\xBB\xBF" SAME_UTF8,
		SAME_CP1251,
		"id,source,amount,title,kind,date,number\r\n"
		"№ 1,мтс,\"1 234,50\",\"Звонок  «домой»\",CHARGE,2026-11-01T10:00,+79210000001\r\n",
		"number;date;kind;title;amount;source;id;note\n\n;;;;;;;\n"
		"9210000001;01.11.2026 10:00;начисление;\"Звонок\n«домой»\";1234,5;мтс;№ 1;;;;\n",
	};
	struct kit *k = *state;
	struct import_said said;
	import_must(k, "sims", ONE_SIM);
	assert_int_equal(import_must(k, "charges", SAME_UTF8), 1);
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		for (size_t piece = 0; piece < 3; piece++) {
			struct import_file file = import_file("same.csv", str_c(same[i]));
			file.piece = piece;
			enum err e = import_file_run(k, "charges", &file, &said);
			if (e != OK || said.n || said.result.fresh ||
			    said.result.rows + said.result.done_before != 1)
				fail_msg("%zu: %s %s", i, err_name(e), said.faults);
		}
	}
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), 1);
	assert_int_equal(kit_number(k, "SELECT sum(balance_kop) FROM account"), -123450);
}

static void test_import__forced_encoding(void **state)
{
	struct kit *k = *state;
	struct import_said said = { 0 };
	struct import_file file = import_file("x.csv", str_c(SAME_CP1251));
	import_must(k, "sims", ONE_SIM);
	struct import_opts opts = { .kind = STR("charges"),
				    .source = &file.source,
				    .encoding = IMPORT_UTF8 };
	assert_int_equal(import_run(&k->app, &opts, &said.result), E_INPUT);
	opts.encoding = IMPORT_CP1251;
	assert_int_equal(import_run(&k->app, &opts, &said.result), OK);
	assert_int_equal(said.result.fresh, 1);
}

static void test_import__same_file_twice(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	import_must(k, "sims", ONE_SIM);
	assert_int_equal(import_must(k, "charges", SAME_UTF8), 1);
	kit_days(k, 2);
	int64_t statements = kit_statements(k);
	assert_int_equal(import_text(k, "charges", SAME_UTF8, &said), OK);
	assert_true(said.result.done_before);
	assert_int_equal(said.result.done_at.ms, KIT_NOW_MS);
	assert_in_range(kit_statements(k) - statements, 1, 3);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM entry"), 1);
}

/* A row under a known key must say what was said before. */
static void test_import__same_key_other_content(void **state)
{
	static const char *const others[] = {
		"9210000001,2026-11-01,fee,Плата,351,mts,1\n",
		"9210000001,2026-11-02,fee,Плата,350,mts,1\n",
		"9210000001,2026-11-01,fee,Другое,350,mts,1\n",
		"9210000002,2026-11-01,fee,Плата,350,mts,1\n",
	};
	struct kit *k = *state;
	struct import_said said;
	char text[512];
	import_must(k, "sims", ONE_SIM "9210000002," CARD("20") ",mts,t1,2026-11-20\n");
	import_must(k, "charges", CHARGES "9210000001,2026-11-01,fee,Плата,350,mts,1\n");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		snprintf(text, sizeof(text), CHARGES "%s", others[i]);
		assert_int_equal(import_text(k, "charges", text, &said), E_INPUT);
		assert_string_equal(said.faults, "2:Код:KEY_OTHER=1\n");
	}
	assert_int_equal(import_text(k, "charges",
				     CHARGES "9210000001,2026-11-01,fee,Плата,350,mts,1\n"
					     "9210000001,2026-11-01,fee,Плата,350,mts,2\n",
				     &said),
			 OK);
	assert_int_equal(said.result.fresh, 1);
	assert_int_equal(said.result.known, 1);
	assert_int_equal(books_balance(k, kit_number(k, "SELECT account_id FROM number WHERE "
							"msisdn = '9210000001'")),
			 -70000);
}

static void test_import__warnings(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	assert_int_equal(
		import_text(k, "sims", SIMS "9210000001," CARD("13") ",mts,t1,2027-01-01\n", &said),
		OK);
	assert_string_equal(said.faults, "2:Выдана:FUTURE\n2:ICCID:LUHN=" CARD("13") "\n");
	assert_int_equal(said.result.warnings, 2);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM sim WHERE state = 'issued'"), 1);
}

/* Nobody's payment is money all the same. */
static void test_import__suspense(void **state)
{
	static const char text[] = PAYS "9210000001,2026-11-01,100,p,Платеж,1\n";
	struct kit *k = *state;
	struct import_said said;
	assert_int_equal(import_text(k, "payments", text, &said), OK);
	assert_string_equal(said.faults, "2:Номер:SUSPENSE=9210000001\n");
	assert_int_equal(books_balance(k, LEDGER_SUSPENSE), 10000);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM posting WHERE detail = '9210000001'"),
			 1);
	/* The number turns up later: the same payment in another file stays where it is. */
	import_must(k, "sims", ONE_SIM);
	assert_int_equal(import_text(k, "payments",
				     PAYS "9210000001,2026-11-01,\"100,00\",p,Платеж,1\n", &said),
			 OK);
	assert_int_equal(said.result.known, 1);
	assert_int_equal(books_balance(k, LEDGER_SUSPENSE), 10000);
	books_assert_sound(k);
}

#define PERSON_HEAD                                                                                \
	SUBS "status,status_since,opening,opening_date,family,given,patronymic,birth,contact_"     \
	     "phone,phone_confirmed,"                                                              \
	     "email,passport,passport_issued,passport_by,passport_code,city,street,house,"         \
	     "building,flat\n"
#define PERSON(n, c, contract, phone)                                                              \
	SUB(n, c)                                                                                  \
	contract ",active,2024-03-01,\"-120,50\",2026-10-31,Пётрова,Анна,,27.03.1985," phone       \
		 ",да,"                                                                          \
		 "a@example.com,40 12 345678,01.04.2005,ТП № 7,780-045,Выборг,Садовая,7,,12\n"

static void test_import__subscriber_is_registered(void **state)
{
	struct kit *k = *state;
	import_must(k, "subscribers", PERSON_HEAD PERSON("01", "12", "c1", "8 931 000-00-01"));
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM subscriber WHERE family = 'Пётрова' AND "
			      "patronymic = '' AND "
			      "name_fold = 'петрова анна' AND contact_phone = '9310000001' AND "
			      "phone_confirmed_ms IS NOT NULL AND registered_ms = imported_ms AND "
			      "password_hash IS NULL AND passport_mask = '78' AND city = 'Выборг'"),
		1);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM sim WHERE state = 'active'"), 1);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM number_status WHERE status = 'active' AND "
			      "reason = 'none'"),
		1);
	assert_int_equal(kit_number(k, "SELECT balance_kop FROM account WHERE kind = 'subscriber'"),
			 -12050);
	assert_int_equal(kit_number(k, "SELECT count(*) FROM posting p JOIN entry e ON e.id = "
				       "p.entry_id WHERE p.kind = 'opening' AND "
				       "key = 'opening:9210000001' AND title = 'Входящий остаток'"),
			 1);
	assert_int_equal(
		kit_number(k,
			   "SELECT count(*) FROM contract WHERE code = 'c1' AND kind = 'person'"),
		1);
	books_assert_sound(k);
}

/* Without a phone to recover a password with, the digits of the card open the registration. */
static void test_import__subscriber_without_phone_signs_in_by_card(void **state)
{
	struct kit *k = *state;
	struct signin_done done;
	import_must(k, "subscribers", PERSON_HEAD PERSON("01", "12", "c1", ""));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM sim WHERE state = 'issued'"), 1);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM subscriber WHERE registered_ms IS NULL"), 1);
	assert_int_equal(kit_signin(k, "9210000001", "0012", &done), OK);
	assert_int_equal(done.kind, SESSION_FIRST);
}

/* A card that came with a delivery before its owner did. */
static void test_import__subscriber_on_a_stock_card(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	import_must(k, "sims", SIMS "9210000001," CARD("12") ",mts,t1,\n");
	assert_int_equal(kit_number(k, "SELECT count(*) FROM sim WHERE state = 'stock'"), 1);
	import_must(k, "subscribers", PERSON_HEAD PERSON("01", "12", "c1", "9310000001"));
	assert_int_equal(kit_number(k, "SELECT count(*) FROM sim WHERE state = 'active'"), 1);
	/* Another file with the same subscriber changes nothing, another contract is refused. */
	assert_int_equal(import_text(k, "subscribers",
				     "\n" PERSON_HEAD PERSON("01", "12", "c1", "9310000002"),
				     &said),
			 OK);
	assert_int_equal(said.result.known, 1);
	assert_int_equal(
		kit_number(k, "SELECT count(*) FROM subscriber WHERE contact_phone = '9310000001'"),
		1);
	assert_int_equal(import_text(k, "subscribers",
				     PERSON_HEAD PERSON("01", "12", "c2", "9310000001"), &said),
			 E_INPUT);
	assert_string_equal(said.faults, "2:Номер:NUMBER_TAKEN=9210000001\n");
	assert_int_equal(import_text(k, "subscribers",
				     PERSON_HEAD PERSON("02", "12", "c2", "9310000001"), &said),
			 E_INPUT);
	assert_string_equal(said.faults, "2:ICCID:SIM_OTHER=" CARD("12") "\n");
}

static void test_import__papers_are_sealed(void **state)
{
	struct kit *k = *state;
	struct seal_content c;
	import_must(k, "subscribers", PERSON_HEAD PERSON("01", "12", "c1", "9310000001"));
	int64_t id = kit_number(k, "SELECT id FROM subscriber");
	struct str sealed = kit_bytes(k, "passport_sealed", "subscriber");
	assert_int_equal(seal_open(&k->keys, k->a, sealed, SEAL_PASSPORT, id, &c), OK);
	assert_int_equal(c.n, 4);
	assert_true(str_eq(c.parts[0], STR("4012345678")) &&
		    str_eq(c.parts[1], STR("2005-04-01")) && str_eq(c.parts[2], STR("ТП № 7")) &&
		    str_eq(c.parts[3], STR("780-045")));
	sealed = kit_bytes(k, "birth_sealed", "subscriber");
	assert_int_equal(seal_open(&k->keys, k->a, sealed, SEAL_BIRTH, id, &c), OK);
	assert_true(c.n == 1 && str_eq(c.parts[0], STR("1985-03-27")));
	sealed = kit_bytes(k, "address_sealed", "subscriber");
	assert_int_equal(seal_open(&k->keys, k->a, sealed, SEAL_ADDRESS, id, &c), OK);
	assert_true(c.n == 5 && str_eq(c.parts[0], STR("Выборг")) &&
		    str_eq(c.parts[1], STR("Садовая")) && str_eq(c.parts[2], STR("7")) &&
		    c.parts[3].n == 0 && str_eq(c.parts[4], STR("12")));
}

/* What a fault tells of a row holds nothing personal, whatever is wrong with it. */
static void test_import__faults_keep_secrets(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	assert_int_equal(
		import_text(k, "subscribers",
			    SUBS
			    "family,given,birth,contact_phone,email,passport,passport_code,"
			    "street\n" SUB(
				    "01", "12") "c1,Канарейкин,Иван,77.77.7777,канарейка,канарейка@"
						",40канарейка,4040канарейка,\x01канарейка\n",
			    &said),
		E_INPUT);
	assert_string_equal(
		said.faults,
		"2:Дата рождения:DATE\n2:Контактный телефон:MSISDN\n2:E-mail:EMAIL\n"
		"2:Паспорт:PASSPORT\n2:Код подразделения:SUBDIVISION\n2:Улица:BAD_TEXT\n");
}

/* A neighbour's card tells one's own digits: 30 in a row, then 10 that tell nothing. */
static void test_import__measures_how_far_cards_can_be_guessed(void **state)
{
	struct kit *k = *state;
	struct import_said said;
	char text[8192] = SIMS;
	size_t n = strlen(text);
	for (int i = 0; i < 40; i++) {
		/* The order of the file must not hide it. */
		int at = i * 7 % 40;
		int serial = at < 30 ? 500 + at : 9000 + at * 137 % 500;
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "92100001%02d,89701010000000%04d%d,mts,t1,\n", at, serial,
				      at % 10);
	}
	assert_int_equal(import_text(k, "sims", text, &said), OK);
	assert_int_equal(said.result.guess_of, 40);
	assert_int_equal(said.result.guessable, 29);
}

static void test_import__demo_signins_work(void **state)
{
	struct kit *k = *state;
	struct import_demo_signin s[IMPORT_DEMO_N];
	struct signin_done done;
	assert_int_equal(import_demo_signins(&k->app, k->a, s), E_DENIED);
	import_demo(k);
	kit_days(k, 100); /* past the days in which a card opens its registration by itself */
	for (int round = 0; round < 2; round++) {
		assert_int_equal(import_demo_signins(&k->app, k->a, s), OK);
		for (size_t i = 0; i < IMPORT_DEMO_N; i++) {
			assert_int_equal(kit_signin(k, s[i].msisdn.d, s[i].password.p, &done), OK);
			assert_int_equal(done.kind,
					 i == IMPORT_DEMO_NEW ? SESSION_FIRST : SESSION_FULL);
		}
	}
}

static void test_import__real_numbers_are_no_demonstration(void **state)
{
	struct kit *k = *state;
	struct import_demo_signin s[IMPORT_DEMO_N];
	struct import_result result;
	struct import_file file = import_file_demo(k, "tariffs");
	struct import_opts opts = { .kind = STR("tariffs"), .source = &file.source, .demo = true };
	import_must(k, "sims", ONE_SIM);
	assert_int_equal(import_run(&k->app, &opts, &result), E_CONFLICT);
	assert_int_equal(import_demo_signins(&k->app, k->a, s), E_DENIED);
	import_nothing_staged(k);
}

/* docs/operations-import.md shows the tables as the program has them. */
static void test_import__columns_are_documented(void **state)
{
	static const char *const kinds[] = { "tariffs", "sims", "subscribers", "charges",
					     "payments" };
	static char doc[1 << 16];
	(void)state;
	FILE *f = fopen("docs/operations-import.md", "r");
	assert_non_null(f);
	size_t n = fread(doc, 1, sizeof(doc), f);
	fclose(f);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct buf b;
		buf_init(&b, sizeof(doc));
		import_columns(&b, str_c(kinds[i]));
		assert_non_null(memmem(doc, n, b.p, b.n));
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_import__columns_are_documented),
		KIT_BOTH(test_import__demonstration),
		KIT_BOTH(test_import__bad_rows),
		KIT_BOTH(test_import__bad_heads),
		KIT_BOTH(test_import__hostile_bytes),
		KIT_BOTH(test_import__formulas_are_text),
		KIT_BOTH(test_import__every_dress_of_one_row),
		KIT_BOTH(test_import__forced_encoding),
		KIT_BOTH(test_import__same_file_twice),
		KIT_BOTH(test_import__same_key_other_content),
		KIT_BOTH(test_import__warnings),
		KIT_BOTH(test_import__suspense),
		KIT_BOTH(test_import__subscriber_is_registered),
		KIT_BOTH(test_import__subscriber_without_phone_signs_in_by_card),
		KIT_BOTH(test_import__subscriber_on_a_stock_card),
		KIT_BOTH(test_import__papers_are_sealed),
		KIT_BOTH(test_import__faults_keep_secrets),
		KIT_BOTH(test_import__measures_how_far_cards_can_be_guessed),
		KIT_BOTH(test_import__demo_signins_work),
		KIT_BOTH(test_import__real_numbers_are_no_demonstration),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
