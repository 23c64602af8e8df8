/* The program's sentences (domain/say.def) with their numbers: {a} is a number,
 * {a|минута|минуты|минут} the number and the form that stands with it. */
#include "web/put.h"

#define NBSP "\xc2\xa0"

/* ${s} is what stands between the braces. */
static void put_hole(struct out *o, struct str s, struct say say)
{
	struct str name;
	int64_t n;

	if (!str_cut(&s, '|', &name))
		return;
	n = str_eq(name, STR("b")) ? say.b : say.a;
	buf_i64(o->b, n);
	if (!s.p)
		return;
	int form = plural_form(o->lang, n);
	struct str word = STR("");
	for (int i = 0; i <= form && str_cut(&s, '|', &word); i++)
		continue;
	buf_put(o->b, STR(NBSP));
	put_str(o, word);
}

void put_say(struct out *o, struct say say)
{
	struct str rest = say_text(say.id, o->lang);

	while (rest.n) {
		size_t open = str_find(rest, '{');
		size_t close = str_find(rest, '}');

		if (open == rest.n || close < open || close == rest.n) {
			put_str(o, rest);
			return;
		}
		put_str(o, str_sub(rest, 0, open));
		put_hole(o, str_sub(rest, open + 1, close - open - 1), say);
		rest = str_sub(rest, close + 1, rest.n);
	}
}
