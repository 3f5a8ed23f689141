#pragma once

#include "harness/aio/http.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::clinic {

/// Who sends webhooks here.
enum class WebhookSender : std::uint8_t { stripe, twilio, hubspot, whatsapp };
inline constexpr std::array<WebhookSender, 4> kWebhookSenders{
    WebhookSender::stripe, WebhookSender::twilio, WebhookSender::hubspot, WebhookSender::whatsapp};

/// "stripe", …: the label in metrics and logs.
[[nodiscard]] std::string_view name_of(WebhookSender sender);

/// What became of a webhook, for the metrics: of a whole request where it was refused, else of each
/// event in it.
enum class WebhookOutcome : std::uint8_t {
  processed,
  duplicate,      ///< Known already: acknowledged, and nothing done.
  dead_lettered,  ///< Its effect failed; acknowledged, and kept for later.
  reprocessed,    ///< A dead letter whose effect was made up for.
  overflow,       ///< Its effect failed and no place is left to keep it: not acknowledged.
  unsigned_,      ///< Without a signature, or with one that does not fit.
  stale,          ///< Well signed, too long ago.
  malformed,      ///< Well signed, but not what its sender sends; or too large.
  unconfigured,   ///< There is no secret to check it with.
};
inline constexpr std::size_t kWebhookOutcomes = 9;

/// "processed", …, "unsigned", …: the label in metrics.
[[nodiscard]] std::string_view name_of(WebhookOutcome outcome);

/// One event out of a webhook. Personal data stays behind: nothing else of it is kept.
struct WebhookEvent {
  std::string id;    ///< The sender's, the same in every delivery; 1 to 200 bytes.
  std::string type;  ///< "payment_intent.succeeded", "message.received", …; 1 to 200 bytes.
};

/// The events that a request of this sender brings, in order; HubSpot and WhatsApp send several at
/// a time, or none. Unset: it is not in the sender's form. Pure, and throws on no input.
///
/// The id is Stripe's `id`, HubSpot's `eventId`, WhatsApp's `wamid…` (a status adds what it is),
/// Twilio's I-Twilio-Idempotency-Token, or without one the sid and its status.
[[nodiscard]] std::optional<std::vector<WebhookEvent>> read_events(WebhookSender sender,
                                                                   const HttpRequest& request);

/// True when the body is said to be application/x-www-form-urlencoded.
[[nodiscard]] bool has_form(const HttpRequest& request);

}  // namespace firedrill::clinic
