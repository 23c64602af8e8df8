/* Two arrays, each with room for the longest texts beside it. */
#include "worker/post.h"

#include <assert.h>
#include <stdlib.h>

#define DETAIL_MAX 64

struct result_text {
	struct str ids[SMS_PARTS_MAX];
	char id[SMS_PARTS_MAX][SMS_ID_BYTES_MAX];
	char detail[DETAIL_MAX];
};

struct receipt_text {
	char id[SMS_ID_BYTES_MAX];
	char detail[DETAIL_MAX];
};

struct post {
	size_t n_results, n_receipts;
	struct outbox_result results[POST_RESULTS_MAX];
	struct outbox_receipt receipts[POST_RECEIPTS_MAX];
	struct result_text result_texts[POST_RESULTS_MAX];
	struct receipt_text receipt_texts[POST_RECEIPTS_MAX];
};

struct post *post_new(void)
{
	return calloc(1, sizeof(struct post));
}

void post_free(struct post *b)
{
	free(b);
}

static struct str copy(char *to, size_t max, struct str s)
{
	size_t n = s.n < max ? s.n : max;
	if (n)
		memcpy(to, s.p, n);
	return (struct str){ .p = to, .n = n };
}

void post_result(struct post *b, const struct outbox_result *r)
{
	assert(b->n_results < POST_RESULTS_MAX && r->parts <= SMS_PARTS_MAX);
	struct result_text *text = &b->result_texts[b->n_results];
	for (size_t i = 0; i < r->parts; i++)
		text->ids[i] = copy(text->id[i], SMS_ID_BYTES_MAX, r->provider_ids[i]);
	b->results[b->n_results++] = (struct outbox_result){
		.id = r->id,
		.outcome = r->outcome,
		.detail = copy(text->detail, DETAIL_MAX, r->detail),
		.provider_ids = text->ids,
		.parts = r->parts,
	};
}

enum err post_receipt(struct post *b, const struct outbox_receipt *r)
{
	if (b->n_receipts == POST_RECEIPTS_MAX)
		return E_BUSY;
	struct receipt_text *text = &b->receipt_texts[b->n_receipts];
	b->receipts[b->n_receipts++] = (struct outbox_receipt){
		.provider_id = copy(text->id, SMS_ID_BYTES_MAX, r->provider_id),
		.delivered = r->delivered,
		.detail = copy(text->detail, DETAIL_MAX, r->detail),
	};
	return OK;
}

bool post_empty(const struct post *b)
{
	return b->n_results == 0 && b->n_receipts == 0;
}

void post_clear(struct post *b)
{
	b->n_results = 0;
	b->n_receipts = 0;
}

void post_fill(const struct post *b, struct outbox_turn *t)
{
	t->results = b->results;
	t->n_results = b->n_results;
	t->receipts = b->receipts;
	t->n_receipts = b->n_receipts;
}
