/* The packets of SMPP 3.4 as far as a client needs them: decoding never leaves the bytes it was
 * given, encoding never leaves the caller's buffer, neither allocates. What is decoded points into
 * the packet. Legal traffic is accepted as it comes: answers without a body, empty ids, vendors'
 * statuses, TLVs in any order on any packet. No socket, no state: that is sms_smpp's. */
#ifndef GATEWAY_SMPP_PDU_H
#define GATEWAY_SMPP_PDU_H

#include "core/err.h"
#include "core/str.h"

#define SMPP_HEAD_BYTES 16
/* The longest legal packet is a text of 65,535 bytes in a TLV, with what stands around it. */
#define SMPP_PDU_BYTES_MAX ((size_t)68 * 1024)

#define SMPP_RESP UINT32_C(0x80000000) /* set in the id of an answer */
enum smpp_id {
	SMPP_SUBMIT_SM = 0x04,
	SMPP_DELIVER_SM = 0x05,
	SMPP_UNBIND = 0x06,
	SMPP_BIND_TRANSCEIVER = 0x09,
	SMPP_ENQUIRE_LINK = 0x15,
};
#define SMPP_GENERIC_NACK SMPP_RESP

enum smpp_tag {
	SMPP_TAG_RECEIPTED_ID = 0x001E,
	SMPP_TAG_PAYLOAD = 0x0424,
	SMPP_TAG_STATE = 0x0427,
};

struct smpp_head {
	uint32_t bytes; /* of the packet, these 16 included */
	uint32_t id;    /* enum smpp_id, perhaps with SMPP_RESP; or one that we do not know */
	uint32_t status;
	uint32_t seq;
};

struct smpp_bind {
	struct str system_id, password, system_type; /* at most 15, 8, 12 bytes */
	uint8_t version;
	uint8_t ton, npi;
	struct str range; /* at most 40 */
};

struct smpp_address {
	uint8_t ton, npi;
	struct str number; /* at most 20 bytes */
};

/* submit_sm and deliver_sm are one layout. */
struct smpp_message {
	struct str service_type; /* at most 5 */
	struct smpp_address from, to;
	uint8_t esm_class, protocol_id, priority;
	struct str schedule, validity; /* at most 16 */
	uint8_t registered, replace, data_coding, default_text;
	struct str text; /* at most 255 bytes, the user data header in front */
};

struct smpp_pdu {
	uint32_t id, status, seq;
	union {
		struct smpp_bind bind;       /* bind_transceiver */
		struct smpp_message message; /* submit_sm, deliver_sm */
		struct str name; /* answers: the centre's name, the message's id; may be empty */
	};
	struct str tlvs; /* as on the wire, each of them whole */
};

enum smpp_frame { SMPP_FRAME_MORE, SMPP_FRAME_WHOLE, SMPP_FRAME_BROKEN };

/**
 * smpp_frame(in, &ret_n):
 * Whether a packet stands at the front of what has arrived: WHOLE with its length in ${ret_n}, MORE
 * when bytes are missing, BROKEN when no length can be that (under 16, over SMPP_PDU_BYTES_MAX):
 * where the next one begins is unknown then.
 */
enum smpp_frame smpp_frame(struct str in, size_t *ret_n);

/** smpp_head(pdu): the first 16 bytes, which ${pdu} must have. */
struct smpp_head smpp_head(struct str pdu);

/**
 * smpp_decode(pdu, &ret):
 * Read one whole packet of smpp_frame()'s. The body of an answer that says an error is left out
 * when it makes no sense. Expected: E_NOTFOUND (an id that we do not know), E_INPUT (the body is
 * not what the id says).
 */
enum err smpp_decode(struct str pdu, struct smpp_pdu *ret) must_check;

/**
 * smpp_encode(p, to, room, &ret_n):
 * Write one packet to ${to}. Expected: E_LIMIT (over ${room} bytes), E_INPUT (an unknown id, a
 * string too long for its place or with a NUL in it, TLVs that are none).
 */
enum err smpp_encode(const struct smpp_pdu *p, char *to, size_t room, size_t *ret_n) must_check;

/**
 * smpp_tlv(tlvs, tag, &ret_value):
 * The first TLV with that tag; false when there is none.
 */
bool smpp_tlv(struct str tlvs, uint16_t tag, struct str *ret_value);

#endif
