/* Adding people of the staff, and shutting them out. */
#include "domain/staff.h"

#include <sodium.h>

#include "core/utf8.h"
#include "domain/keys.h"
#include "domain/staff_row.h"

#define LOGIN_MIN    2
#define LOGIN_MAX    32
#define NAME_MAX_CP  100
#define LINK_VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

_Static_assert(sodium_base64_ENCODED_LEN(STAFF_TOKEN_BYTES, LINK_VARIANT) == STAFF_LINK_CHARS + 1,
	       "a token as text");

enum err staff_actor(struct arena *a, const struct staff *s, struct actor *ret)
{
	struct buf b;
	buf_init(&b, 1024);
	buf_put(&b, STR("№ "));
	buf_i64(&b, s->number);
	buf_put(&b, STR(", "));
	buf_put(&b, s->name);
	ret->staff_id = s->id;
	enum err e = b.err ? b.err : arena_str(a, buf_str(&b), &ret->who);
	buf_done(&b);
	return e;
}

enum err staff_of(int64_t id, int64_t number, struct str login, struct str name, struct str role,
		  struct staff *ret)
{
	*ret = (struct staff){ .id = id, .number = number, .login = login, .name = name };
	return right_role_find(role, &ret->role) ? OK : E_STORE;
}

/* --- links ---------------------------------------------------------------- */

struct str staff_link_hash(const struct app *app, struct str token,
			   unsigned char mac[KEYS_MAC_BYTES])
{
	keys_mac(app->keys, "staff enrolment", token, mac);
	return (struct str){ .p = (const char *)mac, .n = KEYS_MAC_BYTES };
}

/* What one of the functions below does in its transaction. */
struct change {
	const struct app *app;
	struct arena *a;
	const struct actor *by;
	enum audit_action action;
	struct str reason;
	int64_t id;
	const struct staff_new *new;
	struct staff_link link;
};

static enum err put_audit(const struct change *c, struct tx *tx, struct str subject)
{
	const struct audit_entry entry = {
		.action = c->action,
		.by = *c->by,
		.subject = subject,
		.reason = c->reason,
	};
	return audit_put(c->app, tx, c->a, &entry);
}

static void make_link(struct change *c)
{
	unsigned char token[STAFF_TOKEN_BYTES];
	c->app->rnd->fill(c->app->rnd, token, sizeof(token));
	sodium_bin2base64(c->link.token, sizeof(c->link.token), token, sizeof(token), LINK_VARIANT);
	secret_wipe(token, sizeof(token));
	c->link.expires.ms = app_now(c->app).ms + c->app->conf->office_enrol_hours * HOUR_MS;
}

static enum err put_link(const struct change *c, struct tx *tx)
{
	unsigned char mac[KEYS_MAC_BYTES];
	int64_t n;
	const struct q_staff_invite_args args = {
		.id = c->id,
		.token_hash = staff_link_hash(c->app, str_c(c->link.token), mac),
		.expires = c->link.expires,
	};
	try(q_staff_invite(tx, &args, &n));
	return n == 1 ? OK : E_NOTFOUND;
}

/* --- adding --------------------------------------------------------------- */

static bool login_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!word && (i == 0 || (c != '.' && c != '-' && c != '_')))
			return false;
	}
	return s.n >= LOGIN_MIN && s.n <= LOGIN_MAX;
}

static void check_new(const struct staff_new *n, struct problems *problems)
{
	enum staff_role role;
	if (!login_ok(n->login))
		problems_add(problems, "login", (struct say){ .id = SAY_STAFF_LOGIN });
	if (n->name.n == 0)
		problems_add(problems, "name", (struct say){ .id = SAY_REQUIRED });
	else if (!utf8_clean(n->name, false))
		problems_add(problems, "name", (struct say){ .id = SAY_BAD_TEXT });
	else if (utf8_length(n->name) > NAME_MAX_CP)
		problems_add(problems, "name",
			     (struct say){ .id = SAY_TOO_LONG, .a = NAME_MAX_CP });
	if (!right_role_find(n->role, &role))
		problems_add(problems, "role", (struct say){ .id = SAY_REQUIRED });
}

static enum err add(struct tx *tx, void *arg)
{
	const struct change *c = arg;
	int64_t n;
	const struct q_staff_add_args args = {
		.id = c->id,
		.login = c->new->login,
		.name = c->new->name,
		.role = c->new->role,
		.now = app_now(c->app),
	};
	try(put_audit(c, tx, c->new->login));
	try(q_staff_add(tx, &args, &n));
	return n == 1 ? put_link(c, tx) : E_CONFLICT;
}

