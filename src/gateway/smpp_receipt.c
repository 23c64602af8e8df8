/* Reading receipts. The text's keys are those of SMPP 3.4, appendix B; centres take liberties with
 * their order, their case and the length of the state's name. */
#include "gateway/smpp_receipt.h"

#include "core/digits.h"

enum { ERROR_MAX = 8 };

/* --- ids --- */

static bool printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	}
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static bool number(struct str s, unsigned base, uint64_t *ret)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)digit(s.p[i]);
		if (d >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, d, &v))
			return false;
	}
	*ret = v;
	return s.n > 0;
}

struct smpp_message_id smpp_message_id(struct str id, enum smpp_id_form form)
{
	struct smpp_message_id m = { 0 };
	uint64_t v;
	char space[DIGITS_MAX];
	if (id.n > sizeof(m.p) || !printable(id))
		return m;
	if (form != SMPP_ID_TEXT && number(id, form == SMPP_ID_HEX ? 16 : 10, &v)) {
		id.p = digits_back(space + sizeof(space), v);
		id.n = (size_t)(space + sizeof(space) - id.p);
	}
	if (id.n)
		memcpy(m.p, id.p, id.n);
	m.n = id.n;
	return m;
}

/* --- the text --- */

/* Whether s begins with the lower-case prefix, whatever its own case. */
static bool begins(struct str s, struct str prefix)
{
	for (size_t i = 0; i < prefix.n; i++) {
		char c = i < s.n ? s.p[i] : '\0';
		if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != prefix.p[i])
			return false;
	}
	return true;
}

struct fields {
	struct str id, state, error;
};

/* The words up to `text:`, behind which there is what was sent. */
static struct fields read_text(struct str text)
{
	struct fields f = { 0 };
	struct str word;
	while (str_cut(&text, ' ', &word) && !begins(word, STR("text:"))) {
		if (begins(word, STR("id:")) && f.id.n == 0)
			f.id = str_sub(word, 3, word.n);
		else if (begins(word, STR("stat:")) && f.state.n == 0)
			f.state = str_sub(word, 5, word.n);
		else if (begins(word, STR("err:")) && f.error.n == 0)
			f.error = str_sub(word, 4, ERROR_MAX);
	}
	if (!printable(f.error))
		f.error = STR("");
	return f;
}

/* --- the state --- */

static const struct state {
	struct str name; /* so many characters as tell it apart */
	uint8_t tlv;
	bool final;
	enum sms_final state;
} states[] = {
	{ STR("enrou"), 1, false, SMS_STATE_UNKNOWN },
	{ STR("deliv"), 2, true, SMS_DELIVERED },
	{ STR("expir"), 3, true, SMS_EXPIRED },
	{ STR("delet"), 4, true, SMS_DELETED },
	{ STR("undel"), 5, true, SMS_UNDELIVERED },
	{ STR("accep"), 6, false, SMS_STATE_UNKNOWN },
	{ STR("unkno"), 7, true, SMS_STATE_UNKNOWN },
	{ STR("rejec"), 8, true, SMS_REJECTED },
};
#define STATES_N (sizeof(states) / sizeof(*states))

static const struct state *state_of(struct str tlv, struct str name)
{
	for (size_t i = 0; tlv.n == 1 && i < STATES_N; i++) {
		if (states[i].tlv == (uint8_t)tlv.p[0])
			return states + i;
	}
	for (size_t i = 0; i < STATES_N; i++) {
		if (begins(name, states[i].name))
			return states + i;
	}
	return NULL;
}

/* --- the packet --- */

enum { ESM_TYPE = 0x3C, ESM_RECEIPT = 0x04, ESM_UDH = 0x40 };

static struct str text_of(const struct smpp_pdu *p)
{
	struct str text = p->message.text;
	struct str payload;
	if (text.n == 0 && smpp_tlv(p->tlvs, SMPP_TAG_PAYLOAD, &payload))
		text = payload;
	if ((p->message.esm_class & ESM_UDH) && text.n > 0)
		text = str_sub(text, 1 + (size_t)(unsigned char)text.p[0], text.n);
	return text;
}

/* The TLV holds what the answer to submit_sm gave, unless it is just what the text has. */
static struct smpp_message_id id_of(struct str tlv, struct str text, struct smpp_id_forms forms)
{
	tlv = str_sub(tlv, 0, str_find(tlv, '\0'));
	if (tlv.n == 0 || str_eq(tlv, text))
		return smpp_message_id(text, forms.receipt);
	return smpp_message_id(tlv, forms.answer);
}

bool smpp_receipt(const struct smpp_pdu *p, struct smpp_id_forms forms, struct smpp_receipt *ret)
{
	if (p->id != SMPP_DELIVER_SM || (p->message.esm_class & ESM_TYPE) != ESM_RECEIPT)
		return false;
	struct str tlv_id = STR("");
	struct str tlv_state = STR("");
	struct fields text = read_text(text_of(p));
	(void)smpp_tlv(p->tlvs, SMPP_TAG_RECEIPTED_ID, &tlv_id);
	(void)smpp_tlv(p->tlvs, SMPP_TAG_STATE, &tlv_state);
	struct smpp_message_id id = id_of(tlv_id, text.id, forms);
	const struct state *state = state_of(tlv_state, text.state);
	if (id.n == 0 || !state)
		return false;
	*ret = (struct smpp_receipt){
		.id = id,
		.state = state->state,
		.final = state->final,
		.error = text.error,
	};
	return true;
}
