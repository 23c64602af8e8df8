/* Gateways whose carrier is not there: a message that was taken is answered for once, whatever
 * fails on the way. */
#include "fault/torture.h"

#include "gateway/mail_log.h"
#include "gateway/mail_smtp.h"
#include "gateway/sms_kannel.h"
#include "gateway/sms_log.h"
#include "gateway/sms_smpp.h"
#include "gateway/sms_smsc.h"
#include "support/outcomes.h"

#define DRAIN_MS 60000

static const struct mail_out letter = {
	.id = 1,
	.to = STR("a@example.com"),
	.subject = STR("Код"),
	.text = STR("Код\n"),
	.html = STR("<p>Код</p>\n"),
};

static const struct sms_out message = { .id = 1, .to = { "9211234567" }, .text = STR("Код") };

/* ${e} is of start() or submit(); what was taken ends as ${outcome}. */
static bool settle(struct outcomes *o, enum err e, enum sent_outcome outcome)
{
	if (e == OK)
		outcomes_want(o, 1, outcome);
	outcomes_free(o);
	return torture_done(e);
}

static bool attempt_mail_log(struct torture *t)
{
	struct outcomes *o = outcomes_new();
	const struct port_mail_events events = outcomes_mail(o);
	const struct mail_log_opts opts = { .clock = t->k->app.clock, .path = "/dev/null" };
	struct port_mail *port = NULL;
	fault_begin();
	enum err e = mail_log_start(&opts, &events, &port);
	if (e == OK)
		e = port_mail_submit(port, &letter);
	port_mail_stop(port, DRAIN_MS);
	fault_end();
	return settle(o, e, SENT_OK);
}

static bool attempt_mail_smtp(struct torture *t)
{
	struct outcomes *o = outcomes_new();
	const struct port_mail_events events = outcomes_mail(o);
	const struct mail_smtp_opts opts = {
		.clock = t->k->app.clock,
		.log = t->k->app.log,
		.relay = { .host = STR("127.0.0.1"), .port = STR("1") },
		.user = "",
		.ca_file = "",
		.from = STR("noreply@lk.example.ru"),
		.from_name = STR("Смарт Кард"),
		.deadline_ms = DRAIN_MS,
		.window = 1,
	};
	struct port_mail *port = NULL;
	fault_begin();
	enum err e = mail_smtp_start(&opts, &events, &port);
	if (e == OK)
		e = port_mail_submit(port, &letter);
	port_mail_stop(port, DRAIN_MS);
	fault_end();
	return settle(o, e, SENT_RETRY);
}

static bool attempt_sms_log(struct torture *t)
{
	struct outcomes *o = outcomes_new();
	const struct port_sms_events events = outcomes_sms(o);
	const struct sms_log_opts opts = { .clock = t->k->app.clock, .path = "/dev/null" };
	struct port_sms *port = NULL;
	fault_begin();
	enum err e = sms_log_start(&opts, &events, &port);
	if (e == OK)
		e = port_sms_submit(port, &message);
	port_sms_stop(port, DRAIN_MS);
	fault_end();
	return settle(o, e, SENT_OK);
}

/* Nobody is there, so it takes no message: it begins and ends. */
static bool attempt_sms_smpp(struct torture *t)
{
	struct outcomes *o = outcomes_new();
	const struct port_sms_events events = outcomes_sms(o);
	struct sms_smpp_opts opts = sms_smpp_opts(t->k->app.conf);
	struct port_sms *port = NULL;
	opts.address = STR("127.0.0.1:1");
	opts.clock = t->k->app.clock;
	opts.rnd = t->k->app.rnd;
	opts.log = t->k->app.log;
	fault_begin();
	enum err e = sms_smpp_start(&opts, &events, &port);
	port_sms_stop(port, DRAIN_MS);
	fault_end();
	outcomes_free(o);
	return torture_done(e);
}

static enum err start_smsc(const struct sms_http_opts *opts, const struct port_sms_events *events,
			   struct port_sms **ret)
{
	return sms_smsc_start(opts, events, 1000, ret);
}

static bool attempt_http(struct torture *t, enum err (*start)(const struct sms_http_opts *opts,
							      const struct port_sms_events *events,
							      struct port_sms **ret))
{
	struct outcomes *o = outcomes_new();
	const struct port_sms_events events = outcomes_sms(o);
	const struct sms_http_opts opts = {
		.clock = t->k->app.clock,
		.log = t->k->app.log,
		.url = "http://127.0.0.1:1/",
		.user = STR("kabinet"),
		.ca_file = "",
		.deadline_ms = DRAIN_MS,
		.window = 1,
	};
	struct port_sms *port = NULL;
	fault_begin();
	enum err e = start(&opts, &events, &port);
	if (e == OK)
		e = port_sms_submit(port, &message);
	port_sms_stop(port, DRAIN_MS);
	fault_end();
	return settle(o, e, SENT_RETRY);
}

static bool attempt_kannel(struct torture *t)
{
	return attempt_http(t, sms_kannel_start);
}

static bool attempt_smsc(struct torture *t)
{
	return attempt_http(t, start_smsc);
}

static const struct torture_case cases[] = {
	{ .name = "mail_log", .attempt = attempt_mail_log },
	{ .name = "mail_smtp", .attempt = attempt_mail_smtp },
	{ .name = "sms_log", .attempt = attempt_sms_log },
	{ .name = "sms_smpp", .attempt = attempt_sms_smpp },
	{ .name = "sms_kannel", .attempt = attempt_kannel },
	{ .name = "sms_smsc", .attempt = attempt_smsc },
};

struct torture_list torture_gateways(void)
{
	return (struct torture_list){ cases, sizeof(cases) / sizeof(cases[0]) };
}
