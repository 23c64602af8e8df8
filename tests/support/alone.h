/* A network of the test's own, with a loopback and nothing else: for programs that listen on every
 * address. */
#ifndef SUPPORT_ALONE_H
#define SUPPORT_ALONE_H

#include <stdbool.h>

/** alone(): move this process, and what it starts from now on, there. False where that is not
 * allowed. */
bool alone(void);

#endif
