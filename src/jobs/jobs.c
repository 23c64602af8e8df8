/* The thread that runs the jobs. What fails is logged and tried again at its next time. */
#include "jobs/jobs.h"

#include <pthread.h>

struct job {
	const char *name;
	int64_t every_ms;
	enum err (*run)(const struct app *app);
};

static const struct job table[] = {
#define JOB(id, every_min) { .name = #id, .every_ms = (every_min)*MINUTE_MS, .run = job_##id },
#include "jobs/jobs.def"
#undef JOB
};

enum { JOBS = sizeof(table) / sizeof(table[0]), LOOK_S = 20 };

struct jobs {
	const struct app *app;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
	int64_t next_us[JOBS];
};

static void run_due(struct jobs *j)
{
	const struct clock *clock = j->app->clock;
	for (int i = 0; i < JOBS; i++) {
		if (clock->mono_us(clock) < j->next_us[i])
			continue;
		enum err e = table[i].run(j->app);
		j->next_us[i] = clock->mono_us(clock) + table[i].every_ms * 1000;
		if (e != OK)
			log_event(j->app->log, LOG_ERROR, "job_failed",
				  log_const("job", table[i].name), log_const("error", err_name(e)));
	}
}

/* True when it is time to stop. */
static bool pause_a_while(struct jobs *j)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += LOOK_S;
	pthread_mutex_lock(&j->lock);
	while (!j->stopping && pthread_cond_timedwait(&j->wake, &j->lock, &until) == 0)
		;
	bool stopping = j->stopping;
	pthread_mutex_unlock(&j->lock);
	return stopping;
}

static void *work(void *arg)
{
	struct jobs *j = arg;
	do
		run_due(j);
	while (!pause_a_while(j));
	return NULL;
}

static void init(struct jobs *j, const struct app *app)
{
	pthread_condattr_t attr;
	j->app = app;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->wake, &attr);
	pthread_condattr_destroy(&attr);
}

static void done(struct jobs *j)
{
	pthread_cond_destroy(&j->wake);
	pthread_mutex_destroy(&j->lock);
	free(j);
}

enum err jobs_start(const struct app *app, struct jobs **ret)
{
	struct jobs *j = calloc(1, sizeof(*j));
	if (!j)
		return E_NOMEM;
	init(j, app);
	if (pthread_create(&j->thread, NULL, work, j) != 0) {
		done(j);
		return E_NOMEM;
	}
	*ret = j;
	return OK;
}

void jobs_stop(struct jobs *j)
{
	if (!j)
		return;
	pthread_mutex_lock(&j->lock);
	j->stopping = true;
	pthread_cond_signal(&j->wake);
	pthread_mutex_unlock(&j->lock);
	pthread_join(j->thread, NULL);
	done(j);
}
