/* The compiler of templates: any text is compiled or refused with a line and a reason. The
 * generator never gives memory back, so its allocations are kept in a list here and given back
 * after each input. */
#include "fuzz.h"

static void **held;
static size_t n_held, cap_held;

static void *hold_on(void *p)
{
	if (n_held == cap_held) {
		cap_held = cap_held ? 2 * cap_held : 64;
		held = realloc(held, cap_held * sizeof(*held));
		hold(held);
	}
	held[n_held++] = p;
	return p;
}

static void forget(const void *p)
{
	for (size_t i = n_held; p && i-- > 0;)
		if (held[i] == p) {
			held[i] = held[--n_held];
			return;
		}
}

static void *fuzz_calloc(size_t n, size_t size)
{
	return hold_on(calloc(n, size));
}

static void *fuzz_realloc(void *p, size_t n)
{
	forget(p);
	return hold_on(realloc(p, n));
}

static void *fuzz_reallocarray(void *p, size_t n, size_t size)
{
	forget(p);
	return hold_on(reallocarray(p, n, size));
}

#define calloc       fuzz_calloc
#define realloc      fuzz_realloc
#define reallocarray fuzz_reallocarray
#include "../../tools/gen.c"
#undef calloc
#undef realloc
#undef reallocarray

#include "../../tools/mkview.h"

static const char part[] =
	"{% view part_x(const struct page *page, struct str f, text label) %}\n<b>{{ f }}</b>\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct diag d = { .quiet = true };
	struct pair assets[] = { { STR("css/kabinet.css"), STR("/static/kabinet.css") } };
	struct view views[2] = { { .path = STR("views/part/x.html"), .source = str_c(part) },
				 { .path = STR("views/home/show.html"),
				   .source = gen_copy((struct str){ (const char *)data, n }) } };
	struct project p = { .views = views, .n_views = 2, .assets = assets, .n_assets = 1 };
	bool ok = view_head(&d, &p, STR("part/x.html"), &views[0]);
	hold(ok);
	if (view_head(&d, &p, STR("home/show.html"), &views[1])) {
		struct sb head = { 0 };
		struct sb body = { 0 };
		view_declare(&views[1], &head);
		ok = view_compile(&d, &p, &views[1], &body);
		hold(ok == !d.failed);
	}
	if (d.failed)
		hold(d.text[0] && d.line >= 0);
	struct phrases phrases = { 0 };
	struct diag other = { .quiet = true };
	(void)phrases_parse(&other, views[1].source, &phrases);
	while (n_held > 0)
		free(held[--n_held]);
	return 0;
}
