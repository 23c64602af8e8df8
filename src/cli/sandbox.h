/* What a role may not do, whoever has taken it over: system calls (seccomp), files and TCP
 * (Landlock), dumps of its memory. docs/decisions/0016-*.md says what is allowed and why. */
#ifndef CLI_SANDBOX_H
#define CLI_SANDBOX_H

#include "cli/cli.h"
#include "cli/role.h"

/* Sanitizers read /proc, and look for leaks with a second process: a program built for tests is
 * confined less. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANDBOX_SANITIZED 1
#endif
#endif
#ifndef SANDBOX_SANITIZED
#define SANDBOX_SANITIZED 0
#endif

/**
 * sandbox_enter(c, role):
 * Confine this process to what ${role} needs, until it ends. To be called before there is a second
 * thread, with all listening sockets open and the keys read. The store's file may lie in the folder
 * where it is made. With [roles] sandbox = try, what this machine cannot do is logged; with require
 * it is E_DENIED, and said on err_fd.
 */
enum err sandbox_enter(const struct cli *c, enum role role) must_check;

/* A role's connections to the outside. */
enum sandbox_reach {
	SANDBOX_NOBODY,  /* what it was given, and no more */
	SANDBOX_UNIX,    /* unix sockets */
	SANDBOX_NETWORK, /* unix sockets and TCP */
};

/** sandbox_reach(c, role): whom ${role} has to reach: the worker everybody, the vault nobody, the
 * web role its database. */
enum sandbox_reach sandbox_reach(const struct cli *c, enum role role);

/* The halves: each says what could not be done, a constant, or NULL. */
const char *sandbox_files(const struct cli *c, enum role role);
const char *sandbox_calls(const struct cli *c, enum role role);

/* A file, or a folder, that holds a secret: what reading it would be called. */
typedef void sandbox_secret_fn(void *arg, const char *what, const char *path);

/**
 * sandbox_each_secret(conf, role, fn, arg):
 * Call ${fn} for each secret of the settings that ${role} has no business with once it has begun:
 * all keys and the vault's journal (those it needs it has opened by then) and the passwords of
 * gateways, but for the worker's of those it works with. What is not there is called as well.
 */
void sandbox_each_secret(const struct config *conf, enum role role, sandbox_secret_fn *fn,
			 void *arg);

/** sandbox_secrets_open(conf, role): one of them can be read by this process as it is now. */
bool sandbox_secrets_open(const struct config *conf, enum role role);

/** sandbox_each_credential(conf, fn, arg): each file that the chosen gateways read when they begin;
 * an empty path where the settings name none. */
void sandbox_each_credential(const struct config *conf, void (*fn)(void *arg, const char *path),
			     void *arg);

/** sandbox_folder(c, buf, n): the folder beneath which roles may write ([roles] state_dir, else
 * that of the SQLite store) into ${buf}; false when there is none. */
bool sandbox_folder(const struct cli *c, char *buf, size_t n);

#endif
