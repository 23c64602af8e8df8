/* Packets of SMPP: bytes as another implementation writes them (npm smpp 0.5.1), everything legal
 * that centres send, and what nobody should send. */
#include "core/check.h"

#include <stdlib.h>

#include "core/scan.h"
#include "gateway/smpp_pdu.h"

/* Bytes in a block of their own size, so that ASan sees one too far. */
static struct str exactly(const void *p, size_t n)
{
	char *copy = malloc(n ? n : 1);
	assert_non_null(copy);
	memcpy(copy, p, n);
	return (struct str){ .p = copy, .n = n };
}

static void give_back(struct str s)
{
	free((char *)s.p);
}

static struct str unhex(const char *hex)
{
	char bytes[4096];
	size_t n = strlen(hex) / 2;
	assert_true(n <= sizeof(bytes));
	assert_true(scan_hex(str_c(hex), bytes, n));
	return exactly(bytes, n);
}

/* Reads one packet that stands alone. */
static enum err decode(struct str bytes, struct smpp_pdu *ret)
{
	size_t n = 0;
	assert_int_equal(smpp_frame(bytes, &n), SMPP_FRAME_WHOLE);
	assert_int_equal(n, bytes.n);
	return smpp_decode(bytes, ret);
}

static void check_hex(const struct smpp_pdu *p, const char *want)
{
	char to[4096];
	size_t n = 0;
	struct buf hex;
	buf_init(&hex, 2 * sizeof(to));
	assert_int_equal(smpp_encode(p, to, sizeof(to), &n), OK);
	buf_hex(&hex, (struct str){ .p = to, .n = n });
	check_printed(&hex, want);
}

#define BIND_HEX "000000240000000900000000000000016b6162696e657400736563726574000034000000"
#define SUBMIT_HEX                                                                                 \
	"0000004c000000040000000000000007000500536d6172744b61727461000101373932313132333435"       \
	"3637000000000030303030303030303035303030303052000100080006041a043e0434"
#define DELIVER_HEX                                                                                \
	"0000005600000005000000007fffffff0001013739323131323334353637000000536d61727400040000"     \
	"0000000001001269643a313220737461743a44454c49565244001e0003313200042700010204230003030000"

static struct smpp_pdu submit(void)
{
	return (struct smpp_pdu){
		.id = SMPP_SUBMIT_SM,
		.seq = 7,
		.message = {
			.from = { .ton = 5, .number = STR("SmartKarta") },
			.to = { .ton = 1, .npi = 1, .number = STR("79211234567") },
			.validity = STR("000000000500000R"),
			.registered = 1,
			.data_coding = 8,
			.text = STR("\x04\x1a\x04\x3e\x04\x34"),
		},
	};
}

static void test_smpp_pdu__writes_the_bytes_of_another_implementation(void **state)
{
	(void)state;
	const struct smpp_pdu bind = {
		.id = SMPP_BIND_TRANSCEIVER,
		.seq = 1,
		.bind = {
			.system_id = STR("kabinet"),
			.password = { .p = "secret", .n = 6 },
			.version = 0x34,
		},
	};
	const struct smpp_pdu message = submit();
	check_hex(&bind, BIND_HEX);
	check_hex(&message, SUBMIT_HEX);
	check_hex(&(struct smpp_pdu){ .id = SMPP_ENQUIRE_LINK, .seq = 2 },
		  "00000010000000150000000000000002");
	check_hex(&(struct smpp_pdu){ .id = SMPP_DELIVER_SM | SMPP_RESP, .seq = 3 },
		  "0000001180000005000000000000000300");
	check_hex(&(struct smpp_pdu){ .id = SMPP_GENERIC_NACK, .status = 3, .seq = 4 },
		  "00000010800000000000000300000004");
}

