/* Our side of the talk with a message centre: bind as transceiver, keep the window full, answer
 * what is asked, look whether the centre is still there, come back when it is lost, say goodbye. A
 * state machine that is turned by whoever polls; it owns its wire and uses the window. */
#ifndef GATEWAY_SMPP_SESSION_H
#define GATEWAY_SMPP_SESSION_H

#include "core/secret.h"
#include "gateway/smpp_window.h"
#include "gateway/smpp_wire.h"

struct smpp_session;

struct smpp_session_opts {
	struct smpp_wire_opts wire;
	struct str system_id, system_type, sender;
	struct secret password;
	struct smpp_id_forms forms;
	size_t window;
	int64_t per_second; /* 0: as many as the centre takes */
	int64_t enquire_us, answer_us;
	int64_t retry_us;     /* the first pause after a failure; doubled each time */
	int64_t pause_max_us; /* the longest pause between connections; also after a refused name */
	const struct clock *clock;
	struct rnd *rnd;
	struct smpp_window *messages;
	const struct port_sms_events *events;
};

/** smpp_session_new(opts, &ret): ${opts}' pointers outlive it; the password is copied. Expected:
 * E_NOMEM, E_INPUT (no certificates). */
enum err smpp_session_new(const struct smpp_session_opts *opts,
			  struct smpp_session **ret) must_check;
void smpp_session_free(struct smpp_session *s);

/** smpp_session_want(s), smpp_session_wait_ms(s): what to poll for, and how long at most. */
struct pollfd smpp_session_want(const struct smpp_session *s);
int smpp_session_wait_ms(const struct smpp_session *s);

/** smpp_session_turn(s): do all that can be done now. */
void smpp_session_turn(struct smpp_session *s);

/** smpp_session_stop(s, until_us): come to an end, at the latest then; smpp_session_over(s) says
 * that it has. */
void smpp_session_stop(struct smpp_session *s, int64_t until_us);
bool smpp_session_over(const struct smpp_session *s);

/** smpp_session_link(s): how it stands. Thread-safe. */
enum sms_link smpp_session_link(const struct smpp_session *s);

#endif
