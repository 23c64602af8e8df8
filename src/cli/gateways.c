/* From settings to gateways. Each kind is a row: what must be set for it, and how it is started. */
#include "cli/gateways.h"

#include <errno.h>

#include "cli/passfile.h"
#include "core/hostport.h"
#include "gateway/mail_log.h"
#include "gateway/mail_smtp.h"
#include "gateway/mime.h"
#include "gateway/sms_kannel.h"
#include "gateway/sms_log.h"
#include "gateway/sms_smpp.h"
#include "gateway/sms_smsc.h"

#define KEPT_BYTES_MAX 16384

struct start {
	const struct cli *c;
	const struct config *conf;
	const struct port_sms_events *sms_events;
	const struct port_mail_events *mail_events;
	struct gateways *g;
};

struct kind {
	struct str name; /* as the settings say it */
	/** check(c): the settings go together; says what does not. May be NULL. */
	enum err (*check)(const struct cli *c);
	/** start(s): into ${s}->g; says what is wrong. NULL: there is nothing to start. */
	enum err (*start)(const struct start *s);
};

static enum err complain(const struct cli *c, const char *key, const char *what)
{
	cli_err(c, str_c(key));
	cli_err(c, STR(": "));
	cli_err(c, str_c(what));
	cli_err(c, STR("\n"));
	return E_INPUT;
}

/* What a gateway says of its start, where the checks have not said it before. */
static enum err said(const struct start *s, enum err e, const char *key)
{
	if (e == E_STORE)
		return complain(s->c, key, strerror(errno));
	if (e == E_INPUT)
		return complain(s->c, key, "the gateway cannot work with these settings");
	return e;
}

/* --- letters ------------------------------------------------------------------ */

static enum err start_mail_log(const struct start *s)
{
	const struct mail_log_opts opts = {
		.clock = s->c->app->clock,
		.path = s->conf->mail_log_file.p,
	};
	enum err e = mail_log_start(&opts, s->mail_events, &s->g->mail);
	return said(s, e, "[mail] log_file");
}

static enum client_tls tls_of(struct str name)
{
	static const struct {
		struct str name;
		enum client_tls tls;
	} all[] = {
		{ STR("none"), CLIENT_TLS_NONE },
		{ STR("if-offered"), CLIENT_TLS_IF_OFFERED },
		{ STR("implicit"), CLIENT_TLS_IMPLICIT },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (str_eq(all[i].name, name))
			return all[i].tls;
	}
	return CLIENT_TLS_STARTTLS;
}

static enum err check_mail_smtp(const struct cli *c)
{
	const struct config *conf = c->app->conf;
	enum client_tls tls = tls_of(conf->mail_smtp_tls);
	bool safe = tls == CLIENT_TLS_STARTTLS || tls == CLIENT_TLS_IMPLICIT;
	if (conf->mail_smtp_address.n == 0)
		return complain(c, "[mail_smtp] address",
				"name the relay, such as "
				"mail.example.ru:587");
	if (!mime_address(conf->mail_sender))
		return complain(c, "[mail] sender",
				"name the address that letters come from, such "
				"as noreply@lk.example.ru");
	if (conf->mail_smtp_user.n && !safe)
		return complain(c, "[mail_smtp] tls",
				"a password is sent with starttls or "
				"implicit only");
	if (conf->mail_smtp_user.n && conf->mail_smtp_password_file.n == 0)
		return complain(c, "[mail_smtp] password_file",
				"name the file that holds the "
				"password of [mail_smtp] user");
	return OK;
}