static void test_smpp_pdu__reads_the_bytes_of_another_implementation(void **state)
{
	(void)state;
	struct smpp_pdu p;
	struct str value;
	struct str bytes = unhex(DELIVER_HEX);
	assert_int_equal(decode(bytes, &p), OK);
	assert_int_equal(p.id, SMPP_DELIVER_SM);
	assert_int_equal(p.seq, 0x7FFFFFFF);
	assert_int_equal(p.message.from.ton, 1);
	assert_int_equal(p.message.from.npi, 1);
	check_str(p.message.from.number, STR("79211234567"));
	check_str(p.message.to.number, STR("Smart"));
	assert_int_equal(p.message.esm_class, 4);
	check_str(p.message.text, STR("id:12 stat:DELIVRD"));
	assert_true(smpp_tlv(p.tlvs, SMPP_TAG_RECEIPTED_ID, &value));
	check_str(value, ((struct str){ .p = "12", .n = 3 }));
	assert_true(smpp_tlv(p.tlvs, SMPP_TAG_STATE, &value));
	check_str(value, STR("\x02"));
	assert_false(smpp_tlv(p.tlvs, SMPP_TAG_PAYLOAD, &value));
	give_back(bytes);

	bytes = unhex(BIND_HEX);
	assert_int_equal(decode(bytes, &p), OK);
	check_str(p.bind.system_id, STR("kabinet"));
	check_str(p.bind.password, str_sub(STR("secret"), 0, 6));
	assert_int_equal(p.bind.version, 0x34);
	give_back(bytes);
}

/* What centres send, and libraries have refused. */
static void test_smpp_pdu__takes_all_that_is_legal(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		uint32_t status, seq;
		const char *name;
	} legal[] = {
		/* a refused bind without a body, and with an empty one */
		{ "00000010800000090000000d00000001", 0x0D, 1, "" },
		{ "00000011800000090000000d0000000100", 0x0D, 1, "" },
		/* an answer to submit_sm: an id, one with a TLV, none at all, an error of a vendor
		 */
		{ "00000013800000040000000000000002413100", 0, 2, "A1" },
		{ "00000018800000040000000000000002413100042700"
		  "0101",
		  0, 2, "A1" },
		{ "00000010800000040000000000000002", 0, 2, "" },
		{ "00000010800000040000040100000002", 0x401, 2, "" },
		{ "00000011800000040000001400000002"
		  "00",
		  0x14, 2, "" },
		/* an error with a body that makes no sense is still that error */
		{ "00000012800000040000005800000002"
		  "ffff",
		  0x58, 2, "" },
		/* sequence numbers out of the range */
		{ "00000010800000150000000000000000", 0, 0, "" },
		{ "000000108000001500000000ffffffff", 0, 0xFFFFFFFF, "" },
		/* an error for a packet whose number was not understood */
		{ "00000010800000000000000300000000", 3, 0, "" },
		/* a TLV behind a packet that has no body */
		{ "00000015800000150000000000000001"
		  "0005000001",
		  0, 1, "" },
	};
	for (size_t i = 0; i < COUNT(legal); i++) {
		struct smpp_pdu p;
		struct str bytes = unhex(legal[i].hex);
		assert_int_equal(decode(bytes, &p), OK);
		assert_int_equal(p.status, legal[i].status);
		assert_int_equal(p.seq, legal[i].seq);
		check_str(p.name, str_c(legal[i].name));
		give_back(bytes);
	}
}

static void test_smpp_pdu__takes_a_deliver_sm_with_times_and_a_long_payload(void **state)
{
	(void)state;
	static char wire[SMPP_PDU_BYTES_MAX], tlv[4 + 65535];
	struct smpp_pdu p = submit();
	struct smpp_pdu got;
	struct str value;
	size_t n = 0;
	memset(tlv, 'x', sizeof(tlv));
	memcpy(tlv, "\x04\x24\xff\xff", 4);
	p.id = SMPP_DELIVER_SM;
	p.message.schedule = STR("261122120000000+");
	p.message.text = STR("");
	p.tlvs = (struct str){ .p = tlv, .n = sizeof(tlv) };
	assert_int_equal(smpp_encode(&p, wire, sizeof(wire), &n), OK);
	assert_int_equal(decode((struct str){ .p = wire, .n = n }, &got), OK);
	check_str(got.message.schedule, STR("261122120000000+"));
	assert_true(smpp_tlv(got.tlvs, SMPP_TAG_PAYLOAD, &value));
	assert_int_equal(value.n, 65535);
}

/* --- hostile packets --- */

