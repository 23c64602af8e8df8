/* The state machine of a SIM card as a table: a bit for each state that can follow. */
#include "domain/sim.h"

#include <assert.h>

#include "q_sim.h"

static const struct {
	struct str name;
	unsigned next;
} states[SIM_STATE_N] = {
	[SIM_STOCK] = { { "stock", 5 }, 1u << SIM_ISSUED },
	[SIM_ISSUED] = { { "issued", 6 }, 1u << SIM_REGISTERED | 1u << SIM_RETIRED },
	[SIM_REGISTERED] = { { "registered", 10 }, 1u << SIM_ORDERED | 1u << SIM_RETIRED },
	/* Back to registered when the network refuses the order. */
	[SIM_ORDERED] = { { "ordered", 7 },
			  1u << SIM_REGISTERED | 1u << SIM_ACTIVE | 1u << SIM_RETIRED },
	[SIM_ACTIVE] = { { "active", 6 }, 1u << SIM_RETIRED },
	[SIM_RETIRED] = { { "retired", 7 }, 0 },
};

struct str sim_state_name(enum sim_state s)
{
	return states[s].name;
}

enum err sim_state_parse(struct str s, enum sim_state *ret)
{
	for (enum sim_state i = 0; i < SIM_STATE_N; i++) {
		if (str_eq(states[i].name, s)) {
			*ret = i;
			return OK;
		}
	}
	return E_INPUT;
}

bool sim_may_move(enum sim_state from, enum sim_state to)
{
	return states[from].next >> to & 1;
}

enum err sim_move(const struct app *app, struct tx *tx, int64_t sim_id, enum sim_state from,
		  enum sim_state to)
{
	assert(sim_may_move(from, to));
	int64_t moved;
	try(q_sim_move(tx,
		       &(struct q_sim_move_args){
			       .id = sim_id,
			       .from = sim_state_name(from),
			       .to = sim_state_name(to),
			       .now = app_now(app),
		       },
		       &moved));
	return moved == 1 ? OK : E_CONFLICT;
}
