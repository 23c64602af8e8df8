/* JSON lines for administrators and their tools, one per event. A field is a number or a string
 * that is a constant of the program (route, table, error name) or a hash: nothing that came from a
 * person fits in, so no personal data can. Free text exists only as log_text() for messages of
 * libraries (SQLite, libpq), which is cut to 200 bytes and stripped of runs of four and more
 * digits. */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "core/clock.h"
#include "core/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
	const char *key;
	enum { LOG_F_INT, LOG_F_CONST, LOG_F_TEXT, LOG_F_HASH } kind;
	int64_t i;
	const char *s;
};

static inline struct log_field log_int(const char *key, int64_t v)
{
	return (struct log_field){ .key = key, .kind = LOG_F_INT, .i = v };
}
static inline struct log_field log_const(const char *key, const char *constant)
{
	return (struct log_field){ .key = key, .kind = LOG_F_CONST, .s = constant };
}
static inline struct log_field log_text(const char *key, const char *message)
{
	return (struct log_field){ .key = key, .kind = LOG_F_TEXT, .s = message };
}
/* 32 bytes, of a hash without a secret in it; in hexadecimal. */
#define LOG_HASH_BYTES 32
static inline struct log_field log_hash(const char *key, const unsigned char hash[LOG_HASH_BYTES])
{
	return (struct log_field){ .key = key, .kind = LOG_F_HASH, .s = (const char *)hash };
}

struct log;

/**
 * log_new(fd, min, clock):
 * Writes lines with one write(2) each to ${fd}, which stays the caller's. Thread-safe.
 */
struct log *log_new(int fd, enum log_level min, const struct clock *clock);
void log_free(struct log *log);

void log_event_(struct log *log, enum log_level level, const char *event,
		const struct log_field *fields, size_t n);

/** log_event(log, level, "event", log_int("status", 200), …): one line; a NULL log swallows it. */
#define log_event(log, level, event, ...)                                                          \
	log_event_((log), (level), (event),                                                        \
		   (const struct log_field[]){ { 0 }, ##__VA_ARGS__ } + 1,                         \
		   sizeof((const struct log_field[]){ { 0 }, ##__VA_ARGS__ }) /                    \
				   sizeof(struct log_field) -                                      \
			   1)

#endif
