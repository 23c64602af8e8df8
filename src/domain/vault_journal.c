/* A line: number, time in milliseconds, staff, subscriber, field, who, purpose, MAC, with a
 * tabulator between; none of the texts may have one. */
#include "domain/vault_journal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/scan.h"
#include "core/secret.h"
#include "core/utf8.h"

#define CHUNK_BYTES 65536
#define FIELDS      8

static const struct str field_names[] = {
	[SEAL_PASSPORT] = { "passport", 8 },
	[SEAL_BIRTH] = { "birth", 5 },
	[SEAL_ADDRESS] = { "address", 7 },
};

/* One opening that still counts. */
struct recent {
	tstamp at;
	int64_t staff_id;
};

struct vault_journal {
	int fd;
	const struct keys *key;
	struct vault_quota quota;
	const struct clock *clock;
	int64_t seq;                       /* of the last line */
	unsigned char mac[KEYS_MAC_BYTES]; /* its MAC; zeros before the first */
	int64_t bytes;                     /* whole lines in the file */
	bool lost;                         /* a sync failed: nobody knows what the disk has */
	struct recent *recent;
	size_t recent_n, recent_room;
};

/* --- lines -------------------------------------------------------------------- */

static bool field_find(struct str name, enum seal_field *ret)
{
	for (enum seal_field f = SEAL_PASSPORT; f <= SEAL_ADDRESS; f++) {
		if (!str_eq(field_names[f], name))
			continue;
		*ret = f;
		return true;
	}
	return false;
}

enum err vault_line_parse(struct str s, struct vault_line *ret)
{
	struct str part[FIELDS];
	size_t n = 0;
	struct vault_line l = { 0 };
	while (n < FIELDS && str_cut(&s, '\t', &part[n]))
		n++;
	bool good = n == FIELDS && !s.p && scan_i64_all(part[0], 1, INT64_MAX, &l.seq) &&
		    scan_i64_all(part[1], 0, INT64_MAX, &l.at.ms) &&
		    scan_i64_all(part[2], 1, INT64_MAX, &l.staff_id) &&
		    scan_i64_all(part[3], 1, INT64_MAX, &l.subscriber_id) &&
		    field_find(part[4], &l.field) && utf8_clean(part[5], false) &&
		    utf8_clean(part[6], false) && scan_hex(part[7], l.mac, sizeof(l.mac));
	if (!good)
		return E_INPUT;
	l.who = part[5];
	l.purpose = part[6];
	*ret = l;
	return OK;
}

/* All of a line but its MAC. */
static void put_line(struct buf *b, const struct vault_line *l)
{
	const int64_t numbers[] = { l->seq, l->at.ms, l->staff_id, l->subscriber_id };
	const struct str texts[] = { field_names[l->field], l->who, l->purpose };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		buf_i64(b, numbers[i]);
		buf_c(b, '\t');
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_put(b, texts[i]);
		buf_c(b, '\t');
	}
}

/* Of the MAC before it, and the line: both have one size, or an end. */
static enum err mac_of(const struct vault_journal *j, struct str line,
		       unsigned char mac[KEYS_MAC_BYTES])
{
	struct buf b;
	buf_init(&b, 2 * VAULT_LINE_MAX);
	buf_put(&b, (struct str){ .p = (const char *)j->mac, .n = sizeof(j->mac) });
	buf_put(&b, line);
	enum err e = b.err;
	if (e == OK)
		keys_mac(j->key, "vault journal", buf_str(&b), mac);
	buf_done(&b);
	return e;
}

/* --- quotas -------------------------------------------------------------------- */

/* In the order that they were written, which is not always that of their times: clocks are set. */
static void forget(struct vault_journal *j, tstamp now)
{
	size_t kept = 0;
	for (size_t i = 0; i < j->recent_n; i++) {
		if (j->recent[i].at.ms > now.ms - DAY_MS)
			j->recent[kept++] = j->recent[i];
	}
	j->recent_n = kept;
}

