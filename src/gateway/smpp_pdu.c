/* Reading and writing packets. A reader that has run over the end gives zeros and stays bad, so a
 * body is read straight through and asked once; a writer that has no room does the same. */
#include "gateway/smpp_pdu.h"

#include <assert.h>

/* Bytes of the strings, the NUL that ends them left out. */
enum {
	SYSTEM_ID_MAX = 15,
	PASSWORD_MAX = 8,
	SYSTEM_TYPE_MAX = 12,
	RANGE_MAX = 40,
	SERVICE_MAX = 5,
	NUMBER_MAX = 20,
	TIME_MAX = 16,
	MESSAGE_ID_MAX = 64,
};

/* --- reading --- */

struct reader {
	struct str rest;
	bool bad;
};

static struct str take(struct reader *r, size_t n)
{
	r->bad |= n > r->rest.n;
	if (r->bad)
		return (struct str){ .p = "" };
	struct str got = str_sub(r->rest, 0, n);
	r->rest = str_sub(r->rest, n, r->rest.n);
	return got;
}

static uint32_t take_int(struct reader *r, size_t bytes)
{
	struct str s = take(r, bytes);
	uint32_t v = 0;
	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | (unsigned char)s.p[i];
	return v;
}

static uint8_t take_u8(struct reader *r)
{
	return (uint8_t)take_int(r, 1);
}

/* A C-octet string of at most max bytes and its NUL. */
static struct str take_text(struct reader *r, size_t max)
{
	size_t n = str_find(str_sub(r->rest, 0, max + 1), '\0');
	r->bad |= n > max;
	struct str s = take(r, n);
	take(r, 1);
	return s;
}

static struct smpp_address take_address(struct reader *r)
{
	/* The order of initialisers is not that of the wire. */
	struct smpp_address a = { .ton = take_u8(r) };
	a.npi = take_u8(r);
	a.number = take_text(r, NUMBER_MAX);
	return a;
}

static void take_bind(struct reader *r, struct smpp_bind *b)
{
	b->system_id = take_text(r, SYSTEM_ID_MAX);
	b->password = take_text(r, PASSWORD_MAX);
	b->system_type = take_text(r, SYSTEM_TYPE_MAX);
	b->version = take_u8(r);
	b->ton = take_u8(r);
	b->npi = take_u8(r);
	b->range = take_text(r, RANGE_MAX);
}

static void take_message(struct reader *r, struct smpp_message *m)
{
	m->service_type = take_text(r, SERVICE_MAX);
	m->from = take_address(r);
	m->to = take_address(r);
	m->esm_class = take_u8(r);
	m->protocol_id = take_u8(r);
	m->priority = take_u8(r);
	m->schedule = take_text(r, TIME_MAX);
	m->validity = take_text(r, TIME_MAX);
	m->registered = take_u8(r);
	m->replace = take_u8(r);
	m->data_coding = take_u8(r);
	m->default_text = take_u8(r);
	m->text = take(r, take_u8(r));
}

static bool take_tlv(struct str *tlvs, uint16_t *ret_tag, struct str *ret_value)
{
	struct reader r = { .rest = *tlvs };
	uint16_t tag = (uint16_t)take_int(&r, 2);
	struct str value = take(&r, take_int(&r, 2));
	if (r.bad)
		return false;
	*tlvs = r.rest;
	*ret_tag = tag;
	*ret_value = value;
	return true;
}

static bool tlvs_whole(struct str tlvs)
{
	uint16_t tag;
	struct str value;
	while (tlvs.n > 0) {
		if (!take_tlv(&tlvs, &tag, &value))
			return false;
	}
	return true;
}

/* The one string of an answer, which may be missing with all that follows. */
static void take_name(struct reader *r, struct smpp_pdu *p, size_t max)
{
	if (r->rest.n > 0)
		p->name = take_text(r, max);
}

enum body { BODY_NONE, BODY_BIND, BODY_MESSAGE, BODY_SYSTEM_ID, BODY_MESSAGE_ID, BODY_UNKNOWN };

static enum body body_of(uint32_t id)
{
	switch (id) {
	case SMPP_BIND_TRANSCEIVER:
		return BODY_BIND;
	case SMPP_BIND_TRANSCEIVER | SMPP_RESP:
		return BODY_SYSTEM_ID;
	case SMPP_SUBMIT_SM:
	case SMPP_DELIVER_SM:
		return BODY_MESSAGE;
	case SMPP_SUBMIT_SM | SMPP_RESP:
	case SMPP_DELIVER_SM | SMPP_RESP:
		return BODY_MESSAGE_ID;
	case SMPP_UNBIND:
	case SMPP_UNBIND | SMPP_RESP:
	case SMPP_ENQUIRE_LINK:
	case SMPP_ENQUIRE_LINK | SMPP_RESP:
	case SMPP_GENERIC_NACK:
		return BODY_NONE;
	default:
		return BODY_UNKNOWN;
	}
}

static void take_body(struct reader *r, enum body body, struct smpp_pdu *p)
{
	if (body == BODY_BIND)
		take_bind(r, &p->bind);
	else if (body == BODY_MESSAGE)
		take_message(r, &p->message);
	else if (body == BODY_SYSTEM_ID)
		take_name(r, p, SYSTEM_ID_MAX);
	else if (body == BODY_MESSAGE_ID)
		take_name(r, p, MESSAGE_ID_MAX);
	else
		r->rest = STR(""); /* nothing belongs there, so nothing is looked at */
	p->tlvs = r->rest;
}

