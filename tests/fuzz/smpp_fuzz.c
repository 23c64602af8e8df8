/* SMPP: packets from a hostile centre, and texts for one. The first byte says which. What is
 * decoded lies inside the packet, and written again and read again it is the same. */
#include "fuzz.h"
#include "gateway/smpp_receipt.h"
#include "gateway/smpp_text.h"

struct place {
	const char *p;
	size_t n;
};

static void check_strings(const struct smpp_pdu *p, struct place in)
{
	const struct smpp_message *m = &p->message;
	const struct smpp_bind *b = &p->bind;
	hold(fuzz_within(p->tlvs, in.p, in.n));
	if (p->id == SMPP_BIND_TRANSCEIVER) {
		hold(fuzz_within(b->system_id, in.p, in.n) && b->system_id.n <= 15);
		hold(fuzz_within(b->password, in.p, in.n) && b->password.n <= 8);
		hold(fuzz_within(b->range, in.p, in.n) && b->range.n <= 40);
	} else if (p->id == SMPP_SUBMIT_SM || p->id == SMPP_DELIVER_SM) {
		hold(fuzz_within(m->from.number, in.p, in.n) && m->from.number.n <= 20);
		hold(fuzz_within(m->to.number, in.p, in.n) && m->to.number.n <= 20);
		hold(fuzz_within(m->schedule, in.p, in.n) && m->schedule.n <= 16);
		hold(fuzz_within(m->text, in.p, in.n) && m->text.n <= 255);
	} else {
		hold(fuzz_within(p->name, in.p, in.n) && p->name.n <= SMS_ID_BYTES_MAX);
	}
}

static void check_receipt(const struct smpp_pdu *p, enum smpp_id_form form, struct place in)
{
	const struct smpp_id_forms forms = { .answer = form, .receipt = form };
	struct smpp_receipt r;
	if (!smpp_receipt(p, forms, &r))
		return;
	hold(r.id.n > 0 && r.id.n <= sizeof(r.id.p));
	for (size_t i = 0; i < r.id.n; i++)
		hold(r.id.p[i] > ' ' && r.id.p[i] <= '~');
	hold(fuzz_within(r.error, in.p, in.n) && r.error.n <= 8);
	/* What is in the one way of writing stays as it is: a number is one in decimal, too. */
	struct smpp_message_id again = smpp_message_id(smpp_message_id_str(&r.id),
						       form == SMPP_ID_HEX ? SMPP_ID_TEXT : form);
	hold(str_eq(smpp_message_id_str(&again), smpp_message_id_str(&r.id)));
}

/* Written, read and written again: the same bytes. */
static void check_round(const struct smpp_pdu *p, size_t n)
{
	size_t room = n + SMPP_HEAD_BYTES; /* an answer without a body gets an empty one */
	char *one = malloc(room);
	char *two = malloc(room);
	size_t one_n;
	size_t two_n;
	struct smpp_pdu again;
	hold(one && two);
	hold(smpp_encode(p, one, room, &one_n) == OK);
	hold(smpp_decode((struct str){ .p = one, .n = one_n }, &again) == OK);
	hold(again.id == p->id && again.status == p->status && again.seq == p->seq);
	hold(str_eq(again.tlvs, p->tlvs));
	hold(smpp_encode(&again, two, room, &two_n) == OK);
	hold(one_n == two_n && memcmp(one, two, one_n) == 0);
	free(one);
	free(two);
}

/* A stream: one packet after the other, until one is broken or not whole. */
static void run_packets(struct str in, enum smpp_id_form form)
{
	size_t n;
	while (smpp_frame(in, &n) == SMPP_FRAME_WHOLE) {
		struct smpp_pdu p;
		char *pdu = fuzz_copy((const uint8_t *)in.p, n);
		struct place place = { .p = pdu, .n = n };
		hold(n >= SMPP_HEAD_BYTES && n <= in.n);
		if (smpp_decode((struct str){ .p = pdu, .n = n }, &p) == OK) {
			check_strings(&p, place);
			check_receipt(&p, form, place);
			check_round(&p, n);
		}
		free(pdu);
		in = str_sub(in, n, in.n);
	}
}

/* Units of a text, counted over its parts; no part begins or ends in the middle of a pair. */
static void check_text(struct str text)
{
	struct smpp_text t;
	size_t parts = smpp_text_parts(text);
	if (smpp_text_split(text, 7, &t) != OK) {
		hold(parts == 0 || parts > SMS_PARTS_MAX);
		return;
	}
	hold(t.n == parts && t.header == (parts > 1));
	size_t max = t.coding != SMPP_CODING_UCS2 ? (t.header ? 159 : 160) : 140;
	for (size_t i = 0; i < t.n; i++) {
		const struct smpp_part *part = &t.parts[i];
		size_t head = t.header ? 6 : 0;
		hold(part->n > head && part->n <= max);
		if (t.coding != SMPP_CODING_UCS2)
			continue;
		hold((part->n - head) % 2 == 0);
		hold((part->p[head] & 0xFC) != 0xDC);
		hold((part->p[part->n - 2] & 0xFC) != 0xD8);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n < 1)
		return 0;
	char *p = fuzz_copy(data + 1, n - 1);
	struct str in = { .p = p, .n = n - 1 };
	if (data[0] % 4 == 3)
		check_text(in);
	else
		run_packets(in, (enum smpp_id_form)(data[0] % 4));
	free(p);
	return 0;
}
