/* The rules for passwords. */
#include "domain/password.h"

#include <assert.h>

#include "core/buf.h"
#include "core/utf8.h"

#define NAME_PART_MIN 4
#define DIGITS_MIN    6

static const char common[] =
#include "domain/password_common.def"
	;

enum err password_normal(struct arena *a, struct secret typed, struct secret *ret)
{
	struct str composed;
	enum err e = utf8_clean(typed.bytes, true) ? utf8_nfc(a, typed.bytes, &composed) : E_INPUT;
	if (e == E_INPUT)
		return secret_copy(a, typed.bytes, ret);
	try(e);
	e = secret_copy(a, composed, ret);
	secret_wipe((char *)composed.p, composed.n);
	return e;
}

/* --- common passwords ----------------------------------------------------- */

/* The whole line around the byte ${at} of the list. */
static struct str line_at(size_t at)
{
	size_t from = at;
	while (from > 0 && common[from - 1] != '\n')
		from--;
	struct str rest = { .p = common + from, .n = sizeof(common) - 1 - from };
	return str_sub(rest, 0, str_find(rest, '\n'));
}

static int compare(struct str a, struct str b)
{
	int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool password_common(struct str folded)
{
	size_t low = 0;
	size_t high = sizeof(common) - 1; /* the line looked for begins in [low, high) */
	while (low < high) {
		struct str line = line_at(low + (high - low) / 2);
		int order = compare(folded, line);
		if (order == 0)
			return true;
		if (order < 0)
			high = (size_t)(line.p - common);
		else
			low = (size_t)(line.p - common) + line.n + 1;
	}
	return false;
}

/* One character over and over, or neighbours in the alphabet in a row, up or down: no list has them
 * all. */
static bool is_run(struct str s)
{
	int32_t before;
	int32_t cp;
	int32_t step = 0;
	bool run = utf8_next(&s, &before);
	for (bool first = true; run && utf8_next(&s, &cp); first = false, before = cp) {
		run = first ? cp - before >= -1 && cp - before <= 1 : cp - before == step;
		step = cp - before;
	}
	return run;
}

/* --- the same keys in the other layout ------------------------------------ */

struct layout {
	char latin;
	const char cyrillic[3];
};

static const struct layout layouts[] = {
	{ 'q', "й" }, { 'w', "ц" }, { 'e', "у" }, { 'r', "к" }, { 't', "е" },  { 'y', "н" },
	{ 'u', "г" }, { 'i', "ш" }, { 'o', "щ" }, { 'p', "з" }, { '[', "х" },  { ']', "ъ" },
	{ 'a', "ф" }, { 's', "ы" }, { 'd', "в" }, { 'f', "а" }, { 'g', "п" },  { 'h', "р" },
	{ 'j', "о" }, { 'k', "л" }, { 'l', "д" }, { ';', "ж" }, { '\'', "э" }, { 'z', "я" },
	{ 'x', "ч" }, { 'c', "с" }, { 'v', "м" }, { 'b', "и" }, { 'n', "т" },  { 'm', "ь" },
	{ ',', "б" }, { '.', "ю" },
};

static const struct layout *layout_of(struct str s)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (str_starts(s, (struct str){ .p = layouts[i].cyrillic, .n = 2 }) ||
		    s.p[0] == layouts[i].latin)
			return &layouts[i];
	}
	return NULL;
}

/* ${s} as it comes out when it is typed in the Latin, or in the Cyrillic, layout. */
static enum err retype(struct arena *a, struct str s, bool to_latin, struct secret *ret)
{
	struct buf b;
	buf_init(&b, 32 * PASSWORD_MAX);
	if (!buf_grow(&b, 2 * s.n + 1)) /* once: a buffer that moved would leave a copy behind */
		return b.err;
	while (s.n > 0) {
		const struct layout *key = layout_of(s);
		size_t n = key && s.p[0] != key->latin ? 2 : 1;
		if (!key)
			buf_c(&b, s.p[0]);
		else if (to_latin)
			buf_c(&b, key->latin);
		else
			buf_put(&b, (struct str){ .p = key->cyrillic, .n = 2 });
		s = str_sub(s, n, s.n);
	}
	enum err e = b.err ? b.err : secret_copy(a, buf_str(&b), ret);
	secret_wipe(b.p, b.cap);
	buf_done(&b);
	return e;
}

