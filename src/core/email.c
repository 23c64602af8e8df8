/* Addresses of e-mail. */
#include "core/email.h"

#include "core/utf8.h"

#define LOCAL_MAX       64
#define DOMAIN_PART_MAX 63

/* Letters and digits of any language, and the ASCII marks given. */
static bool mail_chars(struct str s, struct str marks)
{
	int32_t cp;
	while (utf8_next(&s, &cp)) {
		bool plain = (cp >= '0' && cp <= '9') || utf8_script(cp) != SCRIPT_NONE;
		if (!plain && (cp > 127 || str_find(marks, (char)cp) == marks.n))
			return false;
	}
	return true;
}

static bool mail_part(struct str part, struct str marks)
{
	return part.n > 0 && mail_chars(part, marks);
}

bool email_valid(struct str mail)
{
	size_t at = str_find(mail, '@');
	struct str local = str_sub(mail, 0, at);
	struct str domain = str_sub(mail, at + 1, mail.n);
	struct str part;
	size_t parts = 0;
	if (at == mail.n || mail.n > EMAIL_BYTES_MAX || local.n > LOCAL_MAX)
		return false;
	while (str_cut(&local, '.', &part)) {
		if (!mail_part(part, STR("!#$%&'*+-/=?^_`{|}~")))
			return false;
	}
	while (str_cut(&domain, '.', &part)) {
		if (!mail_part(part, STR("-")) || part.n > DOMAIN_PART_MAX || part.p[0] == '-' ||
		    part.p[part.n - 1] == '-')
			return false;
		parts++;
	}
	/* The last part is never a number: that would be an address of a machine. */
	return parts >= 2 && !(part.p[0] >= '0' && part.p[0] <= '9');
}

void email_mask(struct buf *b, struct str email)
{
	int32_t cp;
	struct str rest = email;
	size_t at = str_find(email, '@');
	if (email.n == 0 || !utf8_next(&rest, &cp))
		return;
	size_t first = email.n - rest.n;
	buf_put(b, str_sub(email, 0, first < at ? first : at));
	buf_put(b, STR("•••"));
	buf_put(b, str_sub(email, at, email.n));
}
