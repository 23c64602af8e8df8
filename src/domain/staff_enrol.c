/* A link turned into a password and a second factor. */
#include "domain/staff_enrol.h"

#include "domain/box.h"
#include "domain/hasher.h"
#include "domain/password.h"
#include "domain/staff_row.h"
#include "domain/staff_session.h"
#include "domain/totp_code.h"

struct enrol {
	const struct app *app;
	struct arena *a;
	struct str token;
	const struct staff_enrolment *form;
	struct q_staff_invitation_row row;
	struct staff staff;
	struct secret key;
	struct str hash, sealed;
	int64_t step;
	struct staff_signed done;
};

static enum err read_invitation(struct tx *tx, void *arg)
{
	struct enrol *x = arg;
	unsigned char mac[KEYS_MAC_BYTES];
	const struct q_staff_invitation_args args = {
		.token_hash = staff_link_hash(x->app, x->token, mac),
		.now = app_now(x->app),
	};
	return q_staff_invitation(tx, x->a, &args, &x->row);
}

static enum err make_key(struct enrol *x)
{
	unsigned char mac[KEYS_MAC_BYTES];
	keys_mac(x->app->keys, "staff totp key", x->token, mac);
	enum err e = secret_copy(x->a, (struct str){ .p = (const char *)mac, .n = TOTP_KEY_BYTES },
				 &x->key);
	secret_wipe(mac, sizeof(mac));
	return e;
}

static enum err find(struct enrol *x)
{
	try(store_read(x->app->store, read_invitation, x));
	try(staff_of(x->row.id, x->row.number, x->row.login, x->row.name, x->row.role, &x->staff));
	return make_key(x);
}

enum err staff_invitation(const struct app *app, struct arena *a, struct str token,
			  struct staff_invitation *ret)
{
	struct enrol x = { .app = app, .a = a, .token = token };
	try(find(&x));
	try(totp_setup_of(app, a, x.key, x.staff.login, &ret->setup));
	ret->staff = x.staff;
	return OK;
}

/* --- using it ------------------------------------------------------------- */

static enum err check_password(struct enrol *x, struct secret *ret, struct problems *problems)
{
	struct say say;
	const struct password_owner owner = {
		.family = x->staff.name,
		.given = x->staff.login,
	};
	try(password_normal(x->a, x->form->password, ret));
	try(password_problem(x->a, *ret, &owner, &say));
	if (say.id != SAY_NONE)
		problems_add(problems, "password", say);
	return OK;
}

static enum err check_code(struct enrol *x, struct problems *problems)
{
	struct totp_code code;
	if (!totp_read_code(x->form->code.bytes, &code)) {
		problems_add(problems, "code", (struct say){ .id = SAY_TOTP_FORM });
		return OK;
	}
	enum err e = totp_match(x->key, app_now(x->app), str_c(code.d), &x->step);
	secret_wipe(&code, sizeof(code));
	if (e == E_DENIED)
		problems_add(problems, "code", (struct say){ .id = SAY_TOTP_WRONG });
	return e == E_DENIED ? OK : e;
}

static enum err put_audit(const struct enrol *x, struct tx *tx)
{
	struct audit_entry entry = { .action = AUDIT_STAFF_ENROL, .subject = x->staff.login };
	try(staff_actor(x->a, &x->staff, &entry.by));
	return audit_put(x->app, tx, x->a, &entry);
}

static enum err keep(struct tx *tx, void *arg)
{
	const struct enrol *x = arg;
	unsigned char mac[KEYS_MAC_BYTES];
	int64_t n;
	const struct q_staff_invitation_use_args use = {
		.token_hash = staff_link_hash(x->app, x->token, mac),
		.now = app_now(x->app),
	};
	const struct q_staff_enrol_args args = {
		.id = x->staff.id,
		.password_hash = x->hash,
		.totp_sealed = x->sealed,
		.totp_step = x->step,
		.now = app_now(x->app),
	};
	try(put_audit(x, tx));
	try(q_staff_invitation_use(tx, &use, &n));
	if (n != 1)
		return E_NOTFOUND; /* the same form, sent twice */
	try(q_staff_enrol(tx, &args, &n));
	if (n != 1)
		return E_NOTFOUND;
	try(q_staff_session_end_all(tx, x->staff.id));
	return staff_session_open(x->app, tx, x->done.token, x->staff.id, x->form->device);
}

enum err staff_enrol(const struct app *app, struct arena *a, const struct staff_enrolment *form,
		     struct problems *ret_problems, struct staff_signed *ret)
{
	struct enrol x = { .app = app, .a = a, .token = form->token, .form = form };
	struct secret password;
	try(find(&x));
	try(check_password(&x, &password, ret_problems));
	try(check_code(&x, ret_problems));
	if (ret_problems->n > 0)
		return E_INPUT;
	try(hasher_make(app->hasher, a, password.bytes, &x.hash));
	try(box_seal(app, a, STAFF_TOTP, x.staff.id, x.key, &x.sealed));
	app->rnd->fill(app->rnd, x.done.token, sizeof(x.done.token));
	try(store_write(app->store, keep, &x));
	*ret = x.done;
	return OK;
}
