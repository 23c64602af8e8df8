/* Finding a subscriber for the office by whatever somebody has at hand: the end of a number or of a
 * card, words of a name, a contract, an e-mail. */
#ifndef DOMAIN_FIND_H
#define DOMAIN_FIND_H

#include "domain/account.h"

#define FIND_ROWS_MAX  50
#define FIND_BYTES_MAX 300 /* of what is typed */

struct find_row {
	int64_t number_id;
	struct msisdn msisdn;
	struct str family, given, patronymic; /* empty: nobody is registered */
	enum number_state state;
	struct str tariff; /* empty: none */
	money balance;
};

struct find_list {
	size_t n;
	const struct find_row *v;
	bool more; /* there are others: type more */
};

/**
 * find_numbers(app, a, typed, &ret):
 * The numbers that fit. With an «@»: the beginning of an e-mail. Digits without letters: the end of
 * a number, of six and more also the end of an ICCID, of three and more also the beginning of a
 * contract's code. Letters and digits: the beginning of a code. Else a name: each word the
 * beginning of one of its words, «ё» as «е», small and capital alike; of more than four the first
 * count. Nothing typed finds nothing. Reads only; by a range of an index each.
 */
enum err find_numbers(const struct app *app, struct arena *a, struct str typed,
		      struct find_list *ret) must_check;

#endif
