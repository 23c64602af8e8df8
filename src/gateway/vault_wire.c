/* Questions and answers of the vault as bytes. */
#include "gateway/vault_wire.h"

#include "core/utf8.h"

#define VERSION    1
#define HEAD_BYTES 18

enum outcome { OPENED, QUOTA, DAMAGED, SHUT };

/* --- numbers and slices --------------------------------------------------------- */

static void put_number(struct buf *b, uint64_t v, int bytes)
{
	while (bytes-- > 0)
		buf_c(b, (char)(unsigned char)(v >> (8 * bytes) & 0xff));
}

static void put_slice(struct buf *b, struct str s)
{
	put_number(b, s.n, 2);
	buf_put(b, s);
}

/* The caller has looked that so many are there. */
static uint64_t take_number(struct str *s, size_t bytes)
{
	uint64_t v = 0;
	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | (unsigned char)s->p[i];
	*s = str_sub(*s, bytes, s->n);
	return v;
}

static bool take_slice(struct str *s, struct str *ret)
{
	if (s->n < 2)
		return false;
	size_t n = (size_t)take_number(s, 2);
	if (n > s->n)
		return false;
	*ret = str_sub(*s, 0, n);
	*s = str_sub(*s, n, s->n);
	return true;
}

/* --- questions ------------------------------------------------------------------- */

static bool line_fine(struct str s, size_t max)
{
	return s.n > 0 && s.n <= max && utf8_clean(s, false);
}

static bool fine(const struct vault_request *q)
{
	return q->field >= SEAL_PASSPORT && q->field <= SEAL_ADDRESS && q->staff_id > 0 &&
	       q->subscriber_id > 0 && line_fine(q->who, VAULT_WHO_MAX) &&
	       line_fine(q->purpose, VAULT_PURPOSE_MAX) && q->sealed.n > 0 &&
	       q->sealed.n <= VAULT_SEALED_MAX;
}

enum err vault_wire_ask(struct buf *b, const struct vault_request *q)
{
	if (!fine(q))
		return E_INPUT;
	put_number(b, VERSION, 1);
	put_number(b, (uint64_t)q->field, 1);
	put_number(b, (uint64_t)q->staff_id, 8);
	put_number(b, (uint64_t)q->subscriber_id, 8);
	put_slice(b, q->who);
	put_slice(b, q->purpose);
	put_slice(b, q->sealed);
	return b->err;
}

enum err vault_wire_asked(struct str s, struct vault_request *ret)
{
	struct vault_request q = { 0 };
	if (s.n < HEAD_BYTES || take_number(&s, 1) != VERSION)
		return E_INPUT;
	q.field = (enum seal_field)take_number(&s, 1);
	q.staff_id = (int64_t)take_number(&s, 8);
	q.subscriber_id = (int64_t)take_number(&s, 8);
	if (!take_slice(&s, &q.who) || !take_slice(&s, &q.purpose) || !take_slice(&s, &q.sealed))
		return E_INPUT;
	if (s.n > 0 || !fine(&q))
		return E_INPUT;
	*ret = q;
	return OK;
}

/* --- answers --------------------------------------------------------------------- */

static enum outcome outcome_of(enum err e)
{
	switch (e) {
	case OK:
		return OPENED;
	case E_LIMIT:
		return QUOTA;
	case E_INPUT:
		return DAMAGED;
	default:
		return SHUT;
	}
}

enum err vault_wire_tell(struct buf *b, enum err outcome, const struct seal_content *content)
{
	put_number(b, VERSION, 1);
	put_number(b, outcome_of(outcome), 1);
	for (size_t i = 0; outcome == OK && i < content->n; i++)
		put_slice(b, content->parts[i]);
	return b->err;
}

static enum err take_parts(struct str s, struct seal_content *ret)
{
	struct seal_content c = { .field = ret->field, .subscriber_id = ret->subscriber_id };
	while (s.n > 0) {
		if (c.n == SEAL_PARTS_MAX || !take_slice(&s, &c.parts[c.n++]))
			return E_UNKNOWN;
	}
	*ret = c;
	return OK;
}

enum err vault_wire_told(struct str s, struct seal_content *ret)
{
	static const enum err refusals[] = {
		[QUOTA] = E_LIMIT, [DAMAGED] = E_INPUT, [SHUT] = E_UPSTREAM
	};
	if (s.n < 2 || take_number(&s, 1) != VERSION)
		return E_UNKNOWN;
	uint64_t outcome = take_number(&s, 1);
	if (outcome == OPENED)
		return take_parts(s, ret);
	return outcome <= SHUT && s.n == 0 ? refusals[outcome] : E_UNKNOWN;
}
