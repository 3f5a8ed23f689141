#pragma once

#include "harness/base/time.hpp"
#include "mocks/clinic/ai.hpp"
#include "mocks/clinic/circuit_breaker.hpp"
#include "mocks/clinic/pool.hpp"
#include "mocks/clinic/process_stats.hpp"
#include "mocks/clinic/routes.hpp"
#include "mocks/clinic/scoring_rules.hpp"
#include "mocks/clinic/webhooks/webhook_event.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace firedrill::clinic {

/// How full the service's memory of things is; all but the first count what a limit cost.
struct RecordCounts {
  std::size_t dead_letters = 0;
  std::uint64_t dead_letters_refused = 0;
  std::uint64_t events_forgotten = 0;
  std::uint64_t bookings_refused = 0;
  std::uint64_t audit_forgotten = 0;
};

/// The service's metrics. Every series that an alert may read exists from the start, at zero: a
/// counter that is born with its first error hides that error from rate() and increase().
/// Thread: one.
class Metrics final {
 public:
  explicit Metrics(WallTime started);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void request_answered(Method method, Route route, int status, Duration took);
  void lead_scored(ScoreSource source);  ///< A score by the rules is a fallback.
  void ai_called(const AiReply& reply);
  void ai_billed(const TokenUsage& usage);  ///< At the list price of the model.
  void ai_asked_again();                    ///< One attempt after the first.
  void ai_spared();                         ///< Enough leads were with the AI already.
  void breaker_moved(CircuitBreaker::State to);
  void pool_is(const PoolStats& pool);  ///< As it is now.
  void webhook_seen(WebhookSender sender, WebhookOutcome outcome);
  void records_are(const RecordCounts& counts);  ///< As they are now.
  void job_alive();                              ///< The periodic job has begun once more.
  void reminder_sent(bool sent);                 ///< Or not.

  /// Prometheus text format, version 0.0.4.
  [[nodiscard]] std::string text(const ProcessStats& process);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace firedrill::clinic
