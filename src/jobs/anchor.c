/* Tells the end of the audit outside. First it is told, then it is kept that it was: what was told
 * twice harms nobody. The event is a copy too, where the log leaves this machine. */
#include "domain/audit_anchor.h"
#include "domain/port_anchor.h"
#include "jobs/jobs.h"

#define LINE_BYTES 256

static enum err put(const struct app *app, const struct audit_anchor *anchor)
{
	struct buf b;
	if (!app->anchors)
		return OK;
	buf_init(&b, LINE_BYTES);
	audit_anchor_line(anchor, &b);
	enum err e = b.err ? b.err : port_anchor_put(app->anchors, buf_str(&b));
	buf_done(&b);
	return e;
}

static void tell(const struct app *app, const struct audit_anchor *anchor)
{
	struct date d = anchor->day;
	log_event(app->log, LOG_INFO, "audit_anchor",
		  log_int("day", d.year * INT64_C(10000) + d.month * 100 + d.day),
		  log_int("seq", anchor->seq), log_hash("mac", anchor->mac));
}

enum err job_anchor(const struct app *app)
{
	struct audit_anchor anchor;
	bool due;
	try(audit_anchor_due(app, &due, &anchor));
	if (!due)
		return OK;
	try(put(app, &anchor));
	tell(app, &anchor);
	return audit_anchor_keep(app, &anchor);
}
