/* Card numbers as they are printed on the plastic. */
#include "core/iccid.h"

#include "core/punct.h"

#define DIGITS_MIN 18
#define DIGITS_MAX 20

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

enum err iccid_parse(struct str s, struct iccid *ret)
{
	s = str_trim(s);
	if (s.n == 0 || !is_digit(s.p[s.n - 1]))
		return E_INPUT;
	struct iccid i = { 0 };
	size_t n = 0;
	while (s.n) {
		if (n > 0 && (punct_space(&s) || punct_dash(&s)))
			continue;
		if (n == DIGITS_MAX || !is_digit(*s.p))
			return E_INPUT;
		i.d[n++] = *s.p;
		s = str_sub(s, 1, s.n);
	}
	if (n < DIGITS_MIN || !str_starts(iccid_str(&i), STR("89")))
		return E_INPUT;
	*ret = i;
	return OK;
}

bool iccid_luhn(const struct iccid *i)
{
	struct str s = iccid_str(i);
	int sum = 0;
	for (size_t k = 0; k < s.n; k++) {
		int digit = s.p[s.n - 1 - k] - '0';
		int weighed = k % 2 ? 2 * digit : digit;
		sum += weighed > 9 ? weighed - 9 : weighed;
	}
	return s.n > 0 && sum % 10 == 0;
}

struct str iccid_str(const struct iccid *i)
{
	return str_c(i->d);
}

struct str iccid_last4(const struct iccid *i)
{
	struct str s = iccid_str(i);
	return str_sub(s, s.n < 4 ? 0 : s.n - 4, 4);
}
