/* What tools/mksql knows of sql/ as a whole: the migrations and the number of statements. Only the
 * store includes this. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

struct migration {
	int number;
	const char *name;
	const char *checksum; /* of the source file: 16 hexadecimal digits */
	const char *sqlite;
	const char *postgres;
};

/** schema_migration(number): the migration of that number (from 1 on, without gaps), or NULL. */
const struct migration *schema_migration(int number);

/** schema_version(): the number of the last migration, 0 when there is none. */
int schema_version(void);

/** stmt_count(): how many statements there are; every stmt->index is below. */
int stmt_count(void);

#endif
