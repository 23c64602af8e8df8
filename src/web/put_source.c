/* Where a movement came from, by the name that people know it by. */
#include "web/put.h"

#include "http/text.h"

static const struct {
	struct str code;
	struct str names[LANG_N];
} sources[] = {
#define SOURCE(code, ru, en) { STR(code), { [LANG_RU] = STR(ru), [LANG_EN] = STR(en) } },
#include "web/source.def"
#undef SOURCE
};

static void put_named(struct out *o, struct str code, struct str unknown)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		if (http_eq_nocase(code, sources[i].code)) {
			put_str(o, sources[i].names[o->lang]);
			return;
		}
	}
	put_str(o, unknown);
	put_str(o, code);
}

void put_payer(struct out *o, struct str code)
{
	put_named(o, code, o->lang == LANG_RU ? STR("Платежная система ") : STR("Payment system "));
}

void put_biller(struct out *o, struct str code)
{
	put_named(o, code, o->lang == LANG_RU ? STR("Оператор связи ") : STR("Carrier "));
}
