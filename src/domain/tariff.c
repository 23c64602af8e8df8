/* Tariffs. A version that has been in force is never changed: another price is another version. */
#include "domain/tariff.h"

#include "q_tariff.h"

enum err tariff_operator_put(struct tx *tx, struct str code, struct str name)
{
	return q_tariff_operator_put(
		tx, &(struct q_tariff_operator_put_args){ .code = code, .name = name });
}

enum err tariff_find(struct tx *tx, struct arena *a, struct str operator_code, struct str code,
		     int64_t *ret_id)
{
	return q_tariff_find(tx, a,
			     &(struct q_tariff_find_args){ .operator= operator_code, .code = code },
			     ret_id);
}

static enum err put_name(const struct app *app, struct tx *tx, struct arena *a,
			 const struct tariff_version *v, int64_t *ret_id)
{
	struct str operator_name;
	try(q_tariff_operator_find(tx, a, v->operator_code, &operator_name));
	try(q_tariff_put(tx, &(struct q_tariff_put_args){
				     .id = id_next(app->ids),
				     .operator= v->operator_code,
				     .code = v->code,
				     .name = v->name,
			     }));
	return tariff_find(tx, a, v->operator_code, v->code, ret_id);
}

static enum err match_version(struct tx *tx, struct arena *a, const struct tariff_version *v,
			      int64_t id)
{
	struct q_tariff_version_find_row row;
	try(q_tariff_version_find(
		tx, a, &(struct q_tariff_version_find_args){ .tariff = id, .from_day = v->from },
		&row));
	bool same = money_cmp(row.fee, v->fee) == 0 && row.minutes == v->minutes &&
		    row.data_mb == v->data_mb && row.sms == v->sms;
	return same ? OK : E_CONFLICT;
}

enum err tariff_put(const struct app *app, struct tx *tx, struct arena *a,
		    const struct tariff_version *v, int64_t *ret_id, bool *ret_fresh)
{
	int64_t id, added;
	try(put_name(app, tx, a, v, &id));
	try(q_tariff_version_add(tx,
				 &(struct q_tariff_version_add_args){
					 .tariff = id,
					 .from_day = v->from,
					 .fee = v->fee,
					 .minutes = v->minutes,
					 .data_mb = v->data_mb,
					 .sms = v->sms,
				 },
				 &added));
	if (added == 0)
		try(match_version(tx, a, v, id));
	*ret_id = id;
	*ret_fresh = added > 0;
	return OK;
}

enum err tariff_connect(struct tx *tx, struct arena *a, int64_t number_id, int64_t tariff_id,
			struct date from, bool *ret_fresh)
{
	int64_t added, present;
	try(q_tariff_connect(tx,
			     &(struct q_tariff_connect_args){
				     .number = number_id, .from_day = from, .tariff = tariff_id },
			     &added));
	if (added == 0) {
		try(q_tariff_connected(
			tx, a,
			&(struct q_tariff_connected_args){ .number = number_id, .from_day = from },
			&present));
		if (present != tariff_id)
			return E_CONFLICT;
	}
	*ret_fresh = added > 0;
	return OK;
}
