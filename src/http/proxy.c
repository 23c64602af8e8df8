/* X-Forwarded-For, read from its end: each proxy appends whom it talked to, so that everything
 * before the last address that a proxy of ours did not write could have been written by the client.
 */
#include "http/proxy.h"

#include "http/text.h"

#include <arpa/inet.h>

static const struct in6_addr mapped = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

static struct in6_addr map_v4(struct in_addr v4)
{
	struct in6_addr addr = mapped;
	memcpy(addr.s6_addr + 12, &v4, sizeof(v4));
	return addr;
}

static bool address_parse(struct str s, struct in6_addr *ret)
{
	char text[HTTP_PEER_MAX];
	struct in_addr v4;
	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET, text, &v4) != 1)
		return inet_pton(AF_INET6, text, ret) == 1;
	*ret = map_v4(v4);
	return true;
}

enum err http_proxies_parse(struct str text, struct http_proxies *ret)
{
	struct http_proxies all = { 0 };
	struct str word;
	while (str_cut(&text, ' ', &word)) {
		if (word.n == 0)
			continue;
		if (all.n == HTTP_PROXIES_MAX || !address_parse(word, &all.addr[all.n]))
			return E_INPUT;
		all.n++;
	}
	*ret = all;
	return OK;
}

bool http_address(const struct sockaddr *sa, struct in6_addr *ret)
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in v4;
		memcpy(&v4, sa, sizeof(v4));
		*ret = map_v4(v4.sin_addr);
		return true;
	}
	if (sa->sa_family != AF_INET6)
		return false;
	struct sockaddr_in6 v6;
	memcpy(&v6, sa, sizeof(v6));
	*ret = v6.sin6_addr;
	return true;
}

bool http_proxies_have(const struct http_proxies *p, const struct in6_addr *addr)
{
	for (size_t i = 0; i < p->n; i++)
		if (memcmp(&p->addr[i], addr, sizeof(*addr)) == 0)
			return true;
	return false;
}

void http_address_print(const struct in6_addr *addr, char ret[HTTP_PEER_MAX])
{
	bool v4 = memcmp(addr, &mapped, 12) == 0;
	const void *bytes = v4 ? addr->s6_addr + 12 : addr->s6_addr;
	if (!inet_ntop(v4 ? AF_INET : AF_INET6, bytes, ret, HTTP_PEER_MAX))
		ret[0] = '\0';
}

/* Takes the last hop off the end of ${list}; false when there is none left. */
static bool last_hop(struct str *list, struct str *ret)
{
	if (!list->p)
		return false;
	size_t from = list->n;
	while (from > 0 && list->p[from - 1] != ',')
		from--;
	*ret = http_trim(str_sub(*list, from, list->n));
	*list = from > 0 ? str_sub(*list, 0, from - 1) : (struct str){ 0 };
	return true;
}

bool http_forwarded_for(const struct http_proxies *p, struct str list, char ret[HTTP_PEER_MAX])
{
	struct in6_addr addr;
	struct str hop;
	bool found = false;
	while (last_hop(&list, &hop)) {
		struct in6_addr next;
		if (!address_parse(hop, &next))
			break;
		addr = next;
		found = true;
		if (!http_proxies_have(p, &addr))
			break;
	}
	if (found)
		http_address_print(&addr, ret);
	return found;
}
