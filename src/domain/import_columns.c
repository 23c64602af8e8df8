/* The columns of each kind as its tables have them, for whoever makes the files. */
#include "domain/import_kind.h"

static void put_column(struct buf *b, const struct import_column *c)
{
	static const char *const types[IMPORT_TYPE_N] = {
		[IMPORT_TEXT] = "text",
		[IMPORT_CODE] = "text without a colon",
		[IMPORT_NUMBER] = "mobile number, in any common form",
		[IMPORT_SIM] = "18-20 digits, the first 89",
		[IMPORT_SIM_ID] = "14 or 15 digits",
		[IMPORT_SUM] = "roubles: `1 500`, `1500,50`",
		[IMPORT_DAY] = "day: `27.03.2025` or `2025-03-27`",
		[IMPORT_MOMENT] = "day, or day and time: `27.03.2025 14:05`",
		[IMPORT_AMOUNT] = "whole number, or `безлимит` / `unlimited`",
		[IMPORT_ONE_OF] = "one of ",
		[IMPORT_TAX_ID] = "10 or 12 digits, the last ones check digits",
		[IMPORT_MAIL] = "e-mail address",
		[IMPORT_DOCUMENT] = "10 digits",
		[IMPORT_OFFICE] = "6 digits",
	};
	buf_put(b, STR("| "));
	buf_put(b, str_c(c->ru));
	buf_put(b, STR(" | `"));
	buf_put(b, str_c(c->en));
	buf_put(b, c->required ? STR("` | yes | ") : STR("` | | "));
	buf_put(b, str_c(types[c->type]));
	for (const struct import_choice *choice = c->choices; choice && choice->ru; choice++) {
		buf_put(b, choice == c->choices ? STR("`") : STR(", `"));
		buf_put(b, str_c(choice->ru));
		buf_put(b, STR("` / `"));
		buf_put(b, str_c(choice->en));
		buf_put(b, STR("`"));
	}
	if (c->max) {
		buf_put(b, STR(", up to "));
		buf_i64(b, c->max);
		buf_put(b, STR(" characters"));
	}
	buf_put(b, STR(" |\n"));
}

void import_columns(struct buf *b, struct str kind)
{
	const struct import_kind *k = import_kind_find(kind);
	buf_put(b, STR("| column | or | needed | what is in it |\n| --- | --- | --- | "
		       "--- |\n"));
	for (size_t i = 0; k && i < k->n_columns; i++)
		if (k->columns[i].ru)
			put_column(b, &k->columns[i]);
}
