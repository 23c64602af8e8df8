/* The gateways that the settings name, started for the worker. */
#ifndef CLI_GATEWAYS_H
#define CLI_GATEWAYS_H

#include "cli/cli.h"
#include "domain/port_mail.h"
#include "domain/port_sms.h"

struct gateways {
	struct port_sms *sms;   /* NULL: [sms] gateway is none */
	struct port_mail *mail; /* NULL: [mail] gateway is none */
	struct arena *kept;     /* what they point at */
};

/** gateways_check(c): the settings of the gateways go together; says what does not. No file is
 * opened. Expected: E_INPUT. */
enum err gateways_check(const struct cli *c) must_check;

/**
 * gateways_start(c, sms, mail, &ret):
 * Read their passwords, open their files, start them; says what is wrong. Nothing runs after an
 * error. Expected: E_INPUT (settings), E_STORE (a file cannot be written), E_NOMEM.
 */
enum err gateways_start(const struct cli *c, const struct port_sms_events *sms,
			const struct port_mail_events *mail, struct gateways *ret) must_check;

/** gateways_refused(g): how many of them are refused, so that somebody must look; before they are
 * stopped. */
int64_t gateways_refused(const struct gateways *g);

/** gateways_done(g): wipe what they pointed at; both ports have been stopped. */
void gateways_done(struct gateways *g);

#endif
