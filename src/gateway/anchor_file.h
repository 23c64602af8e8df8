/* Anchors of the audit in a file that only grows, and in the system's log. The file is meant to lie
 * where this machine may add and nobody may rewrite; a line a day needs no rotation. */
#ifndef GATEWAY_ANCHOR_FILE_H
#define GATEWAY_ANCHOR_FILE_H

#include "domain/port_anchor.h"

struct anchor_file {
	struct port_anchor port; /* stands first */
	const char *path;
};

/** anchor_file_init(f, path): of the file ${path}, which is borrowed; "": of the system's log
 * alone. Each line opens the file anew, and is synced to the disk. */
void anchor_file_init(struct anchor_file *f, const char *path);

#endif
