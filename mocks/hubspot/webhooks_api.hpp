#pragma once

#include "mocks/hubspot/call.hpp"

namespace firedrill::hubspot {

// /webhooks/v3/{appId}

HttpReply get_webhook_settings(const Call& call);
HttpReply put_webhook_settings(const Call& call);
HttpReply delete_webhook_settings(const Call& call);
HttpReply list_subscriptions(const Call& call);
HttpReply post_subscription(const Call& call);
HttpReply get_subscription(const Call& call);
HttpReply patch_subscription(const Call& call);
HttpReply delete_subscription(const Call& call);
HttpReply batch_update_subscriptions(const Call& call);

}  // namespace firedrill::hubspot
