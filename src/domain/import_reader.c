/* Reading in pieces of one size; the hash of what was read is kept, so that a file that changes
 * between the two readings is noticed. */
#include "domain/import_reader.h"

#include <sodium.h>
#include <stdlib.h>

#include "core/secret.h"

#define PIECE_BYTES ((size_t)64 << 10)

static const struct str bom = { "\xEF\xBB\xBF", 3 };

/* Where in a sequence of UTF-8 (RFC 3629) the last byte stood: how many are to follow, and between
 * what the next one must lie, which also keeps overlong forms, surrogates and what is past U+10FFFF
 * out. */
struct utf8_walk {
	unsigned left;
	unsigned char low, high;
	bool bad;
};

static void walk_lead(struct utf8_walk *w, unsigned char c)
{
	w->low = 0x80;
	w->high = 0xBF;
	if (c >= 0xC2 && c <= 0xDF) {
		w->left = 1;
	} else if (c >= 0xE0 && c <= 0xEF) {
		w->left = 2;
		if (c == 0xE0)
			w->low = 0xA0;
		if (c == 0xED)
			w->high = 0x9F;
	} else if (c >= 0xF0 && c <= 0xF4) {
		w->left = 3;
		if (c == 0xF0)
			w->low = 0x90;
		if (c == 0xF4)
			w->high = 0x8F;
	} else {
		w->bad = true;
	}
}

static void walk(struct utf8_walk *w, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n && !w->bad; i++) {
		if (w->left == 0 && p[i] < 0x80)
			continue;
		if (w->left == 0) {
			walk_lead(w, p[i]);
			continue;
		}
		w->bad = p[i] < w->low || p[i] > w->high;
		w->low = 0x80;
		w->high = 0xBF;
		w->left--;
	}
}

static enum err scan_pieces(const struct import_opts *o, unsigned char *piece,
			    crypto_hash_sha256_state *hash, struct import_scan *ret)
{
	struct utf8_walk w = { 0 };
	size_t n;
	*ret = (struct import_scan){ 0 };
	do {
		try(o->source->read(o->source, piece, PIECE_BYTES, &n));
		ret->bytes += (int64_t)n;
		if (ret->bytes > IMPORT_FILE_BYTES_MAX)
			return E_LIMIT;
		crypto_hash_sha256_update(hash, piece, n);
		walk(&w, piece, n);
		if (o->progress)
			o->progress(o->arg, IMPORT_READING, ret->bytes, 0);
	} while (n);
	ret->is_utf8 = !w.bad && w.left == 0;
	return OK;
}

enum err import_scan(const struct import_opts *opts, struct import_scan *ret)
{
	unsigned char *piece = malloc(PIECE_BYTES);
	if (!piece)
		return E_NOMEM;
	crypto_hash_sha256_state hash;
	crypto_hash_sha256_init(&hash);
	enum err e = opts->source->rewind(opts->source);
	if (e == OK)
		e = scan_pieces(opts, piece, &hash, ret);
	if (e == OK)
		crypto_hash_sha256_final(&hash, ret->sha256);
	secret_wipe(piece, PIECE_BYTES);
	free(piece);
	return e;
}

struct import_reader {
	struct import_source *source;
	struct csv *csv;
	crypto_hash_sha256_state hash;
	struct str rest; /* of the piece */
	int64_t bytes;   /* before ${rest}'s end */
	bool ended;
	char piece[PIECE_BYTES];
};

/* The next piece. read() may give less than it could: the first piece must hold the first line all
 * the same. */
static enum err fill(struct import_reader *r)
{
	size_t have = 0;
	size_t n;
	do {
		try(r->source->read(r->source, r->piece + have, PIECE_BYTES - have, &n));
		have += n;
	} while (n && have < PIECE_BYTES);
	crypto_hash_sha256_update(&r->hash, (const unsigned char *)r->piece, have);
	r->rest = (struct str){ .p = r->piece, .n = have };
	r->bytes += (int64_t)have;
	r->ended = have == 0;
	return OK;
}

static enum err begin(struct import_reader *r)
{
	try(r->source->rewind(r->source));
	try(fill(r));
	if (str_starts(r->rest, bom))
		r->rest = str_sub(r->rest, bom.n, r->rest.n);
	r->csv = csv_new(csv_separator(r->rest));
	return r->csv ? OK : E_NOMEM;
}

enum err import_reader_new(struct import_source *source, struct import_reader **ret)
{
	struct import_reader *r = malloc(sizeof(*r));
	if (!r)
		return E_NOMEM;
	r->source = source;
	r->csv = NULL;
	r->bytes = 0;
	crypto_hash_sha256_init(&r->hash);
	enum err e = begin(r);
	if (e == OK)
		*ret = r;
	else
		import_reader_free(r);
	return e;
}

void import_reader_free(struct import_reader *r)
{
	if (!r)
		return;
	csv_free(r->csv);
	secret_wipe(r->piece, sizeof(r->piece));
	free(r);
}

enum err import_reader_next(struct import_reader *r, struct csv_record *ret, bool *ret_end)
{
	*ret_end = false;
	while (!r->ended) {
		if (csv_next(r->csv, &r->rest, ret) != CSV_MORE)
			return OK;
		try(fill(r));
	}
	*ret_end = csv_end(r->csv, ret) == CSV_MORE;
	return OK;
}

int64_t import_reader_bytes(const struct import_reader *r)
{
	return r->bytes - (int64_t)r->rest.n;
}

bool import_reader_saw(struct import_reader *r, const struct import_scan *scan)
{
	unsigned char sha256[IMPORT_SHA256_BYTES];
	crypto_hash_sha256_final(&r->hash, sha256);
	return memcmp(sha256, scan->sha256, sizeof(sha256)) == 0;
}
