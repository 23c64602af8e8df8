#include "web/browser.h"

struct sign {
	struct str mark;
	int index;
};

enum { SYSTEM_N = 6, BROWSER_N = 7 };

/* The first mark that is found counts: Chrome's imitators carry its name too. */
static const struct sign systems[] = {
	{ STR("Android"), 0 }, { STR("iPhone"), 1 },    { STR("iPad"), 2 },
	{ STR("Windows"), 3 }, { STR("Macintosh"), 4 },
};
static const struct sign browsers[] = {
	{ STR("YaBrowser/"), 0 }, { STR("Edg/"), 1 },    { STR("OPR/"), 2 },
	{ STR("Firefox/"), 3 },   { STR("Chrome/"), 4 }, { STR("Safari/"), 5 },
};

#define BROWSERS(system)                                                                           \
	{                                                                                          \
		STR(system ", Яндекс Браузер"), STR(system ", Edge"), STR(system ", Opera"),       \
			STR(system ", Firefox"), STR(system ", Chrome"), STR(system ", Safari"),   \
			STR(system)                                                                \
	}
static const struct str names[SYSTEM_N][BROWSER_N] = {
	BROWSERS("Android"), BROWSERS("iPhone"), BROWSERS("iPad"),
	BROWSERS("Windows"), BROWSERS("Mac"),    BROWSERS("Linux"),
};

static int match(struct str text, const struct sign *signs, int n)
{
	for (int i = 0; i < n; i++) {
		if (memmem(text.p, text.n, signs[i].mark.p, signs[i].mark.n))
			return signs[i].index;
	}
	return n;
}

struct str browser_name(struct str user_agent)
{
	return names[match(user_agent, systems, SYSTEM_N - 1)]
		    [match(user_agent, browsers, BROWSER_N - 1)];
}