enum smpp_frame smpp_frame(struct str in, size_t *ret_n)
{
	struct reader r = { .rest = in };
	size_t bytes = take_int(&r, 4);
	if (r.bad)
		return SMPP_FRAME_MORE;
	if (bytes < SMPP_HEAD_BYTES || bytes > SMPP_PDU_BYTES_MAX)
		return SMPP_FRAME_BROKEN;
	if (bytes > in.n)
		return SMPP_FRAME_MORE;
	*ret_n = bytes;
	return SMPP_FRAME_WHOLE;
}

struct smpp_head smpp_head(struct str pdu)
{
	assert(pdu.n >= SMPP_HEAD_BYTES);
	struct reader r = { .rest = pdu };
	struct smpp_head h = { .bytes = take_int(&r, 4) };
	h.id = take_int(&r, 4);
	h.status = take_int(&r, 4);
	h.seq = take_int(&r, 4);
	return h;
}

enum err smpp_decode(struct str pdu, struct smpp_pdu *ret)
{
	struct smpp_head h = smpp_head(pdu);
	struct smpp_pdu p = { .id = h.id, .status = h.status, .seq = h.seq };
	struct reader r = { .rest = str_sub(pdu, SMPP_HEAD_BYTES, pdu.n) };
	enum body body = body_of(h.id);
	assert(h.bytes == pdu.n);
	if (body == BODY_UNKNOWN)
		return E_NOTFOUND;
	take_body(&r, body, &p);
	if (r.bad || !tlvs_whole(p.tlvs)) {
		if (!(h.id & SMPP_RESP) || h.status == 0)
			return E_INPUT;
		p.name = p.tlvs = STR("");
	}
	*ret = p;
	return OK;
}

bool smpp_tlv(struct str tlvs, uint16_t tag, struct str *ret_value)
{
	uint16_t t;
	struct str value;
	while (take_tlv(&tlvs, &t, &value)) {
		if (t == tag) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

/* --- writing --- */

struct writer {
	char *p;
	size_t n, room;
	enum err err;
};

static void put(struct writer *w, struct str s)
{
	if (w->err == OK && s.n > w->room - w->n)
		w->err = E_LIMIT;
	if (w->err != OK)
		return;
	if (s.n)
		memcpy(w->p + w->n, s.p, s.n);
	w->n += s.n;
}

static void put_int(struct writer *w, uint32_t v, size_t bytes)
{
	char wire[4];
	for (size_t i = bytes; i > 0; i--) {
		wire[i - 1] = (char)(v & 0xFF);
		v >>= 8;
	}
	put(w, (struct str){ .p = wire, .n = bytes });
}

static void put_text(struct writer *w, struct str s, size_t max)
{
	if (s.n > max || str_find(s, '\0') < s.n)
		w->err = E_INPUT;
	put(w, s);
	put_int(w, 0, 1);
}

static void put_address(struct writer *w, const struct smpp_address *a)
{
	put_int(w, a->ton, 1);
	put_int(w, a->npi, 1);
	put_text(w, a->number, NUMBER_MAX);
}

static void put_bind(struct writer *w, const struct smpp_bind *b)
{
	put_text(w, b->system_id, SYSTEM_ID_MAX);
	put_text(w, b->password, PASSWORD_MAX);
	put_text(w, b->system_type, SYSTEM_TYPE_MAX);
	put_int(w, b->version, 1);
	put_int(w, b->ton, 1);
	put_int(w, b->npi, 1);
	put_text(w, b->range, RANGE_MAX);
}

static void put_message(struct writer *w, const struct smpp_message *m)
{
	put_text(w, m->service_type, SERVICE_MAX);
	put_address(w, &m->from);
	put_address(w, &m->to);
	put_int(w, m->esm_class, 1);
	put_int(w, m->protocol_id, 1);
	put_int(w, m->priority, 1);
	put_text(w, m->schedule, TIME_MAX);
	put_text(w, m->validity, TIME_MAX);
	put_int(w, m->registered, 1);
	put_int(w, m->replace, 1);
	put_int(w, m->data_coding, 1);
	put_int(w, m->default_text, 1);
	if (m->text.n > UINT8_MAX)
		w->err = E_INPUT;
	put_int(w, (uint32_t)m->text.n, 1);
	put(w, m->text);
}

static void put_body(struct writer *w, enum body body, const struct smpp_pdu *p)
{
	if (body == BODY_BIND)
		put_bind(w, &p->bind);
	else if (body == BODY_MESSAGE)
		put_message(w, &p->message);
	else if (body == BODY_SYSTEM_ID)
		put_text(w, p->name, SYSTEM_ID_MAX);
	else if (body == BODY_MESSAGE_ID)
		put_text(w, p->name, MESSAGE_ID_MAX);
	if (body == BODY_UNKNOWN || (body == BODY_NONE && p->tlvs.n) || !tlvs_whole(p->tlvs))
		w->err = E_INPUT;
	put(w, p->tlvs);
}

enum err smpp_encode(const struct smpp_pdu *p, char *to, size_t room, size_t *ret_n)
{
	struct writer w = { .p = to, .room = room };
	put_int(&w, 0, 4); /* the length, when it is known */
	put_int(&w, p->id, 4);
	put_int(&w, p->status, 4);
	put_int(&w, p->seq, 4);
	put_body(&w, body_of(p->id), p);
	if (w.err != OK)
		return w.err;
	struct writer head = { .p = to, .room = 4 };
	put_int(&head, (uint32_t)w.n, 4);
	*ret_n = w.n;
	return OK;
}
