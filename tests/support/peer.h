/* The other side of a gateway's talk: a program that others wrote, or one that only others'
 * software speaks through, started for one test. It says what happens to it in lines of JSON on its
 * standard output, the first of which tells where it listens; it ends when its standard input does.
 * Whatever fails in here fails the test. */
#ifndef SUPPORT_PEER_H
#define SUPPORT_PEER_H

#include <jansson.h>
#include <stdbool.h>

struct peer;

/** peer_start(argv): run ${argv} (with a NULL behind), looked up in PATH, and read its first line.
 */
struct peer *peer_start(const char *const argv[]);

/** peer_line(p): its next line, waited for; valid until the next one. peer_number(), peer_text():
 * of a member of that line. */
const json_t *peer_line(struct peer *p);
long long peer_number(struct peer *p, const char *key);
const char *peer_text(struct peer *p, const char *key);

/** peer_port(p), peer_ca(p): from the first line: members port and ca (a file). */
int peer_port(const struct peer *p);
const char *peer_ca(const struct peer *p);

/** peer_say(p, line): a line to its standard input. */
void peer_say(struct peer *p, const char *line);

/** peer_stop(p): end it, wait for it, free. NULL does nothing. */
void peer_stop(struct peer *p);

#endif
