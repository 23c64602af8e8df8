/* People of the office: who they are, added and shut out by an administrator. How they get a
 * password and a second factor is staff_enrol.h, how they sign in staff_signin.h. */
#ifndef DOMAIN_STAFF_H
#define DOMAIN_STAFF_H

#include "domain/audit.h"
#include "domain/right.h"
#include "domain/say.h"

#define STAFF_TOKEN_BYTES 32
#define STAFF_LINK_CHARS  43 /* a token in base64url */

/* Somebody of the staff. */
struct staff {
	int64_t id;
	int64_t number; /* which others are told: «сотрудник № 7» */
	struct str login, name;
	enum staff_role role;
};

/** staff_actor(a, staff, &ret): as the audit names them: "№ 7, <name>". Expected: E_NOMEM. */
enum err staff_actor(struct arena *a, const struct staff *s, struct actor *ret) must_check;

/* What an enrolment link is made of. Shown once, to whoever gives it on. */
struct staff_link {
	char token[STAFF_LINK_CHARS + 1];
	tstamp expires;
};

struct staff_new {
	struct str login; /* 2 to 32 of a-z, 0-9, dot, dash and _ */
	struct str name;  /* 1 to 100 characters */
	struct str role;  /* of right_role_name() */
};

/** staff_add(app, a, by, new, &problems, &ret): somebody new, who cannot sign in before they have
 * used the link. Expected: E_INPUT (fields "login", "name", "role"). */
enum err staff_add(const struct app *app, struct arena *a, const struct actor *by,
		   const struct staff_new *n, struct problems *ret_problems,
		   struct staff_link *ret) must_check;

/** staff_invite(app, a, by, id, &ret): a new link, in the place of an earlier one: for who has lost
 * a device or forgotten a password. Until it is used the old ones work. Expected: E_NOTFOUND (no
 * such person, or disabled). */
enum err staff_invite(const struct app *app, struct arena *a, const struct actor *by, int64_t id,
		      struct staff_link *ret) must_check;

/** staff_disable(app, a, by, id, reason): they are out at once, and can't sign in. Expected:
 * E_NOTFOUND (no such person, or disabled), E_CONFLICT (the last administrator). */
enum err staff_disable(const struct app *app, struct arena *a, const struct actor *by, int64_t id,
		       struct str reason) must_check;

/** staff_enable(app, a, by, id, reason): they can sign in as before. Expected: E_NOTFOUND (no such
 * person, or not disabled). */
enum err staff_enable(const struct app *app, struct arena *a, const struct actor *by, int64_t id,
		      struct str reason) must_check;

/** staff_get(app, a, id, &ret): Expected: E_NOTFOUND. */
enum err staff_get(const struct app *app, struct arena *a, int64_t id,
		   struct staff *ret) must_check;

/** staff_of_login(app, a, login, &ret_id): Expected: E_NOTFOUND. */
enum err staff_of_login(const struct app *app, struct arena *a, struct str login,
			int64_t *ret_id) must_check;

struct staff_row {
	struct staff staff;
	tstamp created, enrolled, disabled; /* none: not */
	tstamp invited;                     /* until when a link is good; none: there is none */
	tstamp used;                        /* of the sessions that are open now */
};

struct staff_list {
	size_t n;
	struct staff_row *v;
};

/** staff_list(app, a, &ret): all of them. */
enum err staff_list(const struct app *app, struct arena *a, struct staff_list *ret) must_check;

#endif