static void test_smpp_pdu__finds_no_packet_in_a_length_that_none_has(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		enum smpp_frame want;
	} frames[] = {
		{ "", SMPP_FRAME_MORE },
		{ "00", SMPP_FRAME_MORE },
		{ "000000", SMPP_FRAME_MORE },
		{ "00000010", SMPP_FRAME_MORE },
		{ "000000108000001500000000000000", SMPP_FRAME_MORE },
		{ "00011000", SMPP_FRAME_MORE }, /* the longest */
		{ "00011001", SMPP_FRAME_BROKEN },
		{ "00000000", SMPP_FRAME_BROKEN },
		{ "00000001", SMPP_FRAME_BROKEN },
		{ "0000000f800000150000000000000001", SMPP_FRAME_BROKEN },
		{ "7fffffff800000150000000000000001", SMPP_FRAME_BROKEN },
		{ "80000000800000150000000000000001", SMPP_FRAME_BROKEN },
		{ "ffffffff800000150000000000000001", SMPP_FRAME_BROKEN },
	};
	for (size_t i = 0; i < COUNT(frames); i++) {
		size_t n = 77;
		struct str bytes = unhex(frames[i].hex);
		assert_int_equal(smpp_frame(bytes, &n), frames[i].want);
		assert_int_equal(n, 77);
		give_back(bytes);
	}
}

static void test_smpp_pdu__refuses_bodies_that_are_none(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		enum err want;
	} hostile[] = {
		/* ids that we do not know: requests and answers */
		{ "00000010000000030000000000000001", E_NOTFOUND },
		{ "00000010000001030000000000000001", E_NOTFOUND },
		{ "00000010ffffffff0000000000000001", E_NOTFOUND },
		{ "00000010000000000000000000000001", E_NOTFOUND },
		/* no body where there must be one */
		{ "00000010000000050000000000000001", E_INPUT },
		{ "00000010000000090000000000000001", E_INPUT },
		/* an id without its end; one of 65 bytes */
		{ "00000012800000040000000000000002"
		  "4131",
		  E_INPUT },
		{ "00000052800000040000000000000002"
		  "4141414141414141414141414141414141414141"
		  "414141414141414141414141414141414141414141414141414141414141414141414141"
		  "414141414141414141"
		  "00",
		  E_INPUT },
		/* TLVs: half a tag, half a length, a value that is not there, one far too long */
		{ "00000012800000040000000000000002"
		  "0004",
		  E_INPUT },
		{ "00000014800000040000000000000002"
		  "00042700",
		  E_INPUT },
		{ "00000015800000040000000000000002"
		  "0004270001",
		  E_INPUT },
		{ "00000016800000040000000000000002"
		  "000427ffff02",
		  E_INPUT },
	};
	for (size_t i = 0; i < COUNT(hostile); i++) {
		struct smpp_pdu p = { .seq = 77 };
		struct str bytes = unhex(hostile[i].hex);
		assert_int_equal(decode(bytes, &p), hostile[i].want);
		assert_int_equal(p.seq, 77); /* untouched */
		give_back(bytes);
	}
}

static void set_length(char *p, size_t n)
{
	p[0] = p[1] = 0;
	p[2] = (char)(n >> 8);
	p[3] = (char)n;
}

/* Cut at each byte, with the length put right: never OK but where the body or a TLV ends. */
static void test_smpp_pdu__refuses_packets_cut_anywhere(void **state)
{
	(void)state;
	static const char *const whole[] = { BIND_HEX, SUBMIT_HEX, DELIVER_HEX };
	static const size_t ends[][3] = { { 0 }, { 0 }, { 0x56 - 19, 0x56 - 12, 0x56 - 7 } };
	for (size_t w = 0; w < COUNT(whole); w++) {
		struct str bytes = unhex(whole[w]);
		for (size_t n = SMPP_HEAD_BYTES; n < bytes.n; n++) {
			struct smpp_pdu p;
			struct str cut = exactly(bytes.p, n);
			bool end = n == ends[w][0] || n == ends[w][1] || n == ends[w][2];
			set_length((char *)cut.p, n);
			assert_int_equal(decode(cut, &p), end ? OK : E_INPUT);
			give_back(cut);
		}
		give_back(bytes);
	}
}

