/* Follows the markup byte by byte, so that the compiler knows what a value would mean at each
 * place, and refuses what the product never writes: code and styles inside pages, unquoted values,
 * comments. */
#include "mkview_html.h"

#include <stdio.h>

static const char *const elements_refused[] = { "style",  "base",         "object", "embed",
						"iframe", "frame",        "applet", "animate",
						"set",    "foreignobject" };
static const char *const attributes_refused[] = { "style",       "srcdoc", "srcset",
						  "imagesrcset", "ping",   "http-equiv" };
static const char *const attributes_url[] = { "href",       "src",       "action", "formaction",
					      "xlink:href", "poster",    "cite",   "data",
					      "manifest",   "background" };
static const char *const attributes_text[] = {
	"aria-label", "alt", "title", "content", "aria-description", "aria-roledescription", "label"
};
static const char *const elements_plain[] = { "title", "textarea", "script" };

#define in_list(list, s) find_in(list, sizeof(list) / sizeof *(list), s)

static bool find_in(const char *const *list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], s) == 0)
			return true;
	return false;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '_';
}

static bool append(struct diag *d, char *name, size_t size, char c)
{
	size_t n = strlen(name);

	if (n + 1 >= size)
		return diag_fail(d, "a name is too long: %s…", name);
	name[n] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	name[n + 1] = '\0';
	return true;
}

static bool name_done(struct diag *d, struct markup *m)
{
	if (m->only[0] && !(m->end_tag && strcmp(m->only, m->tag) == 0))
		return diag_fail(d, "no elements inside <%s>", m->only);
	if (in_list(elements_refused, m->tag))
		return diag_fail(d, "<%s> has no place in a page", m->tag);
	return true;
}

static bool attr_done(struct diag *d, struct markup *m)
{
	if (strncmp(m->attr, "on", 2) == 0 || in_list(attributes_refused, m->attr))
		return diag_fail(d, "the attribute %s has no place in a page", m->attr);
	m->url = in_list(attributes_url, m->attr);
	m->url_some = m->url_path = false;
	if (strcmp(m->attr, "src") == 0)
		m->has_src = true;
	return true;
}

static bool tag_done(struct diag *d, struct markup *m)
{
	m->at = M_TEXT;
	m->space = false;
	if (m->end_tag) {
		m->only[0] = '\0';
		return true;
	}
	if (strcmp(m->tag, "script") == 0 && !m->has_src)
		return diag_fail(d, "<script> without src: code is a file in assets/js");
	if (in_list(elements_plain, m->tag))
		snprintf(m->only, sizeof m->only, "%.11s", m->tag);
	return true;
}

/* After a complete name or value: white space, the end of the tag, nothing else. */
static bool between(struct diag *d, struct markup *m, char c)
{
	if (gen_space(c))
		m->at = M_TAG;
	else if (c == '/')
		m->at = M_SLASH;
	else if (c == '>')
		return tag_done(d, m);
	else
		return diag_fail(d, "in <%s>: white space, '/' or '>' is wanted here, not '%c'",
				 m->tag, c);
	return true;
}

static bool in_text(struct diag *d, struct markup *m, char c)
{
	if (c == '<') {
		m->at = M_OPEN;
		m->end_tag = m->has_src = false;
		m->tag[0] = '\0';
		return true;
	}
	if (strcmp(m->only, "script") == 0 && !gen_space(c))
		return diag_fail(d, "no code inside <script>: it is a file in assets/js");
	return true;
}

static bool after_angle(struct diag *d, struct markup *m, char c)
{
	if (c == '/' && !m->end_tag) {
		m->end_tag = true;
		return true;
	}
	m->at = c == '!' ? M_DECL : M_NAME;
	if (c != '!' && !is_letter(c))
		return diag_fail(d, "a lone '<' is written &lt;");
	return append(d, m->tag, sizeof m->tag, c);
}

static bool in_declaration(struct diag *d, struct markup *m, char c)
{
	if (c != '>') {
		if (strlen(m->tag) + 1 >= sizeof m->tag || strncmp(m->tag, "!--", 3) == 0)
			return diag_fail(d, "only <!DOCTYPE html>; comments are {# … #}");
		return append(d, m->tag, sizeof m->tag, c);
	}
	if (strcmp(m->tag, "!doctype html") != 0 || m->only[0])
		return diag_fail(d, "only <!DOCTYPE html>; comments are {# … #}");
	m->at = M_TEXT;
	return true;
}

