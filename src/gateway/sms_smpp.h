/* Short messages over SMPP 3.4: a port_sms of one message centre. The talk is smpp_session's, the
 * messages are smpp_window's; here is the thread that turns them, and what others call. */
#ifndef GATEWAY_SMS_SMPP_H
#define GATEWAY_SMS_SMPP_H

#include "core/config.h"
#include "core/log.h"
#include "core/rnd.h"
#include "core/secret.h"
#include "domain/port_sms.h"
#include "gateway/smpp_receipt.h"

#define SMS_SMPP_PASSWORD_MAX 8

struct sms_smpp_opts {
	struct str address; /* host:port */
	struct str system_id, system_type, sender;
	struct secret password; /* at most SMS_SMPP_PASSWORD_MAX bytes */
	bool tls;
	struct str tls_ca; /* a file, with a NUL behind its name; empty: the system's */
	struct smpp_id_forms ids;
	int64_t window, per_second;
	int64_t enquire_ms, answer_ms;
	int64_t retry_ms;     /* the first pause after a failure; they double */
	int64_t pause_max_ms; /* the longest pause between connections; ten of it after a refusal */
	int64_t patience_ms;  /* after its first failure a message is given back */
	const struct clock *clock;
	struct rnd *rnd;
	struct log *log;
};

/** sms_smpp_opts(conf): what [sms_smpp] says, and the defaults; password, clock, rnd and log are
 * left to the caller. */
struct sms_smpp_opts sms_smpp_opts(const struct config *conf);

/**
 * sms_smpp_start(opts, events, &ret):
 * Start the thread; it connects by itself. What ${opts} names outlives the port, but for address,
 * password and tls_ca; so does what ${events} points at. Expected: E_INPUT (no
 * address, a password that is too long, certificates that cannot be read: the log says which),
 * E_NOMEM.
 */
enum err sms_smpp_start(const struct sms_smpp_opts *opts, const struct port_sms_events *events,
			struct port_sms **ret) must_check;

#endif
