#include "harness/run/webhook_source.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/rng.hpp"
#include "harness/load/request_factory.hpp"
#include "harness/spec/names.hpp"
#include "mocks/webhooks/events.hpp"
#include "mocks/webhooks/retry_policy.hpp"
#include "mocks/webhooks/signed_request.hpp"

#include <utility>

namespace firedrill {
namespace {

NoAnswer no_answer_of(SendResult::Kind kind) {
  switch (kind) {
    case SendResult::Kind::answered:
      return NoAnswer::none;
    case SendResult::Kind::guard_refused:
      return NoAnswer::refused;
    case SendResult::Kind::refused:
    case SendResult::Kind::no_descriptor:
    case SendResult::Kind::port_exhausted:
      return NoAnswer::no_connection;
    case SendResult::Kind::timed_out:
      return NoAnswer::timed_out;
    case SendResult::Kind::reset:
    case SendResult::Kind::cancelled:
      return NoAnswer::connection_lost;
    case SendResult::Kind::garbled:
      return NoAnswer::not_http;
  }
  return NoAnswer::connection_lost;
}

std::string failure_of(NoAnswer cause) {
  switch (cause) {
    case NoAnswer::none:
      return "";
    case NoAnswer::refused:
      return "refused by the guard";
    case NoAnswer::no_connection:
      return "no connection";
    case NoAnswer::timed_out:
      return "timed out";
    case NoAnswer::connection_lost:
      return "connection lost";
    case NoAnswer::not_http:
      return "the answer is not HTTP";
    case NoAnswer::too_large:
      return "the answer is too large";
  }
  return "";
}

}  // namespace

Duration webhook_timeout(const spec::Stream& stream) {
  FD_ASSERT(stream.webhook.has_value());
  const spec::WebhookTraffic& webhook = *stream.webhook;
  return retry_policy(webhook.provider, stream.request.path, webhook.deliver).timeout;
}

WebhookSource::WebhookSource(Options options) : options_{std::move(options)} {}

/// One event more, as the provider builds it at the time of its release less its delay.
Outgoing WebhookSource::build(const DeliveryChoice& choice, const Release& release) {
  ProviderContext context;
  context.number = events_;
  context.now = options_.origin.steady + release.due - choice.delay;
  context.wall = wall_at(release.due - choice.delay);
  context.rng = Rng::derive(options_.seed, options_.stream + ".event", events_++);
  Outgoing event = options_.build(context);
  event.url = options_.base_url + options_.path;
  if (!options_.webhook.secret.empty()) event.secret = options_.webhook.secret;
  return event;
}

/// A new event; those that are dropped on the way are told of and skipped, within reason: a release
/// has to send something.
WebhookSource::Flight WebhookSource::fresh(const Release& release) {
  constexpr int kDroppedMax = 1000;
  for (int tries = 0;; ++tries) {
    const DeliveryChoice choice =
        choose_delivery(options_.webhook.deliver, options_.seed, options_.stream, events_);
    Flight flight;
    Deliveries::Attempted& attempted = flight.attempted;
    attempted.call = build(choice, release);
    attempted.built = options_.origin.steady + release.due - choice.delay;
    attempted.corruption = choice.corruption;
    WebhookEntry& entry = attempted.entry;
    entry.event = attempted.call.event;
    entry.id = attempted.call.id;
    entry.url = attempted.call.url;
    if (choice.corruption) entry.corrupted = spec::name_of(*choice.corruption);
    entry.delayed = choice.delay > Duration{0};
    entry.slow = choice.slow_over > Duration{0};
    attempted.slow_over = choice.slow_over;
    if (!choice.drop || tries == kDroppedMax) return flight;
    entry.fate = WebhookFate::dropped;
    options_.attempted(std::move(attempted));
  }
}

/// The last sound event once more, byte for byte or signed anew.
WebhookSource::Flight WebhookSource::again(const DeliveryChoice& choice, const Release& release) {
  Flight flight = *last_;
  WebhookEntry& entry = flight.attempted.entry;
  entry.copy = choice.replay ? WebhookCopy::replay : WebhookCopy::duplicate;
  entry.reordered = entry.delayed = entry.slow = false;
  flight.attempted.slow_over = Duration{0};
  flight.attempted.built = options_.origin.steady + release.due;
  if (!choice.replay) sign(flight, release);
  return flight;
}

WebhookSource::Flight WebhookSource::next_flight(const Release& release) {
  // By the release, so that what stands in for an event is not itself replaced for ever.
  const DeliveryChoice choice = choose_delivery(options_.webhook.deliver, options_.seed,
                                                options_.stream + ".release", release.index);
  if (last_ && (choice.replay || choice.duplicate)) return again(choice, release);
  Flight flight;
  if (held_) {
    flight = *std::exchange(held_, std::nullopt);
    flight.attempted.entry.reordered = true;
  } else {
    flight = fresh(release);
    if (choice.reorder) {
      held_ = std::move(flight);
      flight = fresh(release);
    }
  }
  sign(flight, release);
  if (!flight.attempted.corruption) last_ = flight;
  return flight;
}

void WebhookSource::sign(Flight& flight, const Release& release) const {
  Signing signing = signing_of(flight.attempted.call, wall_at(release.at));
  signing.corruption = flight.attempted.corruption;
  flight.request = signed_request(flight.attempted.call, signing);
}

OutgoingRequest WebhookSource::make(const Release& release) {
  Flight flight = next_flight(release);
  OutgoingRequest request;
  request.path = flight.request.url.substr(options_.base_url.size());
  request.body = flight.request.body;
  for (const HttpHeader& header : flight.request.headers) {
    request.headers.push_back(header.name + ": " + header.value);
  }
  request.correlation_id = correlation_id_of(options_.seed, options_.stream, release.index);
  request.headers.push_back(options_.correlation_header + ": " + request.correlation_id);
  request.body_over = flight.attempted.slow_over;
  in_flight_.insert_or_assign(release.index, std::move(flight));
  return request;
}

void WebhookSource::dropped(const Release& release, Drop) { in_flight_.erase(release.index); }

void WebhookSource::ended(const Release& release, const SendResult& result, Offset done) {
  auto node = in_flight_.extract(release.index);
  if (node.empty()) return;
  Deliveries::Attempted attempted = std::move(node.mapped().attempted);
  attempted.sent = options_.origin.steady + release.at;
  attempted.done = options_.origin.steady + done;
  attempted.outcome.status = result.status;
  attempted.outcome.cause = no_answer_of(result.kind);
  attempted.outcome.failure = failure_of(attempted.outcome.cause);
  if (result.kind == SendResult::Kind::cancelled) {
    attempted.outcome.failure = "cancelled: the drill was stopped";
    attempted.call.retried = false;
  }
  options_.attempted(std::move(attempted));
}

std::shared_ptr<WebhookSource> make_webhook_source(
    const spec::Scenario& scenario, const spec::Stream& stream, const WebhookSetting& setting,
    std::function<void(Deliveries::Attempted)> attempted) {
  WebhookSource::Options source;
  source.stream = stream.name;
  source.webhook = *stream.webhook;
  source.base_url = setting.system_url;
  source.path = stream.request.path;
  source.correlation_header = scenario.correlation_header;
  source.seed = setting.seed;
  source.origin = setting.origin;
  source.build = [webhook = *stream.webhook](ProviderContext& context) {
    return sample_event(webhook.provider, webhook.event, context).value();
  };
  source.attempted = std::move(attempted);
  return std::make_shared<WebhookSource>(std::move(source));
}

}  // namespace firedrill
