#pragma once

#include "mocks/hubspot/call.hpp"

namespace firedrill::hubspot {

// /oauth/v1: any client and any code are good, each code once.

HttpReply post_token(const Call& call);
HttpReply get_access_token(const Call& call);
HttpReply get_refresh_token(const Call& call);
HttpReply delete_refresh_token(const Call& call);

/// /oauth/v2/private-apps/get/access-token-info: what a private app's token is good for.
HttpReply post_private_app_token_info(const Call& call);

}  // namespace firedrill::hubspot