static enum err start_mail_smtp(const struct start *s)
{
	const struct config *conf = s->conf;
	struct mail_smtp_opts opts = {
		.clock = s->c->app->clock,
		.log = s->c->app->log,
		.tls = tls_of(conf->mail_smtp_tls),
		.user = conf->mail_smtp_user.p,
		.ca_file = conf->mail_smtp_tls_ca.p,
		.from = conf->mail_sender,
		.from_name =
			conf->mail_sender_name.n ? conf->mail_sender_name : conf->operator_name,
		.deadline_ms = conf->mail_smtp_answer_s * 1000,
		.window = (size_t)conf->mail_smtp_window,
		.utc_offset_min = (int)conf->operator_utc_offset_min,
	};
	try(hostport_parse(conf->mail_smtp_address, &opts.relay));
	if (conf->mail_smtp_user.n)
		try(passfile_read(s->c, s->g->kept, "[mail_smtp] password_file",
				  conf->mail_smtp_password_file, &opts.password));
	return said(s, mail_smtp_start(&opts, s->mail_events, &s->g->mail), "[mail_smtp]");
}

/* --- short messages ----------------------------------------------------------- */

static enum err start_sms_log(const struct start *s)
{
	const struct sms_log_opts opts = {
		.clock = s->c->app->clock,
		.path = s->conf->sms_log_file.p,
	};
	return said(s, sms_log_start(&opts, s->sms_events, &s->g->sms), "[sms] log_file");
}

/* Text and password go in clear over http: to this machine only. */
static bool url_safe(struct str url)
{
	static const struct str fine[] = {
		STR("https://"),          STR("http://127.0.0.1:"), STR("http://127.0.0.1/"),
		STR("http://localhost:"), STR("http://localhost/"), STR("http://[::1]:"),
		STR("http://[::1]/"),
	};
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		if (str_starts(url, fine[i]))
			return true;
	}
	return false;
}

#define URL_UNSAFE "this is not an address of https, or of http on this machine"

static enum err check_sms_kannel(const struct cli *c)
{
	const struct config *conf = c->app->conf;
	if (!url_safe(conf->sms_kannel_url))
		return complain(c, "[sms_kannel] url", URL_UNSAFE);
	if (conf->sms_kannel_user.n == 0)
		return complain(c, "[sms_kannel] user", "name the username of sendsms-user");
	if (conf->sms_kannel_password_file.n == 0)
		return complain(c, "[sms_kannel] password_file",
				"name the file that holds the "
				"password");
	return OK;
}

static enum err start_sms_kannel(const struct start *s)
{
	const struct config *conf = s->conf;
	struct sms_http_opts opts = {
		.clock = s->c->app->clock,
		.log = s->c->app->log,
		.url = conf->sms_kannel_url.p,
		.user = conf->sms_kannel_user,
		.sender = conf->sms_kannel_sender,
		.ca_file = conf->sms_kannel_tls_ca.p,
		.deadline_ms = conf->sms_kannel_answer_s * 1000,
		.window = (size_t)conf->sms_kannel_window,
	};
	try(passfile_read(s->c, s->g->kept, "[sms_kannel] password_file",
			  conf->sms_kannel_password_file, &opts.password));
	return said(s, sms_kannel_start(&opts, s->sms_events, &s->g->sms), "[sms_kannel]");
}

static enum err check_sms_smsc(const struct cli *c)
{
	const struct config *conf = c->app->conf;
	if (!url_safe(conf->sms_smsc_url))
		return complain(c, "[sms_smsc] url", URL_UNSAFE);
	if (conf->sms_smsc_password_file.n == 0)
		return complain(c, "[sms_smsc] password_file",
				"name the file that holds the "
				"password, or the API key");
	return OK;
}

static enum err start_sms_smsc(const struct start *s)
{
	const struct config *conf = s->conf;
	struct sms_http_opts opts = {
		.clock = s->c->app->clock,
		.log = s->c->app->log,
		.url = conf->sms_smsc_url.p,
		.user = conf->sms_smsc_user,
		.sender = conf->sms_smsc_sender,
		.ca_file = conf->sms_smsc_tls_ca.p,
		.deadline_ms = conf->sms_smsc_answer_s * 1000,
		.window = (size_t)conf->sms_smsc_window,
	};
	try(passfile_read(s->c, s->g->kept, "[sms_smsc] password_file",
			  conf->sms_smsc_password_file, &opts.password));
	return said(s,
		    sms_smsc_start(&opts, s->sms_events, conf->sms_smsc_poll_s * 1000, &s->g->sms),
		    "[sms_smsc]");
}