static enum err remember(struct vault_journal *j, tstamp at, int64_t staff_id)
{
	if (j->recent_n == j->recent_room) {
		size_t room = j->recent_room ? 2 * j->recent_room : 64;
		struct recent *grown = reallocarray(j->recent, room, sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		j->recent = grown;
		j->recent_room = room;
	}
	j->recent[j->recent_n++] = (struct recent){ .at = at, .staff_id = staff_id };
	return OK;
}

static bool within_quota(const struct vault_journal *j, tstamp now, int64_t staff_id)
{
	int64_t hour = 0, day = 0;
	for (size_t i = 0; i < j->recent_n; i++) {
		if (j->recent[i].staff_id != staff_id)
			continue;
		day++;
		hour += j->recent[i].at.ms > now.ms - HOUR_MS;
	}
	return hour < j->quota.person_hour && day < j->quota.person_day &&
	       (int64_t)j->recent_n < j->quota.all_day;
}

/* --- reading -------------------------------------------------------------------- */

static enum err look_at(struct vault_journal *j, struct str text, tstamp now)
{
	struct vault_line l;
	unsigned char mac[KEYS_MAC_BYTES];
	try(vault_line_parse(text, &l));
	try(mac_of(j, str_sub(text, 0, text.n - 2 * KEYS_MAC_BYTES), mac));
	bool fits = l.seq == j->seq + 1 &&
		    secret_eq((struct str){ .p = (const char *)mac, .n = sizeof(mac) },
			      (struct str){ .p = (const char *)l.mac, .n = sizeof(l.mac) });
	if (!fits)
		return E_INPUT;
	j->seq = l.seq;
	j->bytes += (int64_t)text.n + 1;
	memcpy(j->mac, mac, sizeof(mac));
	return l.at.ms > now.ms - DAY_MS ? remember(j, l.at, l.staff_id) : OK;
}

/* The whole lines of ${chunk}; what is behind them stays. */
static enum err look_at_lines(struct vault_journal *j, struct str chunk, tstamp now)
{
	size_t end;
	while ((end = str_find(chunk, '\n')) < chunk.n) {
		try(look_at(j, str_sub(chunk, 0, end), now));
		chunk = str_sub(chunk, end + 1, chunk.n);
	}
	return OK;
}

static enum err read_all(struct vault_journal *j, char *chunk)
{
	tstamp now = j->clock->now(j->clock);
	ssize_t n;
	while ((n = pread(j->fd, chunk, CHUNK_BYTES, j->bytes)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return E_STORE;
		int64_t before = j->bytes;
		try(look_at_lines(j, (struct str){ .p = chunk, .n = (size_t)n }, now));
		if (j->bytes > before)
			continue;
		/* No whole line is left: a torn one, or none of ours. */
		if (n > VAULT_LINE_MAX)
			return E_INPUT;
		return ftruncate(j->fd, j->bytes) == 0 && fsync(j->fd) == 0 ? OK : E_STORE;
	}
	return OK;
}

enum err vault_journal_open(int fd, const struct keys *key, const struct vault_quota *quota,
			    const struct clock *clock, struct vault_journal **ret,
			    int64_t *ret_line)
{
	struct vault_journal *j = calloc(1, sizeof(*j));
	char *chunk = malloc(CHUNK_BYTES);
	enum err e = j && chunk ? OK : E_NOMEM;
	if (e == OK) {
		*j = (struct vault_journal){
			.fd = fd, .key = key, .quota = *quota, .clock = clock
		};
		e = read_all(j, chunk);
	}
	free(chunk);
	if (e == E_INPUT)
		*ret_line = j->seq + 1;
	if (e == OK)
		*ret = j;
	else
		vault_journal_free(j);
	return e;
}

void vault_journal_free(struct vault_journal *j)
{
	if (!j)
		return;
	free(j->recent);
	free(j);
}

/* --- writing -------------------------------------------------------------------- */

static enum err write_line(struct vault_journal *j, struct str line)
{
	ssize_t n = write(j->fd, line.p, line.n);
	if (n != (ssize_t)line.n) {
		/* A piece of a line is no line; but the next one must not be joined to it. */
		j->lost |= n > 0 && ftruncate(j->fd, j->bytes) != 0;
		return E_STORE;
	}
	j->lost |= fsync(j->fd) != 0;
	return j->lost ? E_STORE : OK;
}

static enum err append(struct vault_journal *j, const struct vault_line *l)
{
	unsigned char mac[KEYS_MAC_BYTES];
	struct buf b;
	buf_init(&b, VAULT_LINE_MAX);
	put_line(&b, l);
	enum err e = b.err ? b.err : mac_of(j, buf_str(&b), mac);
	if (e == OK) {
		buf_hex(&b, (struct str){ .p = (const char *)mac, .n = sizeof(mac) });
		buf_c(&b, '\n');
		e = b.err ? b.err : write_line(j, buf_str(&b));
	}
	if (e == OK) {
		j->seq = l->seq;
		j->bytes += (int64_t)b.n;
		memcpy(j->mac, mac, sizeof(mac));
	}
	buf_done(&b);
	return e;
}

enum err vault_journal_add(struct vault_journal *j, const struct vault_request *q)
{
	tstamp now = j->clock->now(j->clock);
	if (j->lost)
		return E_STORE;
	forget(j, now);
	if (!within_quota(j, now, q->staff_id))
		return E_LIMIT;
	/* First: what was written has to count. */
	try(remember(j, now, q->staff_id));
	const struct vault_line line = {
		.seq = j->seq + 1,
		.at = now,
		.staff_id = q->staff_id,
		.subscriber_id = q->subscriber_id,
		.field = q->field,
		.who = q->who,
		.purpose = q->purpose,
	};
	return append(j, &line);
}
