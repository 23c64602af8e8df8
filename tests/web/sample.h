/* Every page in its states, with made-up data: what the look, the escaping and the speed of views
 * are tried with. This file has what all rooms need; the pages of a room are in sample_<room>.h.
 * LOOK names the page as web/routes.def does, then its states, so that another state is one line;
 * samples.h makes the table of all pages from routes.def, and without its LOOK a page does not
 * compile. All text goes through text(), so that a test can put something hostile into every string
 * of every page. */
#ifndef TESTS_WEB_SAMPLE_H
#define TESTS_WEB_SAMPLE_H

#include "views.h"

struct sample {
	struct arena *a;
	enum lang lang;
	struct str hostile; /* stands for every text unless empty */
	bool lengthy;       /* names as long as they come */
	struct page page;
};

/* One state of a page; its name is that of the file in build/look/. */
struct look {
	const char *name;
	void (*render)(struct sample *s, struct out *o);
};

#define LOOK(page, ...) static const struct look look_##page[] = { __VA_ARGS__, { 0 } };
#define LOOK_NOT(page)  static const struct look look_##page[] = { { 0 } }; /* shows no page */

#define LONG_TARIFF "Корпоративный безлимитный с роумингом 1650"
#define LONG_EMAIL  "olga.konstantinopolskaya-preobrazhenskaya@example-company-name.ru"
#define LONG_NAME   "Константинопольская-Преображенская"

static struct str text(const struct sample *s, const char *plain)
{
	return s->hostile.n ? s->hostile : str_c(plain);
}

static tstamp at(int16_t year, int8_t month, int8_t day, int hour, int minute)
{
	tstamp t = tstamp_of_date((struct date){ year, month, day }, 180);

	t.ms += hour * HOUR_MS + minute * MINUTE_MS;
	return t;
}

static struct msisdn phone(const char *digits)
{
	struct msisdn m = { 0 };

	memcpy(m.d, digits, 10);
	return m;
}

static void sample_page(struct sample *s, enum section section)
{
	bool ru = s->lang == LANG_RU;

	s->page = (struct page){
		.lang = s->lang,
		.operator_name = text(s, "Смарт Кард"),
		.operator_area = text(s, "Санкт-Петербург и Ленинградская область"),
		.support_phone = text(s, "8-800-222-05-00"),
		.support_tel = { STR("tel:+78002220500") },
		.csrf = text(s, "q1w2e3r4t5y6u7i8o9p0"),
		.signed_in = section != SECTION_NONE,
		.short_name = text(s, s->lengthy ? LONG_NAME " А." : "Ольга К."),
		.section = section,
		.lang_url = { ru ? STR("?lang=en") : STR("?lang=ru") },
	};
}

/* With what has just been done, or with what was not. */
static void sample_page_told(struct sample *s, enum section section, struct say what, bool not_done)
{
	sample_page(s, section);
	s->page.notice = what;
	s->page.not_done = not_done;
}

#endif
