#include "web/ticket.h"

#include <sodium.h>

#include "core/scan.h"
#include "domain/keys.h"
#include "views.h"
#include "web/next.h"

#define TICKET_LIFE_MS (10 * MINUTE_MS)

/* "<ready at, ms>.<wait, s>", and behind a second dot the MAC of that and of who it is for. */
static void mac_of(struct req *r, struct str plain, unsigned char mac[KEYS_MAC_BYTES])
{
	struct buf b;
	buf_init(&b, 1024);
	buf_put(&b, plain);
	buf_c(&b, '\n');
	buf_put(&b, r->http->peer);
	keys_mac(r->app->keys, "ticket", buf_str(&b), mac);
	buf_done(&b);
}

enum err ticket_make(struct req *r, int64_t wait_s, struct str *ret)
{
	struct buf b;
	buf_init(&b, 256);
	buf_i64(&b, app_now(r->app).ms + wait_s * 1000);
	buf_c(&b, '.');
	buf_i64(&b, wait_s);
	unsigned char mac[KEYS_MAC_BYTES];
	mac_of(r, buf_str(&b), mac);
	buf_c(&b, '.');
	buf_hex(&b, (struct str){ .p = (const char *)mac, .n = sizeof(mac) });
	enum err e = b.err ? b.err : arena_str(r->arena, buf_str(&b), ret);
	buf_done(&b);
	return e;
}

int64_t ticket_waited(struct req *r, struct str ticket)
{
	struct str rest = ticket;
	int64_t ready_ms;
	int64_t wait_s;
	unsigned char sent[KEYS_MAC_BYTES];
	unsigned char want[KEYS_MAC_BYTES];
	if (!scan_i64(&rest, &ready_ms) || !scan_lit(&rest, STR(".")) || !scan_i64(&rest, &wait_s))
		return 0;
	struct str plain = str_sub(ticket, 0, ticket.n - rest.n);
	if (!scan_lit(&rest, STR(".")) || !scan_hex(rest, sent, sizeof(sent)))
		return 0;
	mac_of(r, plain, want);
	if (sodium_memcmp(sent, want, sizeof(want)) != 0)
		return 0;
	int64_t late_ms = app_now(r->app).ms - ready_ms;
	return late_ms >= 0 && late_ms <= TICKET_LIFE_MS ? wait_s : 0;
}

static enum err put_way(struct req *r, const struct ticket_hold *hold, struct buf *b,
			struct str *ret)
{
	buf_put(b, str_c(hold->path));
	buf_put(b, STR("?ticket="));
	buf_put(b, hold->ticket);
	if (hold->next.n) {
		buf_put(b, STR("&next="));
		next_put(b, hold->next);
	}
	return b->err ? b->err : arena_str(r->arena, buf_str(b), ret);
}

static enum err put_refresh(struct req *r, int64_t wait_s, struct str way, struct buf *b,
			    struct str *ret)
{
	b->n = 0;
	buf_i64(b, wait_s);
	buf_put(b, STR("; url="));
	buf_put(b, way);
	return b->err ? b->err : arena_str(r->arena, buf_str(b), ret);
}

enum err ticket_hold(struct req *r, const struct ticket_hold *hold)
{
	struct web_wait wait = { .wait_s = hold->wait_s, .code = hold->code };
	struct str refresh = { 0 };
	struct buf b;
	buf_init(&b, 4096);
	enum err e = put_way(r, hold, &b, &wait.next.s);
	if (e == OK)
		e = put_refresh(r, hold->wait_s, wait.next.s, &b, &refresh);
	buf_done(&b);
	try(e);
	http_resp_header(r->resp, "Refresh", refresh);
	r->status = 429;
	struct out o = web_out(r);
	v_signin_wait(&o, .page = &r->page, .wait = &wait);
	return OK;
}
