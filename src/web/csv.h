/* The history as a file for a spreadsheet: UTF-8 with a mark, semicolons, decimal commas, as
 * Russian Excel opens it; cells that a spreadsheet would run as a formula are defused. */
#ifndef WEB_CSV_H
#define WEB_CSV_H

#include "web/period.h"

/** csv_answer(r, q, h): make the answer a file with the movements of ${h}. */
enum err csv_answer(struct req *r, const struct history_query *q,
		    const struct history *h) must_check;

#endif
