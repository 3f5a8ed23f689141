#pragma once

#include "mocks/clinic/webhooks/webhook_event.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace firedrill::clinic {

/// What came of one attempt to do what an event asks for.
struct EffectResult {
  bool done = false;
  bool may_pass_later = false;  ///< Whoever it takes is away; this event is not to blame.
  std::string why;              ///< For people, when not done; quotes nothing that was sent.
};

/// What an event leads to. Never thrown out of, and ends in time.
class WebhookEffect {
 public:
  virtual ~WebhookEffect() = default;
  virtual boost::asio::awaitable<EffectResult> apply(WebhookSender sender, WebhookEvent event,
                                                     std::string correlation_id) = 0;
};

}  // namespace firedrill::clinic