enum err staff_add(const struct app *app, struct arena *a, const struct actor *by,
		   const struct staff_new *n, struct problems *ret_problems, struct staff_link *ret)
{
	struct change c = { .app = app, .a = a, .by = by, .action = AUDIT_STAFF_ADD, .new = n };
	check_new(n, ret_problems);
	if (ret_problems->n > 0)
		return E_INPUT;
	c.id = id_next(app->ids);
	c.reason = n->role;
	make_link(&c);
	enum err e = store_write(app->store, add, &c);
	if (e == E_CONFLICT) {
		problems_add(ret_problems, "login", (struct say){ .id = SAY_STAFF_LOGIN_TAKEN });
		return E_INPUT;
	}
	try(e);
	*ret = c.link;
	return OK;
}

/* --- changing ------------------------------------------------------------- */

static enum err read_login(const struct change *c, struct tx *tx, struct str *ret)
{
	struct q_staff_get_row row;
	try(q_staff_get(tx, c->a, c->id, &row));
	*ret = row.login;
	return OK;
}

static enum err invite(struct tx *tx, void *arg)
{
	const struct change *c = arg;
	struct str login;
	try(read_login(c, tx, &login));
	try(put_audit(c, tx, login));
	return put_link(c, tx);
}

enum err staff_invite(const struct app *app, struct arena *a, const struct actor *by, int64_t id,
		      struct staff_link *ret)
{
	struct change c = { .app = app, .a = a, .by = by, .action = AUDIT_STAFF_INVITE, .id = id };
	make_link(&c);
	try(store_write(app->store, invite, &c));
	*ret = c.link;
	return OK;
}

static enum err disable(struct tx *tx, void *arg)
{
	const struct change *c = arg;
	struct q_staff_get_row row;
	int64_t n;
	try(q_staff_get(tx, c->a, c->id, &row));
	if (!tstamp_is_none(row.disabled))
		return E_NOTFOUND;
	try(put_audit(c, tx, row.login));
	try(q_staff_session_end_all(tx, c->id));
	try(q_staff_invitation_end(tx, c->id));
	const struct q_staff_disable_args args = { .id = c->id, .now = app_now(c->app) };
	try(q_staff_disable(tx, &args, &n));
	return n == 1 ? OK : E_CONFLICT;
}

static enum err enable(struct tx *tx, void *arg)
{
	const struct change *c = arg;
	struct str login;
	int64_t n;
	try(read_login(c, tx, &login));
	try(put_audit(c, tx, login));
	try(q_staff_enable(tx, c->id, &n));
	return n == 1 ? OK : E_NOTFOUND;
}

enum err staff_disable(const struct app *app, struct arena *a, const struct actor *by, int64_t id,
		       struct str reason)
{
	struct change c = { .app = app, .a = a, .by = by, .action = AUDIT_STAFF_DISABLE };
	c.id = id;
	c.reason = reason;
	return store_write(app->store, disable, &c);
}

enum err staff_enable(const struct app *app, struct arena *a, const struct actor *by, int64_t id,
		      struct str reason)
{
	struct change c = { .app = app, .a = a, .by = by, .action = AUDIT_STAFF_ENABLE };
	c.id = id;
	c.reason = reason;
	return store_write(app->store, enable, &c);
}

/* --- finding -------------------------------------------------------------- */

struct find {
	struct arena *a;
	struct str login;
	int64_t id;
	struct q_staff_get_row row;
	struct q_staff_list_row *rows;
	size_t n;
};

static enum err find_login(struct tx *tx, void *arg)
{
	struct find *f = arg;
	return q_staff_of_login(tx, f->a, f->login, &f->id);
}

enum err staff_of_login(const struct app *app, struct arena *a, struct str login, int64_t *ret_id)
{
	struct find f = { .a = a, .login = login };
	try(store_read(app->store, find_login, &f));
	*ret_id = f.id;
	return OK;
}

static enum err find_id(struct tx *tx, void *arg)
{
	struct find *f = arg;
	return q_staff_get(tx, f->a, f->id, &f->row);
}

enum err staff_get(const struct app *app, struct arena *a, int64_t id, struct staff *ret)
{
	struct find f = { .a = a, .id = id };
	try(store_read(app->store, find_id, &f));
	return staff_of(f.row.id, f.row.number, f.row.login, f.row.name, f.row.role, ret);
}

static enum err read_list(struct tx *tx, void *arg)
{
	struct find *f = arg;
	return q_staff_list(tx, f->a, &f->rows, &f->n);
}

enum err staff_list(const struct app *app, struct arena *a, struct staff_list *ret)
{
	struct find f = { .a = a };
	try(store_read(app->store, read_list, &f));
	struct staff_row *v = arena_array(a, f.n + 1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	for (size_t i = 0; i < f.n; i++) {
		const struct q_staff_list_row *row = &f.rows[i];
		try(staff_of(row->id, row->number, row->login, row->name, row->role, &v[i].staff));
		v[i].created = row->created;
		v[i].enrolled = row->enrolled;
		v[i].disabled = row->disabled;
		v[i].invited = row->invited;
		v[i].used = row->used;
	}
	*ret = (struct staff_list){ .n = f.n, .v = v };
	return OK;
}
