/* Receipts as centres write them, and ids in all their forms. */
#include "core/check.h"

#include "gateway/smpp_receipt.h"

static const struct smpp_id_forms as_it_comes = { SMPP_ID_TEXT, SMPP_ID_TEXT };

static struct smpp_pdu receipt(const char *text)
{
	return (struct smpp_pdu){
		.id = SMPP_DELIVER_SM,
		.message = { .esm_class = 4, .text = str_c(text) },
	};
}

static void check_id(const struct smpp_message_id *id, const char *want)
{
	check_str(smpp_message_id_str(id), str_c(want));
}

static void test_smpp_receipt__reads_the_text(void **state)
{
	(void)state;
	static const struct {
		const char *text, *id, *error;
		bool final;
		enum sms_final state;
	} known[] = {
		{ "id:1a-B sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 "
		  "stat:DELIVRD err:000 text:Hello",
		  "1a-B", "000", true, SMS_DELIVERED },
		{ "id:7 stat:UNDELIV err:069", "7", "069", true, SMS_UNDELIVERED },
		{ "id:7 stat:EXPIRED", "7", "", true, SMS_EXPIRED },
		{ "id:7 stat:REJECTD err:", "7", "", true, SMS_REJECTED },
		{ "id:7 stat:DELETED", "7", "", true, SMS_DELETED },
		{ "id:7 stat:UNKNOWN", "7", "", true, SMS_STATE_UNKNOWN },
		{ "id:7 stat:ENROUTE", "7", "", false, SMS_STATE_UNKNOWN },
		{ "id:7 stat:ACCEPTD", "7", "", false, SMS_STATE_UNKNOWN },
		/* liberties */
		{ "Stat:Delivered ID:7", "7", "", true, SMS_DELIVERED },
		{ "  id:7   stat:UNDELIVERABLE  ", "7", "", true, SMS_UNDELIVERED },
		{ "id:7 stat:DELIVRD err:12345678901234", "7", "12345678", true, SMS_DELIVERED },
		/* what was sent says nothing */
		{ "id:7 stat:EXPIRED text:id:8 stat:DELIVRD", "7", "", true, SMS_EXPIRED },
		{ "id:7 id:8 stat:EXPIRED stat:DELIVRD", "7", "", true, SMS_EXPIRED },
	};
	for (size_t i = 0; i < COUNT(known); i++) {
		struct smpp_receipt r;
		struct smpp_pdu p = receipt(known[i].text);
		assert_true(smpp_receipt(&p, as_it_comes, &r));
		check_id(&r.id, known[i].id);
		check_str(r.error, str_c(known[i].error));
		assert_int_equal(r.final, known[i].final);
		assert_int_equal(r.state, known[i].state);
	}
}

static void test_smpp_receipt__refuses_what_is_none(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"id:",
		"id:7",
		"id:7 stat:",
		"id:7 stat:HAPPY",
		"stat:DELIVRD",
		"text:id:7 stat:DELIVRD",
		"id:\x01 stat:DELIVRD",
		"id:12345678901234567890123456789012345678901234567890123456789012345 stat:DELIVRD",
	};
	struct smpp_receipt r;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct smpp_pdu p = receipt(texts[i]);
		assert_false(smpp_receipt(&p, as_it_comes, &r));
	}
	struct smpp_pdu p = receipt("id:7 stat:DELIVRD");
	p.message.esm_class = 0; /* somebody's text that looks like one */
	assert_false(smpp_receipt(&p, as_it_comes, &r));
	p = receipt("id:7 stat:DELIVRD");
	p.id = SMPP_SUBMIT_SM;
	assert_false(smpp_receipt(&p, as_it_comes, &r));
}

#define TLV_ID                                                                                     \
	"\x00\x1e\x00\x04"                                                                         \
	"0aF\x00"
#define TLV_STATE "\x04\x27\x00\x01\x05"

