/* What somebody does who has the database, and not the program. */
#ifndef SUPPORT_TAMPER_H
#define SUPPORT_TAMPER_H

#include "support/kit.h"

/** tamper_open_audit(k): its rows can be changed from now on. */
void tamper_open_audit(struct kit *k);

#endif
