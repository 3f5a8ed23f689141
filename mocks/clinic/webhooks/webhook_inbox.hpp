#pragma once

#include "harness/base/time.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/clinic/clock.hpp"
#include "mocks/clinic/defects.hpp"
#include "mocks/clinic/log.hpp"
#include "mocks/clinic/metrics.hpp"
#include "mocks/clinic/webhooks/dead_letters.hpp"
#include "mocks/clinic/webhooks/webhook_effect.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace firedrill::clinic {

/// Events whose signature was good: each has its effect once, or waits among the dead letters until
/// it can. When the answer is given, one of the two is true already.
///
/// An event is known by its sender and id. It stays known while it is one of the last kKept; one
/// that was forgotten would have its effect again, and is counted. Thread: one. Lifetime:
/// everything given outlives it, it outlives its calls.
class WebhookInbox final {
 public:
  static constexpr std::size_t kKept = 20'000;

  struct Parts {
    WebhookEffect& effect;
    Metrics& metrics;
    Log& log;
    const Clock& clock;
  };

  WebhookInbox(Parts parts, Defects defects, std::size_t kept = kKept,
               std::size_t dead_letters_max = DeadLetters::kMax);

  /// Takes the events of one request. False: not all of them are accounted for, since no dead
  /// letter finds a place any more; the sender must bring them again.
  boost::asio::awaitable<bool> take(WebhookSender sender, std::vector<WebhookEvent> events,
                                    std::string correlation_id);

  struct Reprocessed {
    std::size_t done = 0;
    std::size_t left = 0;
  };
  /// Makes up for the effects of the dead letters that are here now, one after the other, until one
  /// shows that it is too early. Two calls at a time share the work.
  boost::asio::awaitable<Reprocessed> reprocess();

  [[nodiscard]] const DeadLetters& dead_letters() const { return letters_; }
  [[nodiscard]] std::uint64_t forgotten() const { return events_.evicted(); }

  /// {"events":[{"id","provider","type","processed","received_at","sequence"}]}, the oldest first.
  [[nodiscard]] std::string json() const;

 private:
  struct Known {
    WebhookSender sender = WebhookSender::stripe;
    WebhookEvent event;
    std::uint64_t processed = 0;  // how often it had its effect
    WallTime received_at{};       // for the first time
    std::uint64_t sequence = 0;   // 1, 2, … in the order of coming
  };

  boost::asio::awaitable<EffectResult> try_effect(WebhookSender sender, WebhookEvent event,
                                                  std::string correlation_id);
  bool is_new(WebhookSender sender, const WebhookEvent& event);
  WebhookOutcome keep(DeadLetter letter);

  const Parts parts_;
  const Defects defects_;
  BoundedMap<Known> events_;
  DeadLetters letters_;
  std::uint64_t sequence_ = 0;
};

}  // namespace firedrill::clinic
