/* The talk with a message centre. Times are of the monotonic clock, in microseconds; ${at_us} is
 * when the state that we are in has lasted too long. */
#include "gateway/smpp_session.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum status {
	STATUS_OK = 0,
	STATUS_BAD_LENGTH = 0x02,
	STATUS_BAD_COMMAND = 0x03,
	STATUS_NOT_BOUND = 0x04,
	STATUS_SYSTEM = 0x08,
	STATUS_BIND_FAILED = 0x0D,
	STATUS_BAD_SYSTEM_ID = 0x0F, /* 0x0E between them is the password */
	STATUS_QUEUE_FULL = 0x14,
	STATUS_SUBMIT_FAILED = 0x45,
	STATUS_THROTTLED = 0x58,
	STATUS_TRY_LATER = 0x64,
	STATUS_NEVER = 0x65,
};

enum state {
	STATE_AWAY, /* until ${at_us}, then connect */
	STATE_CONNECTING,
	STATE_BINDING,
	STATE_BOUND,
	STATE_DRAINING,  /* no new messages; what is begun goes on, then unbind */
	STATE_UNBINDING, /* our unbind is out, or the centre's was answered */
	STATE_OVER,
};

struct smpp_session {
	struct smpp_session_opts opts;
	char password[9];
	struct smpp_wire *wire;
	enum state state;
	_Atomic int link; /* enum sms_link */
	int64_t at_us;
	int64_t away_us;  /* the last pause between connections; 0: it went well */
	int64_t heard_us; /* when the last packet came */
	uint32_t seq;     /* the last one we used */
	uint32_t enquiry; /* the number of our enquire_link without an answer; 0: none */
	int64_t enquiry_due_us;
	bool missed;      /* an answer is missing: ask whether the centre is there */
	bool unbound;     /* by the centre */
	int nonsense;     /* packets that could not be read, of those that were said in the log */
	int64_t quiet_us; /* throttled until then */
	int64_t pause_us; /* the last pause of that kind; 0: not throttled */
	int64_t turn_us;  /* the next message may go then: so many a second */
	bool stopping;
	int64_t stop_us;
};

