/* The vault's journal: a file, one line for each field that it opens, synced before the field is
 * answered. Each line carries a MAC over itself and the one before it, by a key that only the vault
 * can make: who has the file can neither change nor leave out a line unseen. Quotas are counted
 * from it, so that no new start of the vault gives new ones. */
#ifndef DOMAIN_VAULT_JOURNAL_H
#define DOMAIN_VAULT_JOURNAL_H

#include "core/clock.h"
#include "domain/keys.h"
#include "domain/port_vault.h"

#define VAULT_LINE_MAX 1200 /* bytes, with its line feed */

struct vault_line {
	int64_t seq; /* 1, 2, 3 … */
	tstamp at;
	int64_t staff_id, subscriber_id;
	enum seal_field field;
	struct str who, purpose;
	unsigned char mac[KEYS_MAC_BYTES];
};

/** vault_line_parse(s, &ret): a line without its line feed; the texts are slices of ${s}. Its MAC
 * is not looked at. Expected: E_INPUT. */
enum err vault_line_parse(struct str s, struct vault_line *ret) must_check;

struct vault_quota {
	int64_t person_hour, person_day, all_day; /* fields in the last 60 minutes, 24 hours */
};

struct vault_journal;

/**
 * vault_journal_open(fd, key, quota, clock, &ret, &ret_line):
 * Read the whole file behind ${fd} (open for reading and appending; stays the caller's, as do
 * ${key} of keys_of_journal() and ${clock}) and check its chain. A last line without its line feed
 * was never answered: it is cut off. Expected: E_INPUT (the chain is broken: ${ret_line} is where),
 * E_STORE (cannot be read or cut), E_NOMEM.
 */
enum err vault_journal_open(int fd, const struct keys *key, const struct vault_quota *quota,
			    const struct clock *clock, struct vault_journal **ret,
			    int64_t *ret_line) must_check;

/**
 * vault_journal_add(j, q):
 * Count ${q} against the quotas, then append it and sync. One thread at a time. Expected: E_LIMIT
 * (a quota is used up: nothing was written), E_STORE (could not be written; after a failed sync it
 * stays so).
 */
enum err vault_journal_add(struct vault_journal *j, const struct vault_request *q) must_check;

/** vault_journal_free(j): NULL does nothing. */
void vault_journal_free(struct vault_journal *j);

#endif
