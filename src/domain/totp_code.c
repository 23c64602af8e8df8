/* Codes and what people copy of them. */
#include "domain/totp_code.h"

#include <assert.h>
#include <oath.h>
#include <stdlib.h>

#include "core/buf.h"

#define WINDOW       1 /* steps before and after the present one */
#define SPARE_HALF   5
#define SPARE_DASHES 1

/* Crockford's: no letter of it is taken for another, or for a digit. */
static const char spare_chars[] = "0123456789abcdefghjkmnpqrstvwxyz";
_Static_assert(TOTP_CODES_RIGHT == 2 * WINDOW + 1, "the present step and those beside it");
_Static_assert(sizeof(spare_chars) - 1 == 32, "five bits a character");
_Static_assert(TOTP_SPARE_CHARS == 2 * SPARE_HALF + SPARE_DASHES, "two halves and a dash");

/* --- codes ---------------------------------------------------------------- */

int64_t totp_step_of(tstamp at)
{
	return at.ms / 1000 / TOTP_STEP_S;
}

enum err totp_code_of(struct secret key, int64_t step, struct totp_code *ret)
{
	assert(step >= 0 && key.bytes.n > 0);
	if (oath_init() != OATH_OK)
		return E_NOMEM;
	int e = oath_totp_generate(key.bytes.p, key.bytes.n, step * TOTP_STEP_S, TOTP_STEP_S, 0,
				   TOTP_DIGITS, ret->d);
	return e == OATH_OK ? OK : E_NOMEM;
}

enum err totp_match(struct secret key, tstamp now, struct str typed, int64_t *ret_step)
{
	int64_t present = totp_step_of(now);
	int64_t found = -1;
	for (int64_t step = present - WINDOW; step <= present + WINDOW; step++) {
		struct totp_code code;
		if (step < 0)
			continue;
		try(totp_code_of(key, step, &code));
		if (secret_eq((struct str){ .p = code.d, .n = TOTP_DIGITS }, typed))
			found = step;
		secret_wipe(&code, sizeof(code));
	}
	if (found < 0)
		return E_DENIED;
	*ret_step = found;
	return OK;
}

/* --- what people type ----------------------------------------------------- */

static bool is_gap(char c)
{
	return c == ' ' || c == '-';
}

bool totp_read_code(struct str typed, struct totp_code *ret)
{
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];
		if (is_gap(c))
			continue;
		if (c < '0' || c > '9' || n == TOTP_DIGITS)
			return false;
		ret->d[n++] = c;
	}
	ret->d[n] = '\0';
	return n == TOTP_DIGITS;
}

/* In small letters, and those that look like digits as these; NUL: not on paper. */
static char spare_char(char c)
{
	if (c >= 'A' && c <= 'Z')
		c = (char)(c - 'A' + 'a');
	if (c == 'o')
		return '0';
	if (c == 'i' || c == 'l')
		return '1';
	return c && strchr(spare_chars, c) ? c : '\0';
}

bool totp_read_spare(struct str typed, char ret[TOTP_SPARE_CHARS + 1])
{
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		if (is_gap(typed.p[i]))
			continue;
		char c = spare_char(typed.p[i]);
		if (!c || n == TOTP_SPARE_CHARS)
			return false;
		if (n == SPARE_HALF)
			ret[n++] = '-';
		ret[n++] = c;
	}
	ret[n] = '\0';
	return n == TOTP_SPARE_CHARS;
}

void totp_make_spare(struct rnd *rnd, char ret[TOTP_SPARE_CHARS + 1])
{
	for (size_t i = 0; i < TOTP_SPARE_CHARS; i++)
		ret[i] = i == SPARE_HALF ? '-' : spare_chars[rnd_below(rnd, 32)];
	ret[TOTP_SPARE_CHARS] = '\0';
}

/* --- for the device ------------------------------------------------------- */

static void put_groups(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.n; i += 4) {
		if (i > 0)
			buf_c(b, ' ');
		buf_put(b, str_sub(text, i, 4));
	}
}

/* Percent-encoded, as everything but letters and digits has to be. */
static void put_encoded(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool plain =
			(c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!plain)
			buf_c(b, '%');
		if (plain)
			buf_c(b, c);
		else
			buf_hex(b, (struct str){ .p = &c, .n = 1 });
	}
}

static void put_uri(struct buf *b, struct str issuer, struct str account, struct str key)
{
	buf_put(b, STR("otpauth://totp/"));
	put_encoded(b, issuer);
	buf_c(b, ':');
	put_encoded(b, account);
	buf_put(b, STR("?secret="));
	buf_put(b, key);
	buf_put(b, STR("&issuer="));
	put_encoded(b, issuer);
}

static enum err keep(struct arena *a, struct buf *b, struct secret *ret)
{
	enum err e = b->err ? b->err : arena_str(a, buf_str(b), &ret->bytes);
	buf_clear(b);
	return e;
}

enum err totp_setup_of(const struct app *app, struct arena *a, struct secret key,
		       struct str account, struct totp_setup *ret)
{
	char *text;
	size_t n;
	if (oath_init() != OATH_OK ||
	    oath_base32_encode(key.bytes.p, key.bytes.n, &text, &n) != OATH_OK)
		return E_NOMEM;
	struct str base32 = { .p = text, .n = n };
	struct buf b;
	buf_init(&b, 2048);
	put_groups(&b, base32);
	enum err e = keep(a, &b, &ret->text);
	put_uri(&b, app->conf->operator_name, account, base32);
	if (e == OK)
		e = keep(a, &b, &ret->uri);
	buf_done(&b);
	secret_wipe(text, n);
	free(text);
	return e;
}
