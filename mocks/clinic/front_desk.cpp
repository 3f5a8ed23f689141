#include "mocks/clinic/front_desk.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;

constexpr std::array<std::string_view, kWebhookSenders.size()> kSecretVariables{
    "CLINIC_STRIPE_SECRET", "CLINIC_TWILIO_TOKEN", "CLINIC_HUBSPOT_SECRET",
    "CLINIC_WHATSAPP_SECRET"};

std::string_view refusal_text(SignatureCheck check) {
  switch (check) {
    case SignatureCheck::good:
      return "";
    case SignatureCheck::missing:
      return "Invalid signature: there is none";
    case SignatureCheck::wrong:
      return "Invalid signature";
    case SignatureCheck::stale:
      return "Invalid signature: its timestamp is more than 300 s old";
  }
  return "";
}

/// Twilio wants TwiML, be it without instructions; the others only want to be told.
HttpReply acknowledge(WebhookSender sender, std::size_t events) {
  if (sender == WebhookSender::twilio) {
    HttpReply reply;
    reply.headers.push_back({"Content-Type", "text/xml"});
    reply.body = R"(<?xml version="1.0" encoding="UTF-8"?><Response></Response>)";
    return reply;
  }
  const nlohmann::ordered_json body{{"status", "success"}, {"events", events}};
  return json_reply(200, dump(body));
}

std::string subject_of(WebhookSender sender, const std::vector<WebhookEvent>& events) {
  if (events.empty()) return "";
  const std::string first = std::string{name_of(sender)} + ":" + events.front().id;
  return events.size() == 1 ? first : first + " and " + std::to_string(events.size() - 1) + " more";
}

}  // namespace

FrontDesk::FrontDesk(Parts parts, WebhookSecrets secrets, Defects defects)
    : parts_{std::move(parts)},
      secrets_{std::move(secrets)},
      defects_{defects},
      inbox_{{parts_.effect, parts_.metrics, parts_.log, parts_.clock}, defects},
      bookings_{defects, parts_.pause} {}

net::awaitable<Answered> FrontDesk::receive(WebhookSender sender, HttpRequest request,
                                            std::string correlation_id) {
  Answered answered;
  const auto index = static_cast<std::size_t>(sender);
  if (secrets_.at(index).empty()) {
    const std::string why =
        std::string{kSecretVariables.at(index)} + " is not set: nothing says who sends this";
    answered.reply = refuse(sender, WebhookOutcome::unconfigured, 503, why, correlation_id);
    co_return answered;
  }
  if (request.body.size() > kWebhookBodyMax) {
    answered.reply = refuse(sender, WebhookOutcome::malformed, 413,
                            "the body is larger than 262144 bytes", correlation_id);
    co_return answered;
  }
  const SignatureCheck signature = check(sender, request);
  if (signature != SignatureCheck::good) {
    const bool old = signature == SignatureCheck::stale;
    answered.reply =
        refuse(sender, old ? WebhookOutcome::stale : WebhookOutcome::unsigned_,
               refusal_status(sender, signature), refusal_text(signature), correlation_id);
    co_return answered;
  }
  std::optional<std::vector<WebhookEvent>> events = read_events(sender, request);
  if (!events) {
    answered.reply =
        refuse(sender, WebhookOutcome::malformed, 400, "Invalid payload", correlation_id);
    co_return answered;
  }
  const std::size_t count = events->size();
  answered.subject = subject_of(sender, *events);
  const bool taken = co_await inbox_.take(sender, *std::move(events), correlation_id);
  answered.reply = taken ? acknowledge(sender, count)
                         : error_reply(503, "no more dead letters can be kept", correlation_id);
  co_return answered;
}

net::awaitable<Answered> FrontDesk::reprocess() {
  const WebhookInbox::Reprocessed result = co_await inbox_.reprocess();
  const nlohmann::ordered_json body{{"reprocessed", result.done}, {"left", result.left}};
  Answered answered;
  answered.reply = json_reply(200, dump(body));
  co_return answered;
}

net::awaitable<Answered> FrontDesk::book(HttpRequest request, std::string id,
                                         std::string correlation_id) {
  Answered answered;
  if (request.body.size() > kScoreBodyMax) {
    answered.reply = error_reply(413, "the body is larger than 65536 bytes", correlation_id);
    co_return answered;
  }
  Result<BookingRequest> wanted = parse_booking(request.body);
  if (!wanted) {
    answered.reply = error_reply(400, wanted.error().message, correlation_id);
    co_return answered;
  }
  const std::optional<Bookings::Refusal> refusal = co_await bookings_.book(*std::move(wanted), id);
  if (!refusal) {
    const nlohmann::ordered_json body{{"booking_id", id}};
    answered.reply = json_reply(201, dump(body));
    answered.subject = std::move(id);
  } else if (*refusal == Bookings::Refusal::taken) {
    answered.reply = error_reply(409, "the slot is taken", correlation_id);
  } else {
    answered.reply = error_reply(503, "no more bookings can be kept", correlation_id);
  }
  co_return answered;
}

RecordCounts FrontDesk::counts() const {
  RecordCounts counts;
  counts.dead_letters = inbox_.dead_letters().size();
  counts.dead_letters_refused = inbox_.dead_letters().refused();
  counts.events_forgotten = inbox_.forgotten();
  counts.bookings_refused = bookings_.refused();
  return counts;
}

HttpReply FrontDesk::refuse(WebhookSender sender, WebhookOutcome outcome, int status,
                            std::string_view why, std::string_view correlation_id) {
  parts_.metrics.webhook_seen(sender, outcome);
  parts_.log.write(LogLevel::warning, "webhook refused",
                   {{"correlation_id", correlation_id},
                    {"provider", name_of(sender)},
                    {"outcome", name_of(outcome)},
                    {"why", why}});
  return error_reply(status, why, correlation_id);
}

SignatureCheck FrontDesk::check(WebhookSender sender, const HttpRequest& request) const {
  const std::string& secret = secrets_.at(static_cast<std::size_t>(sender));
  const SignatureCheck found =
      check_signature(sender, request, url_of(request), secret, parts_.clock.wall_now());
  const bool passed_over = (defects_.unsigned_accepted && found == SignatureCheck::missing) ||
                           (defects_.stale_accepted && found == SignatureCheck::stale);
  return passed_over ? SignatureCheck::good : found;
}

}  // namespace firedrill::clinic
