/* Style sheet, script and pictures: embedded in the program, compressed when it was built, named by
 * their hash so that a browser asks once. They never touch the store. */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "http/http.h"

/** asset_answer(req, resp): answers when the path is an asset's; false when it is not. */
bool asset_answer(const struct http_req *req, struct http_resp *resp);

#endif
