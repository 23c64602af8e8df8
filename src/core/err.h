/* The dozen outcomes of the whole product. The code tells the program what to do; the text for a
 * person is attached where it is known (domain/say.def for subscribers, struct report for
 * administrators). */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#define must_check __attribute__((warn_unused_result))

enum err {
	OK = 0,
	E_NOTFOUND, /* no such thing, or not yours: the two are never told apart */
	E_CONFLICT, /* the key was used for something else, or the state does not allow it */
	E_INPUT,    /* what was given cannot be used; nothing was changed */
	E_DENIED,   /* not allowed to this caller */
	E_LIMIT,    /* a declared maximum was reached (tries, bytes, money) */
	E_BUSY,     /* a bounded queue is full: come back later */
	E_UPSTREAM, /* somebody else's system refused or failed */
	E_UNKNOWN,  /* it may or may not have happened: look it up by its key */
	E_STORE,    /* the database failed; nothing was changed */
	E_NOMEM,
	E_RETRY, /* run the transaction again; never leaves the transaction runner */
};

/** err_name(e): the code's name without its E_, in lower case, for logs. */
const char *err_name(enum err e);

/** try(x): return from the calling function with the error of ${x}, if it has one. */
#define try(x)                                                                                     \
	do {                                                                                       \
		enum err try_err_ = (x);                                                           \
		if (try_err_ != OK)                                                                \
			return try_err_;                                                           \
	} while (0)

#endif
