#include "mocks/clinic/webhooks/webhook_inbox.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;

/// Ids of different senders may be the same.
std::string key_of(WebhookSender sender, const WebhookEvent& event) {
  return std::string{name_of(sender)} + ":" + event.id;
}

}  // namespace

WebhookInbox::WebhookInbox(Parts parts, Defects defects, std::size_t kept,
                           std::size_t dead_letters_max)
    : parts_{parts}, defects_{defects}, events_{kept}, letters_{dead_letters_max} {}

net::awaitable<bool> WebhookInbox::take(WebhookSender sender, std::vector<WebhookEvent> events,
                                        std::string correlation_id) {
  bool all_taken = true;
  EffectResult last;  // of this request: once its effects cannot be had, the rest is not tried
  for (const WebhookEvent& event : events) {
    const bool fresh = is_new(sender, event);
    if (!fresh && !defects_.duplicate_effects) {
      parts_.metrics.webhook_seen(sender, WebhookOutcome::duplicate);
      continue;
    }
    if (!last.may_pass_later) last = co_await try_effect(sender, event, correlation_id);
    WebhookOutcome outcome = WebhookOutcome::processed;
    if (!last.done) outcome = keep(DeadLetter{sender, event, correlation_id, last.why});
    parts_.metrics.webhook_seen(sender, outcome);
    all_taken = all_taken && outcome != WebhookOutcome::overflow;
  }
  co_return all_taken;
}

net::awaitable<WebhookInbox::Reprocessed> WebhookInbox::reprocess() {
  Reprocessed result;
  const std::uint64_t end = letters_.end();
  bool too_early = false;
  for (std::uint64_t next = 0; !too_early;) {
    const std::optional<DeadLetters::Claim> claim = letters_.claim(next, end);
    if (!claim) break;
    next = claim->number + 1;
    const DeadLetter& letter = claim->letter;
    EffectResult tried = co_await try_effect(letter.sender, letter.event, letter.correlation_id);
    if (tried.done) {
      letters_.done(claim->number);
      parts_.metrics.webhook_seen(letter.sender, WebhookOutcome::reprocessed);
      ++result.done;
    } else {
      letters_.failed(claim->number, std::move(tried.why));
    }
    too_early = tried.may_pass_later;
  }
  result.left = letters_.size();
  co_return result;
}

net::awaitable<EffectResult> WebhookInbox::try_effect(WebhookSender sender, WebhookEvent event,
                                                      std::string correlation_id) {
  const std::string key = key_of(sender, event);
  EffectResult result =
      co_await parts_.effect.apply(sender, std::move(event), std::move(correlation_id));
  Known* const known = events_.find(key);  // others may have pushed it out meanwhile
  if (result.done && known) ++known->processed;
  co_return result;
}

bool WebhookInbox::is_new(WebhookSender sender, const WebhookEvent& event) {
  const std::string key = key_of(sender, event);
  if (events_.find(key)) return false;
  events_.put(key, Known{sender, event, 0, parts_.clock.wall_now(), ++sequence_});
  return true;
}

WebhookOutcome WebhookInbox::keep(DeadLetter letter) {
  parts_.log.write(LogLevel::warning, "webhook acknowledged without its effect",
                   {{"correlation_id", letter.correlation_id},
                    {"provider", name_of(letter.sender)},
                    {"why", letter.reason}});
  if (defects_.dlq_drops) return WebhookOutcome::dead_lettered;
  const std::string key = key_of(letter.sender, letter.event);
  if (letters_.add(std::move(letter))) return WebhookOutcome::dead_lettered;
  events_.erase(key);  // it will be brought again, and is new then
  return WebhookOutcome::overflow;
}

std::string WebhookInbox::json() const {
  using nlohmann::ordered_json;
  ordered_json events = ordered_json::array();
  events_.oldest_first([&events](const std::string&, const Known& known) {
    events.push_back({{"id", known.event.id},
                      {"provider", name_of(known.sender)},
                      {"type", known.event.type},
                      {"processed", known.processed},
                      {"received_at", to_rfc3339(known.received_at)},
                      {"sequence", known.sequence}});
    return true;
  });
  const ordered_json body{{"events", std::move(events)}};
  return dump(body);
}

}  // namespace firedrill::clinic
