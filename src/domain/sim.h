/* The life of a SIM card: stock -> issued -> registered -> ordered -> active -> retired. Every
 * change of state goes through sim_move(); the database refuses other steps by itself
 * (sql/schema/0002_identity.sql). */
#ifndef DOMAIN_SIM_H
#define DOMAIN_SIM_H

#include "domain/app.h"

enum sim_state {
	SIM_STOCK,
	SIM_ISSUED,
	SIM_REGISTERED,
	SIM_ORDERED,
	SIM_ACTIVE,
	SIM_RETIRED,
	SIM_STATE_N,
};

/** sim_state_name(s): as it stands in the database and in import files. */
struct str sim_state_name(enum sim_state s);

/** sim_state_parse(s, &ret): the inverse. Expected: E_INPUT. */
enum err sim_state_parse(struct str s, enum sim_state *ret) must_check;

/** sim_may_move(from, to): the step is one that a SIM card may take. */
bool sim_may_move(enum sim_state from, enum sim_state to);

/**
 * sim_move(app, tx, sim_id, from, to):
 * Take the step (sim_may_move() holds: asserted). The first issue is dated now.
 * Expected: E_CONFLICT (the card is not in state ${from}).
 */
enum err sim_move(const struct app *app, struct tx *tx, int64_t sim_id, enum sim_state from,
		  enum sim_state to) must_check;

#endif
