/* Where in the markup a template stands at each byte. */
#ifndef TOOLS_MKVIEW_HTML_H
#define TOOLS_MKVIEW_HTML_H

#include "mkview.h"

enum mark { M_TEXT, M_OPEN, M_DECL, M_NAME, M_TAG, M_ATTR, M_EQUALS, M_VALUE, M_AFTER, M_SLASH };

struct markup {
	enum mark at;
	bool end_tag;
	char tag[24]; /* lower case */
	char attr[24];
	char only[12]; /* inside title, textarea, script: only its own end tag may follow */
	bool has_src;
	bool url;      /* the attribute holds an address */
	bool url_some; /* something of it has been written */
	bool url_path; /* it certainly begins on this host: '/', '?' or '#' */
	bool space;    /* what was written last is white space */
};

/** markup_feed(d, m, c): one literal byte; false when it is refused. */
bool markup_feed(struct diag *d, struct markup *m, char c);

/** markup_pause(d, m): a block begins or ends here: names that were being written are complete. */
bool markup_pause(struct diag *d, struct markup *m);

/** markup_join(m, other): both ways lead here: go on with what is true for both; false when they
 * differ. */
bool markup_join(struct markup *m, const struct markup *other);

/** markup_translates(m): literal text here is for people: content, or an attribute such as
 * aria-label. */
bool markup_translates(const struct markup *m);

#endif
