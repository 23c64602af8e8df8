/* The checks of the registration form, in the order of its fields. */
#include "domain/subscriber_check.h"

#include <stddef.h>

#include "core/email.h"
#include "core/punct.h"
#include "core/utf8.h"

#define AGE_MIN             14
#define AGE_MAX             120
#define PASSPORT_DIGITS     10
#define CODE_DIGITS         6
#define PASSPORT_GRACE_DAYS 90

/* --- text ----------------------------------------------------------------- */

enum text_kind { TEXT_ANY, TEXT_NAME };

static const struct text_field {
	const char *name;
	size_t offset;
	bool required;
	enum text_kind kind;
	int64_t max;
} text_fields[] = {
#define FIELD(field) .name = #field, .offset = offsetof(struct registration, field)
	{ FIELD(family), .required = true, .kind = TEXT_NAME, .max = 60 },
	{ FIELD(given), .required = true, .kind = TEXT_NAME, .max = 60 },
	{ FIELD(patronymic), .kind = TEXT_NAME, .max = 60 },
	{ FIELD(email), .required = true, .max = 254 },
	{ FIELD(passport), .required = true, .max = 40 },
	{ FIELD(passport_by), .required = true, .max = 200 },
	{ FIELD(passport_code), .required = true, .max = 20 },
	/* A house may have neither building nor flat: empty, a dash, anything will do. */
	{ FIELD(city), .required = true, .max = 100 },
	{ FIELD(street), .required = true, .max = 100 },
	{ FIELD(house), .required = true, .max = 50 },
	{ FIELD(building), .max = 50 },
	{ FIELD(flat), .max = 50 },
#undef FIELD
};

static bool name_joiner(int32_t cp)
{
	return cp == '-' || cp == '\'' || cp == ' ' || cp == 0x2019 || cp == 0x02bc;
}

/* One script in the whole name, and nothing in it that names do not have. */
static enum say_id name_problem(struct str name)
{
	enum script script = SCRIPT_NONE;
	int32_t cp;
	bool mixed = false;
	while (utf8_next(&name, &cp)) {
		if (name_joiner(cp))
			continue;
		enum script of = utf8_script(cp);
		if (of == SCRIPT_NONE)
			return SAY_NAME_CHARS;
		mixed |= script != SCRIPT_NONE && script != of;
		script = of;
	}
	if (script == SCRIPT_NONE)
		return SAY_NAME_CHARS;
	return mixed ? SAY_NAME_SCRIPT : SAY_NONE;
}

static struct say text_problem(const struct text_field *f, struct str text)
{
	if (!utf8_clean(text, false))
		return (struct say){ .id = SAY_BAD_TEXT };
	if (str_trim(text).n == 0)
		return (struct say){ .id = f->required ? SAY_REQUIRED : SAY_NONE };
	if ((int64_t)utf8_length(text) > f->max)
		return (struct say){ .id = SAY_TOO_LONG, .a = f->max };
	return (struct say){ .id = f->kind == TEXT_NAME ? name_problem(text) : SAY_NONE };
}

static void check_texts(const struct registration *reg, struct problems *problems)
{
	for (size_t i = 0; i < sizeof(text_fields) / sizeof(text_fields[0]); i++) {
		const struct text_field *f = &text_fields[i];
		struct str text;
		memcpy(&text, (const char *)reg + f->offset, sizeof(text));
		struct say say = text_problem(f, text);
		if (say.id != SAY_NONE)
			problems_add(problems, f->name, say);
	}
}

/* --- dates ---------------------------------------------------------------- */

/* True when there is a plausible date to check the passport's against. */
static bool check_birth(const struct registration *reg, struct date today,
			struct problems *problems)
{
	struct say say = { .id = SAY_NONE };
	if (!date_valid(reg->birth))
		say.id = SAY_REQUIRED;
	else if (date_cmp(reg->birth, today) > 0)
		say.id = SAY_DATE_FUTURE;
	else if (date_age(reg->birth, today) < AGE_MIN)
		say = (struct say){ .id = SAY_AGE_MIN, .a = AGE_MIN };
	else if (date_age(reg->birth, today) > AGE_MAX)
		say.id = SAY_AGE_MAX;
	if (say.id != SAY_NONE)
		problems_add(problems, "birth", say);
	return say.id == SAY_NONE;
}

