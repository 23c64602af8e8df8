/* libqrencode makes the squares; here they become one path. */
#include "web/qr.h"

#include <errno.h>
#include <qrencode.h>

#include "core/buf.h"

#define PATH_BYTES_MAX (256u << 10)
#define QUIET          4 /* squares of white around it, as the standard asks */

/* A run of black squares of one line: «M4 4h7v1h-7z». */
static void put_run(struct buf *b, int x, int y, int n)
{
	buf_c(b, 'M');
	buf_i64(b, x + QUIET);
	buf_c(b, ' ');
	buf_i64(b, y + QUIET);
	buf_c(b, 'h');
	buf_i64(b, n);
	buf_put(b, STR("v1h-"));
	buf_i64(b, n);
	buf_c(b, 'z');
}

static void put_line(struct buf *b, const unsigned char *line, int y, int width)
{
	for (int x = 0; x < width; x++) {
		int from = x;
		while (x < width && line[x] & 1)
			x++;
		if (x > from)
			put_run(b, from, y, x - from);
	}
}

static enum err draw(struct arena *a, const QRcode *code, struct web_qr *ret)
{
	struct buf b;
	buf_init(&b, PATH_BYTES_MAX);
	for (int y = 0; y < code->width; y++)
		put_line(&b, code->data + y * code->width, y, code->width);
	ret->size = code->width + 2 * QUIET;
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), &ret->path);
	buf_done(&b);
	return e;
}

enum err qr_make(struct arena *a, struct secret text, struct web_qr *ret)
{
	QRcode *code = QRcode_encodeData((int)text.bytes.n, (const unsigned char *)text.bytes.p, 0,
					 QR_ECLEVEL_M);
	if (!code)
		return errno == ENOMEM ? E_NOMEM : E_LIMIT;
	enum err e = draw(a, code, ret);
	secret_wipe(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
	return e;
}
