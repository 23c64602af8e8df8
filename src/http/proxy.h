/* Who a request comes from: the other end of the connection, or whom our own proxies name. */
#ifndef HTTP_PROXY_H
#define HTTP_PROXY_H

#include "core/arena.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define HTTP_PROXIES_MAX 16
#define HTTP_PEER_MAX    INET6_ADDRSTRLEN

struct http_proxies {
	size_t n;
	struct in6_addr addr[HTTP_PROXIES_MAX]; /* IPv4 as ::ffff:a.b.c.d */
};

/** http_proxies_parse(text, &ret): addresses separated by spaces. Expected: E_INPUT (not one, or
 * too many). */
enum err http_proxies_parse(struct str text, struct http_proxies *ret) must_check;

/** http_address(sa, &ret): the address of ${sa}, IPv4 as mapped; false for a unix socket. */
bool http_address(const struct sockaddr *sa, struct in6_addr *ret);

/** http_proxies_have(p, addr): ${addr} is one of our proxies. */
bool http_proxies_have(const struct http_proxies *p, const struct in6_addr *addr);

/** http_address_print(addr, ret): as text, an IPv4 address without its ::ffff: prefix. */
void http_address_print(const struct in6_addr *addr, char ret[HTTP_PEER_MAX]);

/**
 * http_forwarded_for(p, list, ret):
 * The client that X-Forwarded-For names: the last address of ${list} that is not one of our
 * proxies, or the first one when all are. False when what stands there is no address: then somebody
 * else wrote it.
 */
bool http_forwarded_for(const struct http_proxies *p, struct str list, char ret[HTTP_PEER_MAX]);

#endif
