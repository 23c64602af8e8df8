/* The messages that were handed over and not answered yet, each with its parts: which part goes out
 * next, which is on its way under which sequence number, and what all of it comes to in the end. A
 * fixed number of places, so nothing here can run out of memory later. Nothing of the wire.
 *
 * Messages come in from any thread; everything else is the gateway's own thread. A part that the
 * centre has accepted is never sent again: a message that is partly accepted stays, over a lost
 * connection too, until the rest is accepted or its patience ends. */
#ifndef GATEWAY_SMPP_WINDOW_H
#define GATEWAY_SMPP_WINDOW_H

#include "core/rnd.h"
#include "domain/port_sms.h"
#include "gateway/smpp_receipt.h"
#include "gateway/smpp_text.h"

struct smpp_window;
struct smpp_entry;

struct smpp_window_opts {
	size_t entries;      /* places for messages */
	int64_t retry_us;    /* before a part is sent again, doubled each time */
	int64_t patience_us; /* after its first failure a message is given back */
	struct rnd *rnd;
	const struct port_sms_events *events;
};

/** smpp_window_new(opts, &ret): ${opts}' pointers outlive it. Expected: E_NOMEM. */
enum err smpp_window_new(const struct smpp_window_opts *opts, struct smpp_window **ret) must_check;

/** smpp_window_free(w): it must be empty; NULL does nothing. */
void smpp_window_free(struct smpp_window *w);

/* --- any thread --- */

/** smpp_window_add(w, m, now_us): take a copy, at the time ${now_us}. Expected: E_BUSY, E_INPUT. */
enum err smpp_window_add(struct smpp_window *w, const struct sms_out *m, int64_t now_us) must_check;

/** smpp_window_room(w): what smpp_window_add() would take. */
size_t smpp_window_room(struct smpp_window *w);

/* --- the gateway's thread --- */

/** smpp_window_gate(w, open): whether messages are taken; shut to begin with. */
void smpp_window_gate(struct smpp_window *w, bool open);

/* A part that is to be sent. */
struct smpp_next {
	struct smpp_entry *entry;
	size_t part;
	const struct msisdn *to;
	const struct smpp_text *text;
	int64_t until_us; /* INT64_MAX: no limit */
};

/** smpp_window_next(w, now_us, begun, &ret): the part that has waited longest; with ${begun} only
 * of messages of which a part was accepted. False: none may be sent now. */
bool smpp_window_next(struct smpp_window *w, int64_t now_us, bool begun, struct smpp_next *ret);

/** smpp_window_flies(w, next, seq, at, due_us): the part is on its way, its first byte is the
 * ${at}th of the connection, and its answer is due. */
void smpp_window_flies(struct smpp_window *w, const struct smpp_next *next, uint32_t seq,
		       uint64_t at, int64_t due_us);

/* What an answer means for the message. */
enum smpp_answer {
	SMPP_ANSWER_ACCEPTED,
	SMPP_ANSWER_LATER, /* the same part again, after a while */
	SMPP_ANSWER_ONCE,  /* the same part again, but only once */
	SMPP_ANSWER_NEVER,
};

/** smpp_window_answer(w, seq, answer, id, detail, now_us): an answer came; false when nobody waits
 * for one with that number. ${id} is for SMPP_ANSWER_ACCEPTED. */
bool smpp_window_answer(struct smpp_window *w, uint32_t seq, enum smpp_answer answer,
			const struct smpp_message_id *id, struct str detail, int64_t now_us);

/** smpp_window_tick(w, now_us): end what is overdue: parts without an answer, messages past their
 * time or patience. True when an answer was missed. */
bool smpp_window_tick(struct smpp_window *w, int64_t now_us);

/** smpp_window_lost(w, gone, now_us): the connection is gone, of which ${gone} bytes may have left:
 * what was on its way ends as unknown, or waits again; what was not begun is given back. */
void smpp_window_lost(struct smpp_window *w, uint64_t gone, int64_t now_us);

/** smpp_window_give_back(w): end all messages of which no part is on its way or accepted. */
void smpp_window_give_back(struct smpp_window *w);

/** smpp_window_end(w): end every message: nothing is on its way any more. */
void smpp_window_end(struct smpp_window *w);

/** smpp_window_flying(w): parts on their way. smpp_window_begun(w): messages partly accepted.
 * smpp_window_due_us(w, now_us): when smpp_window_tick() or smpp_window_next() would find something
 * that they do not find now; INT64_MAX: never. */
size_t smpp_window_flying(const struct smpp_window *w);
size_t smpp_window_begun(struct smpp_window *w);
int64_t smpp_window_due_us(struct smpp_window *w, int64_t now_us);

/** smpp_window_tells_room(w): whether the caller should hear that there is room again: once each
 * time half of the places are free after more were taken, and after the gate was opened. */
bool smpp_window_tells_room(struct smpp_window *w);

#endif
