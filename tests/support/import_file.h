/* Imports in tests: a file that is bytes in memory, and what the importer said about it. */
#ifndef SUPPORT_IMPORT_FILE_H
#define SUPPORT_IMPORT_FILE_H

#include "domain/import.h"
#include "support/kit.h"

struct import_file {
	struct import_source source;
	struct str bytes;
	size_t at;
	size_t piece; /* at most so many bytes a read; 0: as many as fit */
};

/** import_file(name, bytes): a file of these bytes, which stay the caller's. */
struct import_file import_file(const char *name, struct str bytes);

/** import_file_demo(k, kind): demo/<kind>.csv, in the arena of ${k}. */
struct import_file import_file_demo(struct kit *k, const char *kind);

struct import_said {
	char faults[16384]; /* `line:column:PROBLEM` and `=value` if there is one, each with a line
			       end */
	size_t n;
	int resumed;
	struct import_result result;
};

/** import_file_run(k, kind, file, &ret): one import with the defaults. */
enum err import_file_run(struct kit *k, const char *kind, struct import_file *file,
			 struct import_said *ret);

/** import_text(k, kind, text, &ret): the same, of a file that is this text. */
enum err import_text(struct kit *k, const char *kind, const char *text, struct import_said *ret);

/** import_must(k, kind, text): it is applied, without a fault or a warning; how many rows were new.
 */
int64_t import_must(struct kit *k, const char *kind, const char *text);

/** import_demo(k): the five files of the demonstration. */
void import_demo(struct kit *k);

/** import_nothing_staged(k): no row, key or open run is left in the store. */
void import_nothing_staged(struct kit *k);

#endif
