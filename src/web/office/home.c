/* Where a day in the office begins. */
#include "views.h"
#include "web/office/office.h"

enum err web_office_home_show(struct req *r)
{
	struct out o = web_out(r);
	v_office_home_show(&o, .page = &r->page, .staff = &r->staff.staff);
	return OK;
}
