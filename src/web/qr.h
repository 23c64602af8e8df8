/* A QR code as a picture. */
#ifndef WEB_QR_H
#define WEB_QR_H

#include "core/arena.h"
#include "core/secret.h"

/* For an SVG file: the black squares as one path, and how many squares a side has, the white ones
 * around it included. */
struct web_qr {
	int size;
	struct str path;
};

/** qr_make(a, text, &ret): ${ret}->path is as secret as ${text}, and wiped with the arena.
 * Expected: E_NOMEM, E_LIMIT (no code is large enough for ${text}). */
enum err qr_make(struct arena *a, struct secret text, struct web_qr *ret) must_check;

#endif