static int64_t now(const struct smpp_session *s)
{
	return s->opts.clock->mono_us(s->opts.clock);
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Half of it for certain, so that many who were cut off together do not come back together. */
static int64_t jittered(const struct smpp_session *s, int64_t us)
{
	return us / 2 + (int64_t)rnd_below(s->opts.rnd, (uint64_t)(us / 2) + 1);
}

static void set_link(struct smpp_session *s, enum sms_link link)
{
	atomic_store(&s->link, link);
	smpp_window_gate(s->opts.messages, link == SMS_LINK_UP && s->state == STATE_BOUND);
}

/* --- packets out --- */

enum { ANSWER_ROOM = 128, SUBMIT_ROOM = 512 };

static bool roomy(const struct smpp_session *s, size_t bytes)
{
	size_t room;
	(void)smpp_wire_tail(s->wire, &room);
	return room >= bytes;
}

/* There is room: whoever writes has asked. */
static void put(struct smpp_session *s, const struct smpp_pdu *p)
{
	size_t room;
	size_t n;
	char *to = smpp_wire_tail(s->wire, &room);
	enum err e = smpp_encode(p, to, room, &n);
	assert(e == OK);
	smpp_wire_put(s->wire, n);
}

static uint32_t next_seq(struct smpp_session *s)
{
	s->seq = s->seq >= INT32_MAX ? 1 : s->seq + 1;
	return s->seq;
}

static void put_plain(struct smpp_session *s, uint32_t id, uint32_t status, uint32_t seq)
{
	put(s, &(struct smpp_pdu){ .id = id, .status = status, .seq = seq });
}

static void put_bind(struct smpp_session *s)
{
	put(s, &(struct smpp_pdu){
		       .id = SMPP_BIND_TRANSCEIVER,
		       .seq = next_seq(s),
		       .bind = {
			       .system_id = s->opts.system_id,
			       .password = str_c(s->password),
			       .system_type = s->opts.system_type,
			       .version = 0x34,
		       },
	       });
}

/* A name; a number of the network's own, or of the world. */
static struct smpp_address sender_of(struct str sender)
{
	enum { OWN_DIGITS_MAX = 8 };
	struct smpp_address a = { .ton = sender.n > OWN_DIGITS_MAX ? 1 : 3,
				  .npi = 1,
				  .number = sender };
	for (size_t i = 0; i < sender.n; i++) {
		if (sender.p[i] < '0' || sender.p[i] > '9')
			return (struct smpp_address){ .ton = 5, .npi = 0, .number = sender };
	}
	return sender.n ? a : (struct smpp_address){ .number = sender };
}

/* Relative time of SMPP: years to seconds by twos, then three digits and R. 30 days at most: some
 * centres refuse what is longer. */
static struct str validity(int64_t left_us, char space[17])
{
	uint64_t s = (uint64_t)left_us / 1000000 + 1;
	if (s > 30 * 86400)
		s = 30 * 86400;
	snprintf(space, 17, "0000%02u%02u%02u%02u000R", (unsigned)(s / 86400 % 100),
		 (unsigned)(s / 3600 % 24), (unsigned)(s / 60 % 60), (unsigned)(s % 60));
	return str_c(space);
}

static void put_part(struct smpp_session *s, const struct smpp_next *next, uint32_t seq,
		     int64_t at_us)
{
	char to[12] = "7";
	char space[17];
	struct str digits = msisdn_str(next->to);
	const struct smpp_part *part = &next->text->parts[next->part];
	memcpy(to + 1, digits.p, digits.n);
	put(s, &(struct smpp_pdu){
		       .id = SMPP_SUBMIT_SM,
		       .seq = seq,
		       .message = {
			       .from = sender_of(s->opts.sender),
			       .to = { .ton = 1, .npi = 1, .number = str_c(to) },
			       .esm_class = next->text->header ? 0x40 : 0,
			       .validity = next->until_us == INT64_MAX
						   ? STR("")
						   : validity(next->until_us - at_us, space),
			       .registered = 1,
			       .data_coding = (uint8_t)next->text->coding,
			       .text = { .p = part->p, .n = part->n },
		       },
	       });
}

/* --- coming and going --- */

static void go_away(struct smpp_session *s, enum sms_link link, int64_t pause_us)
{
	uint64_t gone = smpp_wire_gone(s->wire);
	smpp_wire_close(s->wire);
	s->state = s->stopping ? STATE_OVER : STATE_AWAY;
	s->at_us = now(s) + pause_us;
	s->enquiry = 0;
	s->missed = s->unbound = false;
	set_link(s, link);
	smpp_window_lost(s->opts.messages, gone, now(s));
	if (s->stopping)
		smpp_window_end(s->opts.messages);
}

static int64_t next_pause(struct smpp_session *s)
{
	int64_t longer = s->away_us ? s->away_us * 2 : s->opts.retry_us;
	s->away_us = sooner(longer, s->opts.pause_max_us);
	return jittered(s, s->away_us);
}

static void lose(struct smpp_session *s, const char *why)
{
	if (s->state == STATE_AWAY || s->state == STATE_OVER)
		return;
	log_event(s->opts.wire.log, s->state == STATE_UNBINDING ? LOG_INFO : LOG_WARN, "sms.down",
		  log_const("why", why));
	go_away(s, SMS_LINK_DOWN, next_pause(s));
}

/* Our name or password: coming back at once would only lock the account. */
static void refused(struct smpp_session *s, uint32_t status)
{
	log_event(s->opts.wire.log, LOG_ERROR, "sms.refused", log_int("status", status));
	s->away_us = s->opts.pause_max_us;
	go_away(s, SMS_LINK_REFUSED, 10 * s->opts.pause_max_us);
}

static void connect_now(struct smpp_session *s)
{
	s->state = STATE_CONNECTING;
	s->nonsense = 0;
	smpp_wire_open(s->wire);
	s->at_us = now(s) + s->opts.answer_us; /* the name may have taken its time */
}

static void bind_now(struct smpp_session *s)
{
	s->state = STATE_BINDING;
	s->at_us = now(s) + s->opts.answer_us;
	put_bind(s);
}

static void unbind_now(struct smpp_session *s)
{
	s->state = STATE_UNBINDING;
	s->at_us = now(s) + s->opts.answer_us;
	if (s->stopping)
		s->at_us = sooner(s->at_us, s->stop_us);
	if (s->unbound)
		s->at_us = now(s); /* our answer is out: that was all */
	else if (roomy(s, ANSWER_ROOM))
		put_plain(s, SMPP_UNBIND, 0, next_seq(s));
}

static void drain(struct smpp_session *s)
{
	s->state = STATE_DRAINING;
	s->at_us = s->stopping ? s->stop_us : now(s) + s->opts.answer_us;
	set_link(s, SMS_LINK_DOWN);
	smpp_window_give_back(s->opts.messages);
}

/* --- packets in --- */

static void on_bound(struct smpp_session *s, uint32_t status)
{
	if (s->state != STATE_BINDING)
		return;
	if (status >= STATUS_BIND_FAILED && status <= STATUS_BAD_SYSTEM_ID) {
		refused(s, status);
	} else if (status != STATUS_OK) {
		log_event(s->opts.wire.log, LOG_WARN, "sms.bind", log_int("status", status));
		lose(s, "not bound");
	} else {
		s->state = STATE_BOUND;
		s->pause_us = s->quiet_us = 0;
		s->turn_us = now(s);
		log_event(s->opts.wire.log, LOG_INFO, "sms.up");
		set_link(s, SMS_LINK_UP);
	}
}

static enum smpp_answer meaning(uint32_t status)
{
	switch (status) {
	case STATUS_OK:
		return SMPP_ANSWER_ACCEPTED;
	case STATUS_NOT_BOUND:
	case STATUS_SYSTEM:
	case STATUS_QUEUE_FULL:
	case STATUS_THROTTLED:
	case STATUS_TRY_LATER:
		return SMPP_ANSWER_LATER;
	case STATUS_SUBMIT_FAILED:
		return SMPP_ANSWER_ONCE;
	default:
		return SMPP_ANSWER_NEVER;
	}
}

/* Nothing is sent for a while, longer each time until a message is accepted. */
static void throttle(struct smpp_session *s)
{
	if (now(s) < s->quiet_us)
		return; /* answers to what was out already */
	if (!s->pause_us)
		log_event(s->opts.wire.log, LOG_WARN, "sms.throttled");
	int64_t longer = s->pause_us ? s->pause_us * 2 : s->opts.retry_us;
	s->pause_us = sooner(longer, s->opts.pause_max_us);
	s->quiet_us = now(s) + jittered(s, s->pause_us);
}

static void on_answer(struct smpp_session *s, uint32_t seq, uint32_t status, struct str id)
{
	char detail[24];
	enum smpp_answer answer = meaning(status);
	struct smpp_message_id message = smpp_message_id(id, s->opts.forms.answer);
	snprintf(detail, sizeof(detail), "status 0x%02X", (unsigned)status);
	if (!smpp_window_answer(s->opts.messages, seq, answer, &message, str_c(detail), now(s)))
		return; /* it came too late, or nobody asked */
	if (answer == SMPP_ANSWER_ACCEPTED)
		s->pause_us = s->away_us = 0;
	else if (status == STATUS_THROTTLED)
		throttle(s);
	else
		log_event(s->opts.wire.log, LOG_WARN, "sms.status", log_int("status", status));
	if (status == STATUS_NOT_BOUND)
		lose(s, "the centre has forgotten us");
}

static uint32_t take_receipt(struct smpp_session *s, const struct smpp_pdu *p)
{
	char detail[24];
	struct smpp_receipt r;
	if (!smpp_receipt(p, s->opts.forms, &r) || !r.final)
		return STATUS_OK; /* a subscriber's text, or a word on the way */
	snprintf(detail, sizeof(detail), "err %.*s", (int)r.error.n, r.error.p);
	enum err e = s->opts.events->receipt(s->opts.events->arg, smpp_message_id_str(&r.id),
					     r.state, r.error.n ? str_c(detail) : STR(""));
	return e == OK ? STATUS_OK : STATUS_TRY_LATER;
}

static void on_enquired(struct smpp_session *s, uint32_t seq)
{
	if (seq != s->enquiry)
		return;
	s->enquiry = 0;
	s->missed = false;
	s->away_us = 0;
}

static void on_nack(struct smpp_session *s, const struct smpp_pdu *p)
{
	if (s->state == STATE_BINDING)
		lose(s, "no bind_transceiver there");
	else if (s->enquiry && p->seq == s->enquiry)
		on_enquired(s, p->seq); /* a rude answer, but one */
	else
		on_answer(s, p->seq, p->status ? p->status : STATUS_BAD_COMMAND, STR(""));
}

static void on_unbind(struct smpp_session *s, uint32_t seq)
{
	put_plain(s, SMPP_UNBIND | SMPP_RESP, STATUS_OK, seq);
	s->unbound = true;
	if (s->state == STATE_BOUND)
		drain(s);
}

static void on_packet(struct smpp_session *s, const struct smpp_pdu *p)
{
	switch (p->id) {
	case SMPP_BIND_TRANSCEIVER | SMPP_RESP:
		on_bound(s, p->status);
		break;
	case SMPP_SUBMIT_SM | SMPP_RESP:
		on_answer(s, p->seq, p->status, p->name);
		break;
	case SMPP_DELIVER_SM:
		put_plain(s, SMPP_DELIVER_SM | SMPP_RESP, take_receipt(s, p), p->seq);
		break;
	case SMPP_ENQUIRE_LINK:
		put_plain(s, SMPP_ENQUIRE_LINK | SMPP_RESP, STATUS_OK, p->seq);
		break;
	case SMPP_ENQUIRE_LINK | SMPP_RESP:
		on_enquired(s, p->seq);
		break;
	case SMPP_UNBIND:
		on_unbind(s, p->seq);
		break;
	case SMPP_UNBIND | SMPP_RESP:
		if (s->state == STATE_UNBINDING)
			s->at_us = now(s);
		break;
	case SMPP_GENERIC_NACK:
		on_nack(s, p);
		break;
	default: /* what a client has no use for: bind, submit_sm */
		if (!(p->id & SMPP_RESP))
			put_plain(s, SMPP_GENERIC_NACK, STATUS_BAD_COMMAND, p->seq);
	}
}

enum { NONSENSE_SAID_MAX = 5 };

/* The first few of a connection: a centre could fill the disk with it. */
static void say_nonsense(struct smpp_session *s, uint32_t id, enum err e)
{
	if (s->nonsense == NONSENSE_SAID_MAX)
		return;
	s->nonsense++;
	log_event(s->opts.wire.log, LOG_WARN, "sms.packet", log_int("id", id),
		  log_const("fault", e == E_INPUT ? "body" : "id"));
}

/* What cannot be read is answered so that it is not sent again; an accepted message stays one, and
 * so does a bind. */
static void on_nonsense(struct smpp_session *s, const struct smpp_head *h, enum err e)
{
	enum { ALERT = 0x102, OUTBIND = 0x0B }; /* these want no answer */
	say_nonsense(s, h->id, e);
	if (h->id == (SMPP_BIND_TRANSCEIVER | SMPP_RESP))
		on_bound(s, h->status);
	else if (h->id == (SMPP_SUBMIT_SM | SMPP_RESP))
		on_answer(s, h->seq, h->status, STR(""));
	else if (h->id == SMPP_DELIVER_SM)
		put_plain(s, SMPP_DELIVER_SM | SMPP_RESP, STATUS_NEVER, h->seq);
	else if (!(h->id & SMPP_RESP) && h->id != ALERT && h->id != OUTBIND)
		put_plain(s, SMPP_GENERIC_NACK, STATUS_BAD_COMMAND, h->seq);
}

static void on_bytes(struct smpp_session *s, struct str bytes)
{
	struct smpp_pdu p;
	struct smpp_head h = smpp_head(bytes);
	enum err e = smpp_decode(bytes, &p);
	s->heard_us = now(s);
	if (e == OK)
		on_packet(s, &p);
	else
		on_nonsense(s, &h, e);
}

/* An answer always has room, or nothing more is read: a centre that does not listen is not heard.
 */
static void read_packets(struct smpp_session *s)
{
	size_t n;
	while (smpp_wire_in(s->wire).n > 0 && roomy(s, ANSWER_ROOM)) {
		enum smpp_frame frame = smpp_frame(smpp_wire_in(s->wire), &n);
		if (frame == SMPP_FRAME_MORE)
			return;
		if (frame == SMPP_FRAME_BROKEN) {
			put_plain(s, SMPP_GENERIC_NACK, STATUS_BAD_LENGTH, 0);
			smpp_wire_write(s->wire);
			lose(s, "a packet of impossible length");
			return;
		}
		on_bytes(s, str_sub(smpp_wire_in(s->wire), 0, n));
		if (smpp_wire_state(s->wire) != SMPP_WIRE_CLOSED)
			smpp_wire_take(s->wire, n);
	}
}

/* --- time --- */

/* While the centre throttles, one message at a time tries whether it still does. */
static bool may_send(const struct smpp_session *s)
{
	size_t window = s->pause_us ? 1 : s->opts.window;
	return (s->state == STATE_BOUND || (s->state == STATE_DRAINING && !s->unbound)) &&
	       smpp_window_flying(s->opts.messages) < window && !s->missed;
}

/* The rate is held over a tenth of a second: what was missed before is not made up for. */
static void count_turn(struct smpp_session *s, int64_t at_us)
{
	if (!s->opts.per_second)
		return;
	if (s->turn_us < at_us - 100000)
		s->turn_us = at_us - 100000;
	s->turn_us += 1000000 / s->opts.per_second;
}

static void send_parts(struct smpp_session *s)
{
	struct smpp_next next;
	int64_t at_us = now(s);
	while (may_send(s) && at_us >= s->quiet_us && at_us >= s->turn_us &&
	       roomy(s, SUBMIT_ROOM) &&
	       smpp_window_next(s->opts.messages, at_us, s->state == STATE_DRAINING, &next)) {
		uint32_t seq = next_seq(s);
		uint64_t begin = smpp_wire_end(s->wire);
		put_part(s, &next, seq, at_us);
		smpp_window_flies(s->opts.messages, &next, seq, begin, at_us + s->opts.answer_us);
		count_turn(s, at_us);
	}
}

static void enquire(struct smpp_session *s, int64_t at_us)
{
	if (s->enquiry && at_us >= s->enquiry_due_us) {
		lose(s, "no answer to enquire_link");
	} else if (!s->enquiry && (s->missed || at_us >= s->heard_us + s->opts.enquire_us)) {
		s->enquiry_due_us = at_us + s->opts.answer_us;
		if (!roomy(s, ANSWER_ROOM)) {
			lose(s, "the centre does not listen");
			return;
		}
		s->enquiry = next_seq(s);
		put_plain(s, SMPP_ENQUIRE_LINK, 0, s->enquiry);
	}
}

static void look_at_clock(struct smpp_session *s)
{
	int64_t at_us = now(s);
	bool late = at_us >= s->at_us;
	s->missed |= smpp_window_tick(s->opts.messages, at_us);
	switch (s->state) {
	case STATE_AWAY:
		if (late)
			connect_now(s);
		break;
	case STATE_CONNECTING:
		if (late)
			lose(s, "cannot connect");
		break;
	case STATE_BINDING:
		if (late)
			lose(s, "no answer to bind");
		break;
	case STATE_BOUND:
		enquire(s, at_us);
		break;
	case STATE_DRAINING:
		if (late || (smpp_window_flying(s->opts.messages) == 0 &&
			     (s->unbound || smpp_window_begun(s->opts.messages) == 0)))
			unbind_now(s);
		break;
	case STATE_UNBINDING:
		if (late)
			lose(s, "goodbye");
		break;
	case STATE_OVER:
		break;
	}
}

/* What became of the connection while nobody looked. All addresses of a name are tried before it
 * counts as a failure. */
static void look_at_wire(struct smpp_session *s)
{
	if (s->state == STATE_AWAY || s->state == STATE_OVER)
		return;
	while (s->state == STATE_CONNECTING && smpp_wire_state(s->wire) == SMPP_WIRE_CLOSED &&
	       smpp_wire_more(s->wire))
		connect_now(s);
	enum smpp_wire_state wire = smpp_wire_state(s->wire);
	if (wire == SMPP_WIRE_OPEN && s->state == STATE_CONNECTING)
		bind_now(s);
	else if (wire == SMPP_WIRE_CLOSED)
		lose(s, "cannot connect");
	else if (wire == SMPP_WIRE_ENDED)
		lose(s, "connection closed");
}

void smpp_session_turn(struct smpp_session *s)
{
	smpp_wire_turn(s->wire);
	read_packets(s);
	look_at_wire(s);
	look_at_clock(s);
	send_parts(s);
	smpp_wire_write(s->wire);
	look_at_wire(s);
	if (smpp_window_tells_room(s->opts.messages))
		s->opts.events->ready(s->opts.events->arg);
}

/* --- what the caller polls for --- */

struct pollfd smpp_session_want(const struct smpp_session *s)
{
	struct pollfd p = smpp_wire_want(s->wire);
	if (!roomy(s, ANSWER_ROOM))
		p.events &= ~POLLIN;
	return p;
}

static int64_t due_us(const struct smpp_session *s, int64_t at_us)
{
	int64_t due = smpp_window_due_us(s->opts.messages, at_us);
	int64_t may_us = s->quiet_us > s->turn_us ? s->quiet_us : s->turn_us;
	if (s->state != STATE_BOUND)
		return sooner(due, s->at_us);
	if (may_us > at_us)
		due = sooner(due, may_us);
	return sooner(due, s->enquiry ? s->enquiry_due_us : s->heard_us + s->opts.enquire_us);
}

int smpp_session_wait_ms(const struct smpp_session *s)
{
	int64_t at_us = now(s);
	int64_t left_us = due_us(s, at_us) - at_us;
	if (left_us <= 0 || (smpp_wire_held(s->wire) && roomy(s, ANSWER_ROOM)))
		return 0;
	return left_us < MINUTE_MS * 1000 ? (int)((left_us + 999) / 1000) : (int)MINUTE_MS;
}

/* --- life --- */

enum err smpp_session_new(const struct smpp_session_opts *opts, struct smpp_session **ret)
{
	struct smpp_session *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	struct str secret = opts->password.bytes;
	s->opts = *opts;
	if (secret.n > 0 && secret.n < sizeof(s->password))
		memcpy(s->password, secret.p, secret.n);
	enum err e =
		secret.n < sizeof(s->password) ? smpp_wire_new(&opts->wire, &s->wire) : E_INPUT;
	if (e != OK) {
		smpp_session_free(s);
		return e;
	}
	s->opts.password = (struct secret){ 0 };
	s->at_us = now(s);
	atomic_store(&s->link, SMS_LINK_DOWN);
	*ret = s;
	return OK;
}

void smpp_session_free(struct smpp_session *s)
{
	if (!s)
		return;
	smpp_wire_free(s->wire);
	secret_wipe(s, sizeof(*s));
	free(s);
}

void smpp_session_stop(struct smpp_session *s, int64_t until_us)
{
	s->stopping = true;
	s->stop_us = until_us;
	if (s->state == STATE_BOUND)
		drain(s);
	else if (s->state == STATE_DRAINING || s->state == STATE_UNBINDING)
		s->at_us = sooner(s->at_us, until_us);
	else
		go_away(s, SMS_LINK_DOWN, 0);
}

bool smpp_session_over(const struct smpp_session *s)
{
	return s->state == STATE_OVER;
}

enum sms_link smpp_session_link(const struct smpp_session *s)
{
	return (enum sms_link)atomic_load(&s->link);
}
