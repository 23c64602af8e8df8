/* Texts from pieces. What is escaped in HTML are settings: nothing else here has letters in it. */
#include "domain/outbox_text.h"

#include <sodium.h>

#define TEXT_BYTES_MAX 65536

struct rendering {
	const struct config *conf;
	const struct message_args *args;
	struct buf b;
	bool html;
	bool lacks_origin;
};

static void put_setting(struct rendering *r, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (r->html && strchr("&<>\"'", s.p[i])) {
			buf_put(&r->b, STR("&#"));
			buf_i64(&r->b, s.p[i]);
			buf_c(&r->b, ';');
		} else {
			buf_c(&r->b, s.p[i]);
		}
	}
}

static void put_link(struct rendering *r, struct str path)
{
	const struct config *conf = r->conf;
	char token[sodium_base64_ENCODED_LEN(MESSAGE_TOKEN_BYTES,
					     sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
	_Static_assert(sizeof(token) == MESSAGE_TOKEN_CHARS + 1, "as long as was counted");
	if (conf->http_origin.n > 0) {
		put_setting(r, conf->http_origin);
	} else if (str_starts(conf->http_listen, STR("127."))) {
		buf_put(&r->b, STR("http://"));
		put_setting(r, conf->http_listen);
	} else {
		r->lacks_origin = true;
	}
	buf_put(&r->b, path);
	sodium_bin2base64(token, sizeof(token), r->args->token, MESSAGE_TOKEN_BYTES,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	buf_put(&r->b, str_c(token));
	sodium_memzero(token, sizeof(token));
}

static void put_piece(struct rendering *r, const struct message_piece *piece)
{
	struct clock_time at = tstamp_local(r->args->at, (int)r->conf->operator_utc_offset_min);
	switch (piece->kind) {
	case MESSAGE_LITERAL:
		buf_put(&r->b, piece->s);
		return;
	case MESSAGE_NAME:
		put_setting(r, r->conf->operator_short_name);
		return;
	case MESSAGE_PHONE:
		put_setting(r, r->conf->operator_support_phone);
		return;
	case MESSAGE_CODE:
		buf_put(&r->b, str_c(r->args->code));
		return;
	case MESSAGE_NUMBER:
		msisdn_mask(&r->b, &r->args->number);
		return;
	case MESSAGE_DAY:
		buf_pad(&r->b, at.date.day, 2);
		buf_c(&r->b, '.');
		buf_pad(&r->b, at.date.month, 2);
		return;
	case MESSAGE_CLOCK:
		buf_pad(&r->b, at.hour, 2);
		buf_c(&r->b, ':');
		buf_pad(&r->b, at.minute, 2);
		return;
	case MESSAGE_LINK:
		put_link(r, piece->s);
		return;
	}
}

static enum err put_pieces(struct rendering *r, struct arena *a,
			   const struct message_pieces *pieces, struct str *ret)
{
	buf_init(&r->b, TEXT_BYTES_MAX);
	for (size_t i = 0; i < pieces->n; i++)
		put_piece(r, &pieces->v[i]);
	enum err e = r->b.err ? r->b.err : arena_str(a, buf_str(&r->b), ret);
	buf_done(&r->b);
	return e;
}

enum err outbox_text(const struct config *conf, struct arena *a, const struct message_form *form,
		     const struct message_args *args, struct outbox_text *ret)
{
	struct rendering r = { .conf = conf, .args = args };
	struct outbox_text text;
	try(put_pieces(&r, a, &form->subject, &text.subject));
	try(put_pieces(&r, a, &form->text, &text.text));
	r.html = true;
	try(put_pieces(&r, a, &form->html, &text.html));
	if (r.lacks_origin)
		return E_INPUT;
	*ret = text;
	return OK;
}
