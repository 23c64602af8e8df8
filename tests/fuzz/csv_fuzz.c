/* CSV: the same records however the bytes are cut into pieces. The first byte says how. */
#include "core/csv.h"
#include "fuzz.h"

/* Everything that was seen, folded into one number. */
static uint64_t mix(uint64_t h, const void *p, size_t n)
{
	const unsigned char *c = p;
	for (size_t i = 0; i < n; i++)
		h = (h ^ c[i]) * UINT64_C(1099511628211);
	return (h ^ n) * UINT64_C(1099511628211);
}

static uint64_t see(uint64_t h, enum csv_step step, const struct csv_record *r)
{
	hold(r->line >= 1);
	h = mix(h, &step, sizeof(step));
	h = mix(h, &r->line, sizeof(r->line));
	if (step == CSV_FAULT) {
		hold(r->fault != CSV_FAULT_NONE);
		return mix(h, &r->fault, sizeof(r->fault));
	}
	hold(r->n >= 1 && r->n <= CSV_FIELDS_MAX);
	for (size_t i = 0; i < r->n; i++) {
		hold(r->fields[i].n <= CSV_FIELD_BYTES_MAX);
		h = mix(h, r->fields[i].p, r->fields[i].n);
	}
	return h;
}

static uint64_t run(struct str all, size_t piece, char sep)
{
	struct csv *c = csv_new(sep);
	struct csv_record r;
	enum csv_step step;
	uint64_t h = 7;
	hold(c);
	while (all.n > 0) {
		struct str in = str_sub(all, 0, piece);
		all = str_sub(all, in.n, all.n);
		while ((step = csv_next(c, &in, &r)) != CSV_MORE)
			h = see(h, step, &r);
		hold(in.n == 0);
	}
	if ((step = csv_end(c, &r)) != CSV_MORE)
		h = see(h, step, &r);
	csv_free(c);
	return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n < 1)
		return 0;
	char *p = fuzz_copy(data + 1, n - 1);
	struct str all = { .p = p, .n = n - 1 };
	char sep = csv_separator(all);
	hold(sep == ';' || sep == ',');
	hold(run(all, all.n ? all.n : 1, sep) == run(all, 1u + data[0] % 16u, sep));
	free(p);
	return 0;
}
