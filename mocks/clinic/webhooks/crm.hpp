#pragma once

#include "harness/aio/http_client.hpp"
#include "harness/base/time.hpp"
#include "mocks/clinic/retry.hpp"
#include "mocks/clinic/webhooks/webhook_effect.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace firedrill::clinic {

/// Opens a ticket in the CRM for every event but those about tickets: its id and its type, nothing
/// of a patient.
///
/// What the CRM surely did not do (no connection, 429, 5xx) is tried again at once; a call that may
/// have got there is not, since the CRM takes no idempotency keys. Thread: the client's. Lifetime:
/// the client outlives it, it outlives its calls.
class Crm final : public WebhookEffect {
 public:
  struct Options {
    std::string base_url;  ///< Without a slash at the end; "": there is no CRM, nothing to do.
    std::string token;
    Duration timeout = std::chrono::milliseconds{300};  ///< Of one call.
    std::uint32_t attempts = 2;                         ///< The first included.
    Duration backoff = std::chrono::milliseconds{50};   ///< Between them.
  };

  Crm(HttpClient& http, Pause pause, Options options);

  boost::asio::awaitable<EffectResult> apply(WebhookSender sender, WebhookEvent event,
                                             std::string correlation_id) override;

 private:
  HttpClient& http_;
  const Pause pause_;
  const Options options_;
};

}  // namespace firedrill::clinic