/* A passport is issued at 14 and replaced at 20 and at 45; the old one is good for 90 days more. */
static struct say passport_age(struct date birth, struct date issued, struct date today)
{
	static const int replaced_at[] = { 20, 45 };
	if (date_age(birth, issued) < AGE_MIN)
		return (struct say){ .id = SAY_PASSPORT_BEFORE_14 };
	for (size_t i = 0; i < 2; i++) {
		struct date due = date_add_months(birth, 12 * replaced_at[i]);
		if (date_age(birth, issued) < replaced_at[i] &&
		    date_days(today) - date_days(due) > PASSPORT_GRACE_DAYS)
			return (struct say){ .id = SAY_PASSPORT_EXPIRED, .a = replaced_at[i] };
	}
	return (struct say){ .id = SAY_NONE };
}

static void check_issued(const struct registration *reg, struct date today, bool born,
			 struct problems *problems)
{
	struct say say = { .id = SAY_NONE };
	if (!date_valid(reg->passport_issued))
		say.id = SAY_REQUIRED;
	else if (date_cmp(reg->passport_issued, today) > 0)
		say.id = SAY_DATE_FUTURE;
	else if (born)
		say = passport_age(reg->birth, reg->passport_issued, today);
	if (say.id != SAY_NONE)
		problems_add(problems, "passport_issued", say);
}

/* --- numbers -------------------------------------------------------------- */

/* The first ${max} digits of ${s} into ${digits}; how many there are, or -1 when there is anything
 * else but spaces and, where they are allowed, dashes. */
static int64_t take_digits(struct str s, size_t max, char *digits)
{
	size_t n = 0;
	while (s.n > 0) {
		if (punct_space(&s) || punct_dash(&s))
			continue;
		if (s.p[0] < '0' || s.p[0] > '9')
			return -1;
		if (n < max)
			digits[n] = s.p[0];
		n++;
		s = str_sub(s, 1, s.n);
	}
	return (int64_t)n;
}

static void check_passport(const struct registration *reg, struct problems *problems,
			   struct subscriber_clean *ret)
{
	int64_t n = take_digits(reg->passport, PASSPORT_DIGITS, ret->passport);
	ret->passport[PASSPORT_DIGITS] = '\0';
	if (n < 0)
		problems_add(problems, "passport", (struct say){ .id = SAY_PASSPORT_FORM });
	else if (n != PASSPORT_DIGITS)
		problems_add(problems, "passport",
			     (struct say){ .id = SAY_PASSPORT_DIGITS, .a = n });
}

static void check_code(const struct registration *reg, struct problems *problems,
		       struct subscriber_clean *ret)
{
	char digits[CODE_DIGITS];
	if (take_digits(reg->passport_code, CODE_DIGITS, digits) != CODE_DIGITS) {
		problems_add(problems, "passport_code", (struct say){ .id = SAY_SUBDIVISION_FORM });
		return;
	}
	memcpy(ret->code, digits, 3);
	ret->code[3] = '-';
	memcpy(ret->code + 4, digits + 3, 3);
	ret->code[7] = '\0';
}

static void check_phone(const struct registration *reg, const struct subscriber_facts *facts,
			struct problems *problems)
{
	struct str phone = msisdn_str(&reg->contact_phone);
	if (phone.n == 0)
		problems_add(problems, "contact_phone", (struct say){ .id = SAY_REQUIRED });
	else if (!facts->works && str_eq(phone, msisdn_str(&facts->msisdn)))
		problems_add(problems, "contact_phone", (struct say){ .id = SAY_PHONE_SAME });
}

void subscriber_check(const struct registration *reg, const struct subscriber_facts *facts,
		      struct problems *problems, struct subscriber_clean *ret)
{
	check_texts(reg, problems);
	bool born = check_birth(reg, facts->today, problems);
	check_phone(reg, facts, problems);
	if (!email_valid(str_trim(reg->email)))
		problems_add(problems, "email", (struct say){ .id = SAY_EMAIL_FORM });
	check_passport(reg, problems, ret);
	check_issued(reg, facts->today, born, problems);
	check_code(reg, problems, ret);
	if (!reg->consent)
		problems_add(problems, "consent", (struct say){ .id = SAY_CONSENT_NEEDED });
}