static bool in_tag(struct diag *d, struct markup *m, char c)
{
	if (gen_space(c) || c == '/' || c == '>')
		return between(d, m, c);
	if (!is_letter(c) || m->end_tag)
		return diag_fail(d, "in <%s>: no attribute can begin with '%c' here", m->tag, c);
	m->at = M_ATTR;
	m->attr[0] = '\0';
	return append(d, m->attr, sizeof m->attr, c);
}

static bool in_attr(struct diag *d, struct markup *m, char c)
{
	if (is_name(c))
		return append(d, m->attr, sizeof m->attr, c);
	if (!attr_done(d, m))
		return false;
	if (c != '=')
		return between(d, m, c);
	m->at = M_EQUALS;
	return true;
}

static bool in_value(struct diag *d, struct markup *m, char c)
{
	if (c == '"') {
		m->at = M_AFTER;
		return true;
	}
	if (c == '<')
		return diag_fail(d, "'<' in the value of %s: is a quote missing? Else write &lt;",
				 m->attr);
	if (!m->url)
		return true;
	if (!m->url_some && c != '/' && c != '?' && c != '#')
		return diag_fail(d, "%s: a written address begins with '/', '?' or '#'", m->attr);
	if (m->url_some && m->url_path && c == '/' && m->space)
		return diag_fail(d, "%s: '//' leads to another host", m->attr);
	/* In an address `space` serves as: only the first slash has been written. */
	m->space = !m->url_some && c == '/';
	m->url_path = m->url_path || !m->url_some || c == '?' || c == '#';
	m->url_some = true;
	return true;
}

bool markup_feed(struct diag *d, struct markup *m, char c)
{
	switch (m->at) {
	case M_TEXT:
		return in_text(d, m, c);
	case M_OPEN:
		return after_angle(d, m, c);
	case M_DECL:
		return in_declaration(d, m, c);
	case M_NAME:
		if (is_name(c))
			return append(d, m->tag, sizeof m->tag, c);
		return name_done(d, m) && between(d, m, c);
	case M_TAG:
		return in_tag(d, m, c);
	case M_ATTR:
		return in_attr(d, m, c);
	case M_EQUALS:
		if (c != '"')
			return diag_fail(d, "the value of %s needs double quotes", m->attr);
		m->at = M_VALUE;
		m->space = false;
		return true;
	case M_VALUE:
		return in_value(d, m, c);
	case M_AFTER:
		return between(d, m, c);
	case M_SLASH:
		return c == '>' ? tag_done(d, m) : diag_fail(d, "'/' without '>' in <%s>", m->tag);
	}
	return false;
}

bool markup_pause(struct diag *d, struct markup *m)
{
	if (m->at == M_NAME) {
		m->at = M_AFTER;
		return name_done(d, m);
	}
	if (m->at == M_ATTR) {
		m->at = M_AFTER;
		return attr_done(d, m);
	}
	if (m->at != M_TEXT && m->at != M_TAG && m->at != M_AFTER && m->at != M_VALUE)
		return diag_fail(
			d,
			"a block may begin or end in text, between attributes or in a value only");
	return true;
}

bool markup_join(struct markup *m, const struct markup *other)
{
	if (m->at != other->at && (m->at == M_TAG || m->at == M_AFTER) &&
	    (other->at == M_TAG || other->at == M_AFTER))
		m->at = M_AFTER;
	else if (m->at != other->at)
		return false;
	if (strcmp(m->only, other->only) != 0)
		return false;
	if (m->at != M_TEXT && (strcmp(m->tag, other->tag) != 0 || m->end_tag != other->end_tag))
		return false;
	if (m->at == M_VALUE && strcmp(m->attr, other->attr) != 0)
		return false;
	m->has_src = m->has_src && other->has_src;
	m->url_some = m->url_some || other->url_some;
	m->url_path = m->url_path && other->url_path;
	m->space = m->space && other->space;
	return true;
}

bool markup_translates(const struct markup *m)
{
	return m->at == M_TEXT || (m->at == M_VALUE && in_list(attributes_text, m->attr));
}
