#pragma once

#include "harness/base/result.hpp"
#include "mocks/clinic/circuit_breaker.hpp"
#include "mocks/clinic/scorer_options.hpp"

#include <string>
#include <vector>

namespace firedrill::clinic {

/// The planted defects: bugs that real services have had, switched on to prove that a drill catches
/// them. Named in spec::clinic_defects(); parsed once, read in the places named here and nowhere
/// else. All false is the healthy service.
struct Defects {
  // LeadScorer
  bool no_fallback = false;
  bool leaks_5xx = false;
  bool fallback_wrong_confidence = false;
  bool fallback_for_everyone = false;
  bool fallback_counter_lies = false;
  bool breaker_stuck_half_open = false;
  bool calls_while_open = false;
  bool slow_when_open = false;
  bool herd_after_close = false;
  bool swallows_401 = false;
  bool correlation_lost = false;
  bool cost_undercounted = false;
  // with_defects of CircuitBreaker::Options
  bool breaker_never_opens = false;
  bool breaker_never_closes = false;
  bool breaker_opens_late = false;
  bool breaker_opens_early = false;
  bool breaker_half_open_stampede = false;
  bool breaker_flaps = false;
  bool metastable = false;
  bool slow_recovery = false;
  // with_defects of ScorerOptions
  bool retry_storm = false;
  bool retries_unsafe = false;
  bool ignores_retry_after = false;
  bool no_jitter = false;
  bool no_deadline = false;
  bool no_bulkhead = false;
  // Patients
  bool pool_leak = false;
  bool unbounded_pool_wait = false;
  // WebhookInbox
  bool dlq_drops = false;
  bool duplicate_effects = false;
  // FrontDesk
  bool unsigned_accepted = false;
  bool stale_accepted = false;
  // Bookings, AuditLog, ReminderJob
  bool double_booking = false;
  bool audit_gap = false;
  bool cron_silent = false;
  // App, and the AI's client
  bool memory_leak = false;
  bool phi_in_logs = false;
  bool phi_to_third_party = false;
  // App, Core, Patients: what the service says about itself
  bool breaker_endpoint_lies = false;
  bool breaker_metric_lies = false;
  bool ready_lies = false;
  friend bool operator==(const Defects&, const Defects&) = default;
};

/// An unknown name is an error that lists those there are.
[[nodiscard]] Result<Defects> parse_defects(const std::vector<std::string>& names);

/// The breaker as the defects misconfigure it: its own code knows nothing of them.
[[nodiscard]] CircuitBreaker::Options with_defects(CircuitBreaker::Options healthy,
                                                   const Defects& defects);

/// The scorer likewise.
[[nodiscard]] ScorerOptions with_defects(ScorerOptions healthy, const Defects& defects);

}  // namespace firedrill::clinic
