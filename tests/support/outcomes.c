/* A table under a lock, and a condition to wait for. */
#include "support/outcomes.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define WAIT_S 60
#define MOST   4096

struct row {
	int64_t id;
	enum sent_outcome outcome;
	char detail[64];
	char provider_id[SMS_ID_BYTES_MAX + 1];
};

struct receipt {
	enum sms_final state;
	char provider_id[SMS_ID_BYTES_MAX + 1];
};

struct outcomes {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct row rows[MOST];
	size_t n;
	struct receipt receipts[MOST];
	size_t receipts_n;
	int ready, ready_seen;
	bool twice;
	struct row last;
	int log_fd;
	struct log *log;
};

struct outcomes *outcomes_new(void)
{
	struct outcomes *o = calloc(1, sizeof(*o));
	assert_non_null(o);
	pthread_mutex_init(&o->lock, NULL);
	pthread_cond_init(&o->changed, NULL);
	o->log_fd = memfd_create("log", MFD_CLOEXEC);
	o->log = log_new(o->log_fd, LOG_DEBUG, clock_system());
	assert_true(o->log_fd >= 0 && o->log);
	return o;
}

void outcomes_free(struct outcomes *o)
{
	assert_false(o->twice);
	log_free(o->log);
	close(o->log_fd);
	pthread_cond_destroy(&o->changed);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

/* --- events -------------------------------------------------------------------- */

static void copy(char *to, size_t size, struct str s)
{
	snprintf(to, size, "%.*s", (int)s.n, s.p);
}

static const struct row *find(const struct outcomes *o, int64_t id)
{
	for (size_t i = 0; i < o->n; i++) {
		if (o->rows[i].id == id)
			return &o->rows[i];
	}
	return NULL;
}

static void add(struct outcomes *o, int64_t id, enum sent_outcome outcome, struct str provider_id,
		struct str detail)
{
	pthread_mutex_lock(&o->lock);
	o->twice |= find(o, id) || o->n == MOST;
	struct row *r = &o->rows[o->n % MOST];
	*r = (struct row){ .id = id, .outcome = outcome };
	copy(r->detail, sizeof(r->detail), detail);
	copy(r->provider_id, sizeof(r->provider_id), provider_id);
	o->n++;
	pthread_cond_broadcast(&o->changed);
	pthread_mutex_unlock(&o->lock);
}

static void mail_sent(void *arg, int64_t id, enum sent_outcome outcome, struct str detail)
{
	add(arg, id, outcome, STR(""), detail);
}

static void sms_sent(void *arg, int64_t id, enum sent_outcome outcome,
		     const struct str *provider_ids, size_t parts, struct str detail)
{
	add(arg, id, outcome, parts ? provider_ids[0] : STR(""), detail);
}

static enum err sms_receipt(void *arg, struct str provider_id, enum sms_final state,
			    struct str detail)
{
	struct outcomes *o = arg;
	(void)detail;
	pthread_mutex_lock(&o->lock);
	struct receipt *r = &o->receipts[o->receipts_n++ % MOST];
	r->state = state;
	copy(r->provider_id, sizeof(r->provider_id), provider_id);
	pthread_cond_broadcast(&o->changed);
	pthread_mutex_unlock(&o->lock);
	return OK;
}

static void on_ready(void *arg)
{
	struct outcomes *o = arg;
	pthread_mutex_lock(&o->lock);
	o->ready++;
	pthread_cond_broadcast(&o->changed);
	pthread_mutex_unlock(&o->lock);
}

struct port_mail_events outcomes_mail(struct outcomes *o)
{
	return (struct port_mail_events){ .arg = o, .sent = mail_sent, .ready = on_ready };
}

struct port_sms_events outcomes_sms(struct outcomes *o)
{
	return (struct port_sms_events){
		.arg = o, .sent = sms_sent, .receipt = sms_receipt, .ready = on_ready
	};
}

struct sms_http_opts outcomes_sms_http(struct outcomes *o, const char *url)
{
	return (struct sms_http_opts){
		.clock = clock_system(),
		.log = o->log,
		.url = url,
		.user = STR("kabinet"),
		.password.bytes = STR(OUTCOMES_PASSWORD),
		.sender = STR("Cabinet"),
		.ca_file = "",
		.deadline_ms = 20000,
		.window = 4,
	};
}

/* --- waiting ------------------------------------------------------------------- */

static struct timespec deadline(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += WAIT_S;
	return t;
}

/* Under the lock. */
static void wait_change(struct outcomes *o, const struct timespec *until, const char *what)
{
	if (pthread_cond_timedwait(&o->changed, &o->lock, until) == 0)
		return;
	pthread_mutex_unlock(&o->lock);
	fail_msg("waited in vain for %s", what);
}

void outcomes_want(struct outcomes *o, int64_t id, enum sent_outcome outcome)
{
	const struct timespec until = deadline();
	const struct row *r;
	pthread_mutex_lock(&o->lock);
	while (!(r = find(o, id)))
		wait_change(o, &until, "an outcome");
	o->last = *r;
	pthread_mutex_unlock(&o->lock);
	if (o->last.outcome != outcome)
		fail_msg("message %lld: outcome %d, want %d; detail: %s", (long long)id,
			 (int)o->last.outcome, (int)outcome, o->last.detail);
}

const char *outcomes_detail(struct outcomes *o)
{
	return o->last.detail;
}

const char *outcomes_provider_id(struct outcomes *o)
{
	return o->last.provider_id;
}

static const struct receipt *find_receipt(const struct outcomes *o, const char *provider_id)
{
	for (size_t i = 0; i < o->receipts_n; i++) {
		if (strcmp(o->receipts[i].provider_id, provider_id) == 0)
			return &o->receipts[i];
	}
	return NULL;
}

void outcomes_want_receipt(struct outcomes *o, const char *provider_id, enum sms_final state)
{
	const struct timespec until = deadline();
	const struct receipt *r;
	pthread_mutex_lock(&o->lock);
	while (!(r = find_receipt(o, provider_id)))
		wait_change(o, &until, "a receipt");
	enum sms_final got = r->state;
	pthread_mutex_unlock(&o->lock);
	assert_int_equal(got, state);
}

void outcomes_want_ready(struct outcomes *o, int n)
{
	const struct timespec until = deadline();
	pthread_mutex_lock(&o->lock);
	while (o->ready < n)
		wait_change(o, &until, "ready()");
	o->ready_seen = n;
	pthread_mutex_unlock(&o->lock);
}

void outcomes_any_ready(struct outcomes *o)
{
	outcomes_want_ready(o, o->ready_seen + 1);
}

struct log *outcomes_log(struct outcomes *o)
{
	return o->log;
}

int outcomes_count_log(struct outcomes *o, const char *event)
{
	char text[65536];
	ssize_t n = pread(o->log_fd, text, sizeof(text) - 1, 0);
	int count = 0;
	text[n > 0 ? n : 0] = '\0';
	for (const char *p = text; (p = strstr(p, event)); p++)
		count++;
	return count;
}

/* The log has no condition: it is looked at again until it says so. */
void outcomes_want_log(struct outcomes *o, const char *event)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	for (int i = 0; i < WAIT_S * 200; i++) {
		if (outcomes_count_log(o, event) > 0)
			return;
		nanosleep(&pause, NULL);
	}
	fail_msg("the log never says %s", event);
}