static enum err check_sms_smpp(const struct cli *c)
{
	const struct config *conf = c->app->conf;
	if (conf->sms_smpp_address.n == 0)
		return complain(c, "[sms_smpp] address",
				"name the message centre, such as smpp.carrier.example:2775");
	if (conf->sms_smpp_system_id.n == 0)
		return complain(c, "[sms_smpp] system_id", "name us as the carrier does");
	if (conf->sms_smpp_password_file.n == 0)
		return complain(c, "[sms_smpp] password_file",
				"name the file that holds the password");
	return OK;
}

static enum err start_sms_smpp(const struct start *s)
{
	struct sms_smpp_opts opts = sms_smpp_opts(s->conf);
	opts.clock = s->c->app->clock;
	opts.rnd = s->c->app->rnd;
	opts.log = s->c->app->log;
	try(passfile_read(s->c, s->g->kept, "[sms_smpp] password_file",
			  s->conf->sms_smpp_password_file, &opts.password));
	if (opts.password.bytes.n > SMS_SMPP_PASSWORD_MAX)
		return complain(s->c, "[sms_smpp] password_file",
				"SMPP has no passwords of more than 8 characters");
	return said(s, sms_smpp_start(&opts, s->sms_events, &s->g->sms), "[sms_smpp] tls_ca");
}

/* --- which -------------------------------------------------------------------- */

static const struct kind mail_kinds[] = {
	{ .name = STR("none") },
	{ .name = STR("log"), .start = start_mail_log },
	{ .name = STR("smtp"), .check = check_mail_smtp, .start = start_mail_smtp },
	{ .name = STR("") },
};

static const struct kind sms_kinds[] = {
	{ .name = STR("none") },
	{ .name = STR("log"), .start = start_sms_log },
	{ .name = STR("smpp"), .check = check_sms_smpp, .start = start_sms_smpp },
	{ .name = STR("kannel"), .check = check_sms_kannel, .start = start_sms_kannel },
	{ .name = STR("smsc"), .check = check_sms_smsc, .start = start_sms_smsc },
	{ .name = STR("") },
};

/* The settings know no other names. */
static const struct kind *find(const struct kind *k, struct str name)
{
	while (k->name.n && !str_eq(k->name, name))
		k++;
	return k;
}

enum err gateways_check(const struct cli *c)
{
	const struct kind *mail = find(mail_kinds, c->app->conf->mail_gateway);
	const struct kind *sms = find(sms_kinds, c->app->conf->sms_gateway);
	if (mail->check)
		try(mail->check(c));
	return sms->check ? sms->check(c) : OK;
}

static enum err start(const struct start *s)
{
	const struct kind *mail = find(mail_kinds, s->conf->mail_gateway);
	const struct kind *sms = find(sms_kinds, s->conf->sms_gateway);
	if (mail->start)
		try(mail->start(s));
	return sms->start ? sms->start(s) : OK;
}

enum err gateways_start(const struct cli *c, const struct port_sms_events *sms,
			const struct port_mail_events *mail, struct gateways *ret)
{
	try(gateways_check(c));
	struct gateways g = { .kept = arena_new(KEPT_BYTES_MAX) };
	const struct start s = {
		.c = c,
		.conf = c->app->conf,
		.sms_events = sms,
		.mail_events = mail,
		.g = &g,
	};
	enum err e = g.kept ? start(&s) : E_NOMEM;
	if (e != OK) {
		port_sms_stop(g.sms, 0);
		port_mail_stop(g.mail, 0);
		gateways_done(&g);
		return e;
	}
	*ret = g;
	return OK;
}

int64_t gateways_refused(const struct gateways *g)
{
	bool sms = g->sms && port_sms_link(g->sms) == SMS_LINK_REFUSED;
	bool mail = g->mail && port_mail_link(g->mail) == MAIL_LINK_REFUSED;
	return (int64_t)sms + mail;
}

void gateways_done(struct gateways *g)
{
	arena_free(g->kept);
	*g = (struct gateways){ 0 };
}
