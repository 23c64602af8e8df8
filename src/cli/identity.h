/* Who a role is: its user, and none of root's powers. */
#ifndef CLI_IDENTITY_H
#define CLI_IDENTITY_H

#include "cli/cli.h"
#include "cli/role.h"

/**
 * identity_drop(c, role):
 * Started as root: become the user of [roles] <role>_user with its groups; where none is named stay
 * root, say so in the log, and be no more than the owner of root's files. In every case give up all
 * capabilities, for good. What the role makes from now on its group may write, since roles share
 * the store by their group. Expected: E_INPUT (no such user, or not root and somebody else: said on
 * err_fd), E_DENIED (the kernel refused).
 */
enum err identity_drop(const struct cli *c, enum role role) must_check;

#endif
