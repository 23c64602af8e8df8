/* How a process comes to a store: what a sandbox has to leave open. */
#ifndef STORE_REACH_H
#define STORE_REACH_H

#include <stddef.h>
#include <stdint.h>

enum store_reach {
	STORE_REACH_FILE,
	STORE_REACH_UNIX,    /* a unix socket */
	STORE_REACH_NETWORK, /* or what only libpq finds out, which may be the network */
};

/** store_reach(url): of struct store_opts' url; nothing is opened. */
enum store_reach store_reach(const char *url);

/** store_ports(url, ports, max): the TCP ports that a store on the network is reached at into
 * ${ports}; returns how many, 0 when only libpq finds out (a service file) or they are more than
 * ${max}. */
size_t store_ports(const char *url, uint16_t *ports, size_t max);

#endif
