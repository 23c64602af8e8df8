/* What a deliver_sm says of a message that was sent: a receipt in TLVs, in text, or in both. And
 * the ids in it, which a centre may write in hexadecimal here and in decimal there: both come out
 * in one way of writing, so that whoever compares them compares bytes. */
#ifndef GATEWAY_SMPP_RECEIPT_H
#define GATEWAY_SMPP_RECEIPT_H

#include "domain/port_sms.h"
#include "gateway/smpp_pdu.h"

/* How a centre writes its ids. */
enum smpp_id_form {
	SMPP_ID_TEXT, /* as it comes */
	SMPP_ID_HEX,  /* a number in hexadecimal */
	SMPP_ID_DEC,  /* a number in decimal, perhaps with zeros in front */
};

struct smpp_id_forms {
	enum smpp_id_form answer;  /* in the answer to submit_sm, and in the receipt's TLV */
	enum smpp_id_form receipt; /* in the receipt's text */
};

struct smpp_message_id {
	char p[SMS_ID_BYTES_MAX];
	size_t n; /* 0: none */
};

struct smpp_receipt {
	struct smpp_message_id id;
	enum sms_final state;
	bool final;       /* else it is on its way still, and ${state} says nothing */
	struct str error; /* what the text says behind `err:`, at most 8 characters; may be empty */
};

static inline struct str smpp_message_id_str(const struct smpp_message_id *id)
{
	return (struct str){ .p = id->p, .n = id->n };
}

/**
 * smpp_message_id(id, form):
 * A centre's id in the one way of writing: numbers in decimal without zeros in front, anything else
 * as it came. None when it is too long, or not printable ASCII without spaces.
 */
struct smpp_message_id smpp_message_id(struct str id, enum smpp_id_form form);

/**
 * smpp_receipt(p, forms, &ret):
 * Whether the deliver_sm ${p} is a receipt that can be understood: it has an id and a state. TLVs
 * count before the text. ${ret} points into the packet.
 */
bool smpp_receipt(const struct smpp_pdu *p, struct smpp_id_forms forms, struct smpp_receipt *ret);

#endif
