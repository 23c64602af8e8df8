/* Argon2id, a few at a time. */
#include "domain/hasher.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>

struct hasher {
	struct hasher_opts opts;
	pthread_mutex_t lock;
	pthread_cond_t free;
	int64_t running;
	int64_t waiting;
	_Atomic int64_t count;
	char nobody[crypto_pwhash_STRBYTES]; /* computed when there is no hash */
};

static enum err enter(struct hasher *h)
{
	pthread_mutex_lock(&h->lock);
	bool full = h->running >= h->opts.in_flight && h->waiting >= h->opts.queue_max;
	if (!full) {
		h->waiting++;
		while (h->running >= h->opts.in_flight)
			pthread_cond_wait(&h->free, &h->lock);
		h->waiting--;
		h->running++;
	}
	pthread_mutex_unlock(&h->lock);
	return full ? E_BUSY : OK;
}

static void leave(struct hasher *h)
{
	atomic_fetch_add(&h->count, 1);
	pthread_mutex_lock(&h->lock);
	h->running--;
	pthread_cond_signal(&h->free);
	pthread_mutex_unlock(&h->lock);
}

static enum err compute(const struct hasher *h, struct str password,
			char out[crypto_pwhash_STRBYTES])
{
	/* libsodium fails here only when it cannot get its memory. */
	return crypto_pwhash_str(out, password.p, password.n, h->opts.passes, h->opts.memory) == 0
		       ? OK
		       : E_NOMEM;
}

enum err hasher_new(const struct hasher_opts *o, struct hasher **ret)
{
	if (sodium_init() < 0)
		return E_NOMEM;
	struct hasher *h = calloc(1, sizeof(*h));
	if (!h)
		return E_NOMEM;
	h->opts = *o;
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->free, NULL);
	/* Whose password it is does not matter: nobody's hash never lets anyone in. */
	enum err e = compute(h, STR(""), h->nobody);
	if (e != OK) {
		hasher_free(h);
		return e;
	}
	*ret = h;
	return OK;
}

void hasher_free(struct hasher *h)
{
	if (!h)
		return;
	pthread_cond_destroy(&h->free);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

enum err hasher_make(struct hasher *h, struct arena *a, struct str password, struct str *ret)
{
	char out[crypto_pwhash_STRBYTES];
	try(enter(h));
	enum err e = compute(h, password, out);
	leave(h);
	try(e);
	return arena_str(a, str_c(out), ret);
}

enum err hasher_check(struct hasher *h, struct str hash, struct str password, bool *ret_same)
{
	char text[crypto_pwhash_STRBYTES] = { 0 };
	bool somebody = hash.n > 0 && hash.n < sizeof(text);
	if (somebody)
		memcpy(text, hash.p, hash.n);
	else
		memcpy(text, h->nobody, sizeof(text));
	try(enter(h));
	errno = 0;
	int bad = crypto_pwhash_str_verify(text, password.p, password.n);
	bool no_memory = bad && errno == ENOMEM;
	leave(h);
	if (no_memory)
		return E_NOMEM;
	*ret_same = somebody && bad == 0;
	return OK;
}

int64_t hasher_count(const struct hasher *h)
{
	return atomic_load(&h->count);
}