/* --- what others know of the owner ---------------------------------------- */

static bool contains(struct str s, struct str part)
{
	return part.n > 0 && memmem(s.p, s.n, part.p, part.n) != NULL;
}

/* Six digits in a row of the number or the card. */
static bool holds_digits(struct str password, struct str digits)
{
	for (size_t i = 0; i + DIGITS_MIN <= digits.n; i++) {
		if (contains(password, str_sub(digits, i, DIGITS_MIN)))
			return true;
	}
	return false;
}

/* Nothing but the last four, over and over. */
static bool repeats(struct str password, struct str last4)
{
	assert(last4.n > 0);
	for (size_t i = 0; i < password.n; i++) {
		if (password.p[i] != last4.p[i % last4.n])
			return false;
	}
	return true;
}

struct forms {
	struct str folded, latin, cyrillic; /* the latter two: the same keys in each layout */
};

static bool letter_follows(struct str s)
{
	int32_t cp;
	return utf8_next(&s, &cp) && utf8_script(cp) != SCRIPT_NONE;
}

/* The parts of a name ("Анна-Мария", "Де Ла Круз") that are long enough to count. */
static bool holds_name(const struct forms *f, struct str folded_name)
{
	struct str rest = folded_name;
	int32_t cp;
	while (rest.n > 0) {
		struct str from = rest;
		while (letter_follows(rest))
			(void)utf8_next(&rest, &cp);
		struct str part = str_sub(from, 0, from.n - rest.n);
		if (utf8_length(part) >= NAME_PART_MIN &&
		    (contains(f->folded, part) || contains(f->latin, part) ||
		     contains(f->cyrillic, part)))
			return true;
		(void)utf8_next(&rest, &cp);
	}
	return false;
}

static enum err is_own(struct arena *a, const struct forms *f, const struct password_owner *owner,
		       bool *ret)
{
	*ret = holds_digits(f->folded, msisdn_str(&owner->msisdn));
	for (size_t i = 0; i < owner->n_iccids; i++) {
		*ret |= holds_digits(f->folded, iccid_str(&owner->iccids[i]));
		*ret |= repeats(f->folded, iccid_last4(&owner->iccids[i]));
	}
	const struct str names[] = { owner->family, owner->given, owner->patronymic };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str folded;
		try(utf8_fold(a, names[i], &folded));
		*ret |= holds_name(f, folded);
	}
	return OK;
}

enum err password_problem(struct arena *a, struct secret password,
			  const struct password_owner *owner, struct say *ret)
{
	*ret = (struct say){ .id = SAY_NONE };
	if (!utf8_clean(password.bytes, false)) {
		ret->id = SAY_BAD_TEXT;
		return OK;
	}
	int64_t length = (int64_t)utf8_length(password.bytes);
	if (length < PASSWORD_MIN)
		*ret = (struct say){ .id = SAY_PASSWORD_SHORT, .a = length, .b = PASSWORD_MIN };
	if (length > PASSWORD_MAX)
		*ret = (struct say){ .id = SAY_PASSWORD_LONG, .a = PASSWORD_MAX };
	if (ret->id != SAY_NONE)
		return OK;

	struct str folded;
	struct secret kept;
	struct secret latin;
	struct secret cyrillic;
	try(utf8_fold(a, password.bytes, &folded));
	enum err e = secret_copy(a, folded, &kept);
	secret_wipe((char *)folded.p, folded.n);
	try(e);
	try(retype(a, kept.bytes, true, &latin));
	try(retype(a, kept.bytes, false, &cyrillic));
	struct forms f = { kept.bytes, latin.bytes, cyrillic.bytes };
	bool own;
	try(is_own(a, &f, owner, &own));
	if (own)
		ret->id = SAY_PASSWORD_OWN;
	else if (password_common(f.folded) || password_common(f.latin) || is_run(f.folded) ||
		 is_run(f.latin))
		ret->id = SAY_PASSWORD_COMMON;
	return OK;
}
