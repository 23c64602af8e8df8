/* The spaces and dashes of word processors and phone books, byte by byte in UTF-8. */
#include "core/punct.h"

#include "core/scan.h"

static bool take_one(struct str *s, const struct str *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (scan_lit(s, set[i]))
			return true;
	return false;
}

bool punct_space(struct str *s)
{
	static const struct str set[] = {
		STR(" "),
		STR("\xC2\xA0"),
		STR("\xE2\x80\xAF"),
		STR("\xE2\x80\x89"),
	};
	return take_one(s, set, sizeof(set) / sizeof(*set));
}

bool punct_dash(struct str *s)
{
	static const struct str set[] = {
		STR("-"),
		STR("\xE2\x80\x90"),
		STR("\xE2\x80\x91"),
		STR("\xE2\x80\x92"),
		STR("\xE2\x80\x93"),
		STR("\xE2\x80\x94"),
		STR("\xE2\x80\x95"),
		STR("\xE2\x88\x92"),
	};
	return take_one(s, set, sizeof(set) / sizeof(*set));
}
