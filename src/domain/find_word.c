/* The words of names and e-mails. A name stands once for each of its words, which comes first then,
 * with the others after it in a circle; sql/schema/0016_find.sql says why, and did the same for who
 * was there before. */
#include "domain/find_word.h"

#include "core/utf8.h"
#include "q_find.h"

#define WORD_BYTES_MAX 4096

/* Parts of a double name are words. */
static enum err split_doubles(struct arena *a, struct str fold, struct str *ret)
{
	char *p = arena_array(a, fold.n + 1, 1);
	if (!p)
		return E_NOMEM;
	for (size_t i = 0; i < fold.n; i++)
		p[i] = fold.p[i] == '-' ? ' ' : fold.p[i];
	*ret = (struct str){ .p = p, .n = fold.n };
	return OK;
}

enum err find_word_fold(struct arena *a, struct str s, struct str *ret)
{
	struct str fold;
	try(utf8_fold(a, s, &fold));
	return split_doubles(a, fold, ret);
}

static void add(struct bulk *words, struct str word, int64_t subscriber_id)
{
	bulk_row(words);
	bulk_str(words, word);
	bulk_i64(words, subscriber_id);
}

static enum err add_turned(struct arena *a, struct bulk *words, struct str name, size_t from,
			   int64_t subscriber_id)
{
	struct buf b;
	struct str word;
	buf_init(&b, WORD_BYTES_MAX);
	buf_put(&b, str_sub(name, from, name.n));
	buf_c(&b, ' ');
	buf_put(&b, str_sub(name, 0, from - 1));
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), &word);
	buf_done(&b);
	if (e == OK)
		add(words, word, subscriber_id);
	return e;
}

static enum err add_name(struct arena *a, struct bulk *words, const struct find_names *names)
{
	struct str name;
	if (names->name_fold.n == 0)
		return OK;
	try(split_doubles(a, names->name_fold, &name));
	add(words, name, names->subscriber_id);
	for (size_t i = 1, n = 1; i < name.n && n < FIND_WORDS_MAX; i++) {
		if (name.p[i - 1] != ' ')
			continue;
		try(add_turned(a, words, name, i, names->subscriber_id));
		n++;
	}
	return OK;
}

static enum err list_words(struct arena *a, const struct find_names *names, struct bulk **ret)
{
	struct bulk *words;
	try(bulk_new(a, &words));
	try(add_name(a, words, names));
	if (names->email.n > 0) {
		struct str email;
		try(utf8_fold(a, names->email, &email));
		add(words, email, names->subscriber_id);
	}
	try(bulk_end(words));
	*ret = words;
	return OK;
}

enum err find_word_put(struct tx *tx, struct arena *a, const struct find_names *names)
{
	struct bulk *words;
	try(list_words(a, names, &words));
	return bulk_rows(words) > 0 ? q_find_word_add(tx, words) : OK;
}

static enum err list_row(struct tx *tx, struct arena *a, int64_t subscriber_id, struct bulk **ret)
{
	struct q_find_names_row row;
	try(q_find_names(tx, a, subscriber_id, &row));
	return list_words(a,
			  &(struct find_names){
				  .subscriber_id = subscriber_id,
				  .name_fold = row.name_fold,
				  .email = row.email,
			  },
			  ret);
}

enum err find_word_put_row(struct tx *tx, struct arena *a, int64_t subscriber_id)
{
	struct bulk *words;
	try(list_row(tx, a, subscriber_id, &words));
	return bulk_rows(words) > 0 ? q_find_word_add(tx, words) : OK;
}

enum err find_word_drop(struct tx *tx, struct arena *a, int64_t subscriber_id)
{
	struct bulk *words;
	try(list_row(tx, a, subscriber_id, &words));
	return bulk_rows(words) > 0 ? q_find_word_drop(tx, words) : OK;
}
