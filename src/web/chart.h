/* The little chart of the history page: payments as filled bars upwards, charges as hollow bars
 * downwards. Only geometry: whole units of a drawing CHART_WIDTH x CHART_HEIGHT, so that the
 * template has nothing to compute. */
#ifndef WEB_CHART_H
#define WEB_CHART_H

#include "core/arena.h"
#include "web/view_types.h"

enum { CHART_WIDTH = 328, CHART_HEIGHT = 194, CHART_BASE = 86, CHART_MONTHS = 6 };

/**
 * web_chart(a, sums, n, current, &ret):
 * Lay out the last CHART_MONTHS of ${n} months, oldest first; the tallest bar of either direction
 * fills its half. The month of ${current} is marked. Expected: E_NOMEM.
 */
enum err web_chart(struct arena *a, const struct month_sum *sums, size_t n, struct date current,
		   struct web_months *ret) must_check;

#endif
