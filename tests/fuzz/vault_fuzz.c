/* What the vault is asked, what the office is told, and lines of the journal: whatever comes. */
#include "domain/vault_journal.h"
#include "gateway/vault_wire.h"

#include "fuzz.h"

/* What was taken is said again in the same bytes. */
static void hold_question(struct str s, const struct vault_request *q)
{
	struct buf b;
	hold(fuzz_within(q->who, s.p, s.n) && fuzz_within(q->purpose, s.p, s.n));
	hold(fuzz_within(q->sealed, s.p, s.n));
	buf_init(&b, VAULT_WIRE_BYTES_MAX);
	hold(vault_wire_ask(&b, q) == OK);
	hold(str_eq(buf_str(&b), s));
	buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *p = fuzz_copy(data, n);
	const struct str s = { .p = p, .n = n };
	struct vault_request q;
	struct vault_line line;
	struct seal_content c = { 0 };
	if (vault_wire_asked(s, &q) == OK)
		hold_question(s, &q);
	if (vault_wire_told(s, &c) == OK) {
		hold(c.n <= SEAL_PARTS_MAX);
		for (size_t i = 0; i < c.n; i++)
			hold(fuzz_within(c.parts[i], p, n));
	}
	if (vault_line_parse(s, &line) == OK) {
		hold(line.seq > 0 && line.staff_id > 0 && line.subscriber_id > 0);
		hold(fuzz_within(line.who, p, n) && fuzz_within(line.purpose, p, n));
	}
	free(p);
	return 0;
}
