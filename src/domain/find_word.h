/* The words that people are found by: kept with their row, in its transaction. */
#ifndef DOMAIN_FIND_WORD_H
#define DOMAIN_FIND_WORD_H

#include "core/arena.h"
#include "store/store.h"

#define FIND_WORDS_MAX 8 /* of a name; who has more is found by the first ones */

struct find_names {
	int64_t subscriber_id;
	struct str name_fold; /* utf8_fold() of all names; may be empty */
	struct str email;     /* empty: none */
};

/** find_word_put(tx, a, names): they are found by these words from now on. */
enum err find_word_put(struct tx *tx, struct arena *a, const struct find_names *names) must_check;

/** find_word_drop(tx, a, subscriber_id): no more by those of their row as it stands; for who is
 * about to change it. find_word_put_row(tx, a, subscriber_id): by those again, after the change.
 * Expected: E_NOTFOUND (no such row). */
enum err find_word_drop(struct tx *tx, struct arena *a, int64_t subscriber_id) must_check;
enum err find_word_put_row(struct tx *tx, struct arena *a, int64_t subscriber_id) must_check;

/** find_word_fold(a, s, &ret): as what people type is compared. Expected: E_INPUT (not UTF-8),
 * E_NOMEM. */
enum err find_word_fold(struct arena *a, struct str s, struct str *ret) must_check;

#endif
