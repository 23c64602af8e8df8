/* A text as the parts that SMPP carries. Characters that ASCII and the GSM alphabet share go out as
 * they are (data_coding 0 means the one at this centre and the other at that one); a text with
 * any other character goes out as UCS-2, where a pair of surrogates is never torn apart. Parts of a
 * long text begin with a user data header. Stands alone, so that generators can count parts too. */
#ifndef GATEWAY_SMPP_TEXT_H
#define GATEWAY_SMPP_TEXT_H

#include "domain/port_sms.h"

#define SMPP_PART_BYTES_MAX 160

enum smpp_coding { SMPP_CODING_DEFAULT = 0, SMPP_CODING_UCS2 = 8 };

struct smpp_part {
	uint8_t n;
	char p[SMPP_PART_BYTES_MAX]; /* the user data header in front, if the text has one */
};

struct smpp_text {
	enum smpp_coding coding;
	bool header; /* of user data: there are several parts */
	size_t n;
	struct smpp_part parts[SMS_PARTS_MAX];
};

/**
 * smpp_text_parts(text):
 * How many parts a UTF-8 text takes, however many that is; 0 when it is empty or not UTF-8.
 */
size_t smpp_text_parts(struct str text);

/**
 * smpp_text_split(text, ref, &ret):
 * The parts of a UTF-8 text; ${ref} is what parts of one text share and neighbours do not.
 * Expected: E_INPUT (empty, not UTF-8, over SMS_PARTS_MAX parts).
 */
enum err smpp_text_split(struct str text, uint8_t ref, struct smpp_text *ret) must_check;

#endif
