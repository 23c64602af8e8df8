/* The clear text inside a sealed box: version (1 byte), field (1), subscriber (8), key id (8), and
 * the parts, each its length (2) and its bytes. Numbers are big-endian. */
#include "domain/seal.h"

#include <assert.h>
#include <sodium.h>

#include "core/secret.h"

#define VERSION   1
#define HEAD_MAX  18
#define CLEAR_MAX 4096

static void put_number(struct buf *b, uint64_t v, int bytes)
{
	for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
		buf_c(b, (char)(unsigned char)(v >> shift & 0xff));
}

static uint64_t take_number(struct str *s, size_t bytes)
{
	uint64_t v = 0;
	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | (unsigned char)s->p[i];
	*s = str_sub(*s, bytes, s->n);
	return v;
}

static void put_head(struct buf *b, enum seal_field field, int64_t subscriber_id, int64_t key_id)
{
	put_number(b, VERSION, 1);
	put_number(b, (uint64_t)field, 1);
	put_number(b, (uint64_t)subscriber_id, 8);
	put_number(b, (uint64_t)key_id, 8);
}

/* Grown once to its full size: a buffer that moved would leave a copy behind. */
static enum err put_clear(struct buf *b, const struct keys *keys, const struct seal_content *c)
{
	if (!buf_grow(b, CLEAR_MAX))
		return b->err;
	put_head(b, c->field, c->subscriber_id, keys->vault_id);
	for (size_t i = 0; i < c->n; i++) {
		if (c->parts[i].n > CLEAR_MAX)
			return E_LIMIT;
		put_number(b, c->parts[i].n, 2);
		buf_put(b, c->parts[i]);
	}
	return b->err;
}

enum err seal_make(const struct keys *keys, struct arena *a, const struct seal_content *c,
		   struct str *ret)
{
	assert(c->n <= SEAL_PARTS_MAX && c->subscriber_id > 0);
	struct buf clear;
	buf_init(&clear, CLEAR_MAX);
	enum err e = put_clear(&clear, keys, c);
	size_t n = clear.n + crypto_box_SEALBYTES;
	unsigned char *sealed = e == OK ? arena_alloc(a, n) : NULL;
	if (sealed) {
		int bad = crypto_box_seal(sealed, (const unsigned char *)clear.p, clear.n,
					  keys->vault_public);
		assert(bad == 0);
		*ret = (struct str){ .p = (const char *)sealed, .n = n };
	}
	if (clear.p)
		secret_wipe(clear.p, clear.cap);
	buf_done(&clear);
	return e != OK ? e : sealed ? OK : E_NOMEM;
}

static enum err take_parts(struct str rest, struct seal_content *ret)
{
	while (rest.n > 0) {
		if (rest.n < 2 || ret->n == SEAL_PARTS_MAX)
			return E_INPUT;
		size_t n = (size_t)take_number(&rest, 2);
		if (n > rest.n)
			return E_INPUT;
		ret->parts[ret->n++] = str_sub(rest, 0, n);
		rest = str_sub(rest, n, rest.n);
	}
	return OK;
}

static enum err check_head(struct str *rest, enum seal_field field, int64_t subscriber_id,
			   int64_t key_id)
{
	if (rest->n < HEAD_MAX)
		return E_INPUT;
	bool ours = take_number(rest, 1) == VERSION;
	ours &= take_number(rest, 1) == (uint64_t)field;
	ours &= take_number(rest, 8) == (uint64_t)subscriber_id;
	ours &= take_number(rest, 8) == (uint64_t)key_id;
	return ours ? OK : E_INPUT;
}

enum err seal_open(const struct keys_vault *vault, struct arena *a, struct str sealed,
		   enum seal_field field, int64_t subscriber_id, struct seal_content *ret)
{
	if (sealed.n < crypto_box_SEALBYTES || sealed.n > CLEAR_MAX + crypto_box_SEALBYTES)
		return E_INPUT;
	unsigned char clear[CLEAR_MAX];
	if (crypto_box_seal_open(clear, (const unsigned char *)sealed.p, sealed.n,
				 vault->keys.vault_public, vault->vault_private) != 0)
		return E_INPUT;
	struct str text = { .p = (const char *)clear, .n = sealed.n - crypto_box_SEALBYTES };
	struct secret kept;
	enum err e = secret_copy(a, text, &kept);
	secret_wipe(clear, sizeof(clear));
	try(e);
	struct str rest = kept.bytes;
	struct seal_content c = { .field = field, .subscriber_id = subscriber_id };
	try(check_head(&rest, field, subscriber_id, vault->keys.vault_id));
	try(take_parts(rest, &c));
	*ret = c;
	return OK;
}
