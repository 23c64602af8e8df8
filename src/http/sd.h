/* What systemd tells a service and wants to be told (libsystemd). Without systemd all of it does
 * nothing. */
#ifndef HTTP_SD_H
#define HTTP_SD_H

#include "core/err.h"

#include <stddef.h>

/**
 * http_listen_from_systemd(name, ret, n):
 * The address ("fd:N", for http_opts.listen) of the socket that a socket unit passed with
 * FileDescriptorName=${name}. Expected: E_NOTFOUND (not started by a socket unit, or no socket of
 * that name).
 */
enum err http_listen_from_systemd(const char *name, char *ret, size_t n) must_check;

/** http_sd_ready(), http_sd_stopping(): READY=1 once requests are answered, STOPPING=1 before
 * http_stop(). */
void http_sd_ready(void);
void http_sd_stopping(void);

#endif