/* Every byte of a packet changed to what hurts most. */
static void test_smpp_pdu__survives_any_byte(void **state)
{
	(void)state;
	static const char values[] = { 0, 1, 0x7F, (char)0x80, (char)0xFF };
	struct str bytes = unhex(DELIVER_HEX);
	for (size_t i = 4 * sizeof(values); i < bytes.n * sizeof(values); i++) {
		struct smpp_pdu p;
		char *at = (char *)bytes.p + i / sizeof(values);
		char before = *at;
		*at = values[i % sizeof(values)];
		enum err e = decode(bytes, &p);
		assert_true(e == OK || e == E_INPUT || e == E_NOTFOUND);
		*at = before;
	}
	give_back(bytes);
}

/* 16,000 empty TLVs: as many as fit. The one asked for stands behind them all. */
static void test_smpp_pdu__walks_through_endless_tlvs(void **state)
{
	(void)state;
	static char tlvs[64000 + 5], wire[SMPP_PDU_BYTES_MAX];
	struct smpp_pdu p = submit();
	struct smpp_pdu got;
	struct str value;
	size_t n = 0;
	for (size_t i = 0; i < 64000; i += 4)
		memcpy(tlvs + i, "\x14\x00\x00\x00", 4);
	memcpy(tlvs + 64000, "\x04\x27\x00\x01\x02", 5);
	p.tlvs = (struct str){ .p = tlvs, .n = sizeof(tlvs) };
	assert_int_equal(smpp_encode(&p, wire, sizeof(wire), &n), OK);
	assert_int_equal(decode((struct str){ .p = wire, .n = n }, &got), OK);
	assert_true(smpp_tlv(got.tlvs, SMPP_TAG_STATE, &value));
	check_str(value, STR("\x02"));
	assert_false(smpp_tlv(got.tlvs, SMPP_TAG_RECEIPTED_ID, &value));
}

/* --- writing --- */

static void test_smpp_pdu__writes_nothing_past_the_room(void **state)
{
	(void)state;
	struct smpp_pdu p = submit();
	for (size_t room = 0; room <= 0x4c; room++) {
		size_t n = 0;
		char *to = malloc(room ? room : 1);
		assert_non_null(to);
		assert_int_equal(smpp_encode(&p, to, room, &n), room < 0x4c ? E_LIMIT : OK);
		free(to);
	}
}

static void test_smpp_pdu__refuses_what_does_not_fit_its_place(void **state)
{
	(void)state;
	char to[512];
	size_t n = 0;
	struct smpp_pdu p = submit();
	p.message.from.number = STR("123456789012345678901");
	assert_int_equal(smpp_encode(&p, to, sizeof(to), &n), E_INPUT);
	p = submit();
	p.message.to.number = (struct str){ .p = "79\0"
						 "21",
					    .n = 5 };
	assert_int_equal(smpp_encode(&p, to, sizeof(to), &n), E_INPUT);
	p = submit();
	p.message.text = (struct str){ .p = to, .n = 256 };
	assert_int_equal(smpp_encode(&p, to, sizeof(to), &n), E_INPUT);
	p = submit();
	p.tlvs = STR("\x04\x27\x01");
	assert_int_equal(smpp_encode(&p, to, sizeof(to), &n), E_INPUT);
	p.id = 0x103;
	assert_int_equal(smpp_encode(&p, to, sizeof(to), &n), E_INPUT);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smpp_pdu__writes_the_bytes_of_another_implementation),
		cmocka_unit_test(test_smpp_pdu__reads_the_bytes_of_another_implementation),
		cmocka_unit_test(test_smpp_pdu__takes_all_that_is_legal),
		cmocka_unit_test(test_smpp_pdu__takes_a_deliver_sm_with_times_and_a_long_payload),
		cmocka_unit_test(test_smpp_pdu__finds_no_packet_in_a_length_that_none_has),
		cmocka_unit_test(test_smpp_pdu__refuses_bodies_that_are_none),
		cmocka_unit_test(test_smpp_pdu__refuses_packets_cut_anywhere),
		cmocka_unit_test(test_smpp_pdu__survives_any_byte),
		cmocka_unit_test(test_smpp_pdu__walks_through_endless_tlvs),
		cmocka_unit_test(test_smpp_pdu__writes_nothing_past_the_room),
		cmocka_unit_test(test_smpp_pdu__refuses_what_does_not_fit_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