static void test_smpp_receipt__prefers_tlvs(void **state)
{
	(void)state;
	struct smpp_receipt r;
	struct smpp_pdu p = receipt("id:175 stat:DELIVRD err:003");
	p.tlvs = STR(TLV_STATE TLV_ID);
	assert_true(smpp_receipt(&p, as_it_comes, &r));
	check_id(&r.id, "0aF");
	check_str(r.error, STR("003"));
	assert_int_equal(r.state, SMS_UNDELIVERED);

	p = receipt("");
	p.tlvs = STR(TLV_STATE TLV_ID);
	assert_true(smpp_receipt(&p, as_it_comes, &r));
	check_id(&r.id, "0aF");

	/* a state of a later version: the text's is taken; an id that is empty as well */
	p = receipt("id:175 stat:DELIVRD");
	p.tlvs = STR("\x04\x27\x00\x01\x63"
		     "\x00\x1e\x00\x01\x00");
	assert_true(smpp_receipt(&p, as_it_comes, &r));
	check_id(&r.id, "175");
	assert_int_equal(r.state, SMS_DELIVERED);
}

static void test_smpp_receipt__finds_the_text_in_a_payload_and_behind_a_header(void **state)
{
	(void)state;
	struct smpp_receipt r;
	struct smpp_pdu p = receipt("");
	p.tlvs = STR("\x04\x24\x00\x11"
		     "id:9 stat:DELIVRD");
	assert_true(smpp_receipt(&p, as_it_comes, &r));
	check_id(&r.id, "9");
	p = receipt("\x05zzzzzid:9 stat:DELIVRD");
	p.message.esm_class |= 0x40;
	assert_true(smpp_receipt(&p, as_it_comes, &r));
	check_id(&r.id, "9");
	p = receipt("\x7f"
		    "id:9");
	p.message.esm_class |= 0x40;
	assert_false(smpp_receipt(&p, as_it_comes, &r));
}

static void test_smpp_receipt__writes_ids_in_one_way(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		enum smpp_id_form form;
		const char *want;
	} ids[] = {
		{ "1aF", SMPP_ID_TEXT, "1aF" },
		{ "001aF", SMPP_ID_HEX, "431" },
		{ "1AF", SMPP_ID_HEX, "431" },
		{ "0000000431", SMPP_ID_DEC, "431" },
		{ "0", SMPP_ID_DEC, "0" },
		{ "ffffffffffffffff", SMPP_ID_HEX, "18446744073709551615" },
		{ "18446744073709551615", SMPP_ID_DEC, "18446744073709551615" },
		/* no such number: as it comes */
		{ "18446744073709551616", SMPP_ID_DEC, "18446744073709551616" },
		{ "fffffffffffffffff", SMPP_ID_HEX, "fffffffffffffffff" },
		{ "1af", SMPP_ID_DEC, "1af" },
		{ "1-2", SMPP_ID_HEX, "1-2" },
		{ "", SMPP_ID_HEX, "" },
		/* none at all */
		{ "a b", SMPP_ID_TEXT, "" },
		{ "\xd0\xb0", SMPP_ID_TEXT, "" },
		{ "a\n", SMPP_ID_HEX, "" },
	};
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct smpp_message_id id = smpp_message_id(str_c(ids[i].id), ids[i].form);
		check_id(&id, ids[i].want);
	}
}

/* Hexadecimal in the answer and the TLV, decimal in the text: all three are one id. */
static void test_smpp_receipt__matches_hexadecimal_with_decimal(void **state)
{
	(void)state;
	const struct smpp_id_forms forms = { .answer = SMPP_ID_HEX, .receipt = SMPP_ID_DEC };
	struct smpp_message_id answer = smpp_message_id(STR("0aF"), forms.answer);
	struct smpp_receipt r;
	struct smpp_pdu p = receipt("id:0175 stat:DELIVRD");
	check_id(&answer, "175");
	assert_true(smpp_receipt(&p, forms, &r));
	check_id(&r.id, "175");
	p.tlvs = STR(TLV_STATE TLV_ID);
	assert_true(smpp_receipt(&p, forms, &r));
	check_id(&r.id, "175");
	/* a TLV that only repeats the text is written as the text is */
	p = receipt("id:175 stat:DELIVRD");
	p.tlvs = STR("\x00\x1e\x00\x04"
		     "175\x00");
	assert_true(smpp_receipt(&p, forms, &r));
	check_id(&r.id, "175");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smpp_receipt__reads_the_text),
		cmocka_unit_test(test_smpp_receipt__refuses_what_is_none),
		cmocka_unit_test(test_smpp_receipt__prefers_tlvs),
		cmocka_unit_test(
			test_smpp_receipt__finds_the_text_in_a_payload_and_behind_a_header),
		cmocka_unit_test(test_smpp_receipt__writes_ids_in_one_way),
		cmocka_unit_test(test_smpp_receipt__matches_hexadecimal_with_decimal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
