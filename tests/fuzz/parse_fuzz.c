/* What people and files write: amounts, dates, instants, phone numbers, card numbers, texts. What
 * is accepted is in range, and printed and read again it is the same. */
#include "core/iccid.h"
#include "core/money.h"
#include "core/msisdn.h"
#include "core/tstamp.h"
#include "core/utf8.h"
#include "fuzz.h"

static void check_money(struct str s)
{
	money m, again;
	struct buf b;
	if (money_parse(s, &m) != OK)
		return;
	buf_init(&b, 256);
	money_plain(&b, m);
	hold(money_parse(buf_str(&b), &again) == OK && money_cmp(m, again) == 0);
	buf_done(&b);
	buf_init(&b, 256);
	money_print(&b, m);
	hold(b.err == OK && utf8_clean(buf_str(&b), false));
	buf_done(&b);
}

static void check_date(struct str s)
{
	struct date d, again;
	struct buf b;
	if (date_parse(s, &d) != OK)
		return;
	hold(date_valid(d));
	hold(date_cmp(date_of_days(date_days(d)), d) == 0);
	buf_init(&b, 64);
	date_print(&b, d);
	hold(date_parse(buf_str(&b), &again) == OK && date_cmp(d, again) == 0);
	buf_done(&b);
}

static void check_tstamp(struct str s)
{
	tstamp t, again;
	struct buf b;
	if (tstamp_parse(s, 180, &t) != OK)
		return;
	hold(!tstamp_is_none(t));
	hold(date_valid(tstamp_local(t, 0).date));
	buf_init(&b, 64);
	date_iso(&b, tstamp_local(t, 180).date);
	hold(tstamp_parse(buf_str(&b), 180, &again) == OK && again.ms <= t.ms &&
	     t.ms - again.ms < DAY_MS);
	buf_done(&b);
}

static void check_numbers(struct str s)
{
	struct msisdn m, again;
	struct iccid i;
	if (msisdn_parse(s, &m) == OK) {
		hold(m.d[0] == '9' && strlen(m.d) == 10);
		hold(msisdn_parse(msisdn_str(&m), &again) == OK && strcmp(m.d, again.d) == 0);
	}
	if (iccid_parse(s, &i) == OK) {
		hold(strlen(i.d) >= 18 && strlen(i.d) <= 20);
		hold(iccid_last4(&i).n == 4);
		(void)iccid_luhn(&i);
	}
}

static void check_text(struct str s)
{
	struct arena *a = arena_new((size_t)1 << 22);
	struct str once, twice, text;
	hold(a);
	if (utf8_clean(s, true)) {
		hold(utf8_length(s) <= s.n);
		hold(utf8_nfc(a, s, &once) == OK && utf8_nfc(a, once, &twice) == OK &&
		     str_eq(once, twice));
		hold(utf8_fold(a, s, &once) == OK && utf8_fold(a, once, &twice) == OK &&
		     str_eq(once, twice));
	}
	if (utf8_from_cp1251(a, s, &text) == OK)
		hold(utf8_length(text) == s.n);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *p = fuzz_copy(data, n);
	struct str s = { .p = p, .n = n };
	check_money(s);
	check_date(s);
	check_tstamp(s);
	check_numbers(s);
	check_text(s);
	free(p);
	return 0;
}
