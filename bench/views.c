/* How many pages a second the compiled views write: `sh bench/views`. The promise is 250,000 for a
 * page with 30 rows; the history with its folded details is three times as long. */
#include <stdio.h>

#include "core/clock.h"
#include "web/samples.h"

enum { ROUNDS = 5, RENDERS = 40000, ROWS = 30 };

struct bench {
	struct sample s;
	struct out o;
	struct web_home home;
	struct web_history history;
};

static void render_home(struct bench *b)
{
	v_home_show(&b->o, .page = &b->s.page, .home = &b->home);
}

static void render_history_page(struct bench *b)
{
	v_history_show(&b->o, .page = &b->s.page, .history = &b->history);
}

static void measure(const char *name, struct bench *b, void (*render)(struct bench *b))
{
	const struct clock *clock = clock_system();
	int64_t best_us = INT64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t begin = clock->mono_us(clock);

		for (int i = 0; i < RENDERS; i++) {
			b->o.b->n = 0;
			render(b);
		}
		int64_t took = clock->mono_us(clock) - begin;
		best_us = took < best_us ? took : best_us;
	}
	printf("%-24s %6zu bytes %8lld renders/s\n", name, b->o.b->n,
	       (long long)(INT64_C(1000000) * RENDERS / (best_us ? best_us : 1)));
}

int main(void)
{
	struct buf out;
	struct bench b = {
		.s = { .a = arena_new(1 << 20), .lang = LANG_RU },
		.o = { .b = &out, .lang = LANG_RU, .utc_offset_min = 180 },
	};

	if (!b.s.a)
		return 1;
	buf_init(&out, 1 << 20);
	sample_page(&b.s, SECTION_HOME);
	b.home = sample_home(&b.s, -124960);
	b.home.last = sample_moves(&b.s, ROWS);
	b.history = sample_history(&b.s, ROWS);
	measure("home, 30 rows", &b, render_home);
	measure("history, 30 rows", &b, render_history_page);
	buf_done(&out);
	arena_free(b.s.a);
	return 0;
}
