#pragma once

#include "harness/aio/http.hpp"
#include "mocks/clinic/answered.hpp"
#include "mocks/clinic/bookings.hpp"
#include "mocks/clinic/webhooks/signature_check.hpp"
#include "mocks/clinic/webhooks/webhook_inbox.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace firedrill::clinic {

/// With what each sender's webhooks are signed, in the order of WebhookSender; "": it has none, and
/// its webhooks are not taken. Never logged.
using WebhookSecrets = std::array<std::string, kWebhookSenders.size()>;

/// What comes in beside leads: webhooks, the letters that died of them, bookings. Checks requests
/// and words answers; the work is the inbox's and the bookings'.
///
/// Thread: one. Lifetime: everything given outlives it, it outlives its calls.
class FrontDesk final {
 public:
  /// Largest body of a webhook, in bytes: a hundred events of HubSpot fit in.
  static constexpr std::size_t kWebhookBodyMax = std::size_t{256} * 1024;

  struct Parts {
    WebhookEffect& effect;
    Metrics& metrics;
    Log& log;
    const Clock& clock;
    Pause pause;
  };

  FrontDesk(Parts parts, WebhookSecrets secrets, Defects defects);

  /// One webhook. Answers 2xx as soon as every event has had its effect or waits among the dead
  /// letters, 503 when neither can be said, else what the sender's documentation advises.
  boost::asio::awaitable<Answered> receive(WebhookSender sender, HttpRequest request,
                                           std::string correlation_id);
  boost::asio::awaitable<Answered> reprocess();
  /// `id` becomes the booking's.
  boost::asio::awaitable<Answered> book(HttpRequest request, std::string id,
                                        std::string correlation_id);

  [[nodiscard]] std::string events_json() const { return inbox_.json(); }
  [[nodiscard]] std::string dead_letters_json() const { return inbox_.dead_letters().json(); }
  [[nodiscard]] std::string bookings_json() const { return bookings_.json(); }
  /// How full everything is, and how often too full.
  [[nodiscard]] RecordCounts counts() const;

 private:
  HttpReply refuse(WebhookSender sender, WebhookOutcome outcome, int status, std::string_view why,
                   std::string_view correlation_id);
  [[nodiscard]] SignatureCheck check(WebhookSender sender, const HttpRequest& request) const;

  const Parts parts_;
  const WebhookSecrets secrets_;
  const Defects defects_;
  WebhookInbox inbox_;
  Bookings bookings_;
};

}  // namespace firedrill::clinic
