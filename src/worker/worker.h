/* The worker: carries messages from the outbox to the gateways and brings back what became of
 * them. A thread waits for the bell (an eventfd, and on PostgreSQL what other processes notify) or
 * for five seconds, and wakes the pumps, one for each kind of messages (pump.c). */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include "domain/app.h"
#include "domain/port_mail.h"
#include "domain/port_sms.h"

struct worker;

/**
 * worker_new(app, wake_fd, &ret):
 * Nothing runs yet. ${wake_fd}: an eventfd that is rung when there is something to send, -1: none;
 * it stays the caller's. ${app}->ids and ${app}->keys are needed. Expected: E_NOMEM.
 */
enum err worker_new(const struct app *app, int wake_fd, struct worker **ret) must_check;

/** worker_sms_events(w), worker_mail_events(w): what a gateway is to be started with; valid until
 * worker_stop(). */
struct port_sms_events worker_sms_events(struct worker *w);
struct port_mail_events worker_mail_events(struct worker *w);

/**
 * worker_start(w, sms, mail):
 * Begin with these gateways, which are the worker's from now on, also when this fails; NULL: what
 * would go there stays queued, until its deadline if it has one. Expected: E_NOMEM (then only
 * worker_stop() may follow).
 */
enum err worker_start(struct worker *w, struct port_sms *sms, struct port_mail *mail) must_check;

/**
 * worker_stop(w, drain_ms):
 * Take nothing more, give the gateways ${drain_ms} for what is on its way, stop them, write down
 * what became of it, queue again what was not handed over, free ${w}. Also without worker_start().
 * NULL does nothing.
 */
void worker_stop(struct worker *w, int64_t drain_ms);

/* Since the start. */
struct worker_stats {
	int64_t taken, sent, again, delivered, failed, unknown;
	int64_t dropped; /* receipts that name nothing we sent, of more than are kept */
};

/** worker_stats(w, &ret): of both kinds together; from any thread. */
void worker_stats(const struct worker *w, struct worker_stats *ret);

#endif
