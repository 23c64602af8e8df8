/* A signed note that a form was held back for a while: what the slow-down of
 * threat-model.md section 4 goes on with. Bound to the client's address, good for ten minutes after
 * the wait. */
#ifndef WEB_TICKET_H
#define WEB_TICKET_H

#include "web/router.h"

/** ticket_make(r, wait_s, &ret): hexadecimal digits and dots. Expected: E_NOMEM. */
enum err ticket_make(struct req *r, int64_t wait_s, struct str *ret) must_check;

/** ticket_waited(r, ticket): the seconds that were waited out with it; 0 when it is not ours, early
 * or old. */
int64_t ticket_waited(struct req *r, struct str ticket);

/** What has to wait, and where it goes on. */
struct ticket_hold {
	int64_t wait_s;
	struct str ticket; /* made for that */
	const char *path;  /* of the page of the form */
	struct str next;   /* that page's own, as next.h makes it; empty: none */
	bool code;         /* see struct web_wait */
};

/** ticket_hold(r, hold): a page (429) that goes back to the form by itself when the wait is over.
 */
enum err ticket_hold(struct req *r, const struct ticket_hold *hold) must_check;

#endif
