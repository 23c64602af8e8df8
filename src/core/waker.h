/* A bell: whoever has written something for another thread or process to do rings it, and goes on.
 * What it is (an eventfd of the supervisor) is known where it is made. */
#ifndef CORE_WAKER_H
#define CORE_WAKER_H

struct waker {
	void (*wake)(const struct waker *w); /* thread-safe, never waits, may ring for nothing */
};

#endif
