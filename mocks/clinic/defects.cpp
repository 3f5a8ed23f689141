#include "mocks/clinic/defects.hpp"

#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/names.hpp"

#include <array>
#include <limits>
#include <string_view>
#include <utility>

namespace firedrill::clinic {
namespace {

using NamedDefect = std::pair<std::string_view, bool Defects::*>;
constexpr auto kDefects = std::to_array<NamedDefect>({
    {"no-fallback", &Defects::no_fallback},
    {"leaks-5xx", &Defects::leaks_5xx},
    {"fallback-wrong-confidence", &Defects::fallback_wrong_confidence},
    {"fallback-for-everyone", &Defects::fallback_for_everyone},
    {"fallback-counter-lies", &Defects::fallback_counter_lies},
    {"breaker-stuck-half-open", &Defects::breaker_stuck_half_open},
    {"calls-while-open", &Defects::calls_while_open},
    {"slow-when-open", &Defects::slow_when_open},
    {"herd-after-close", &Defects::herd_after_close},
    {"swallows-401", &Defects::swallows_401},
    {"correlation-lost", &Defects::correlation_lost},
    {"breaker-never-opens", &Defects::breaker_never_opens},
    {"breaker-never-closes", &Defects::breaker_never_closes},
    {"breaker-opens-late", &Defects::breaker_opens_late},
    {"breaker-opens-early", &Defects::breaker_opens_early},
    {"breaker-half-open-stampede", &Defects::breaker_half_open_stampede},
    {"breaker-flaps", &Defects::breaker_flaps},
    {"metastable", &Defects::metastable},
    {"slow-recovery", &Defects::slow_recovery},
    {"retry-storm", &Defects::retry_storm},
    {"retries-unsafe", &Defects::retries_unsafe},
    {"ignores-retry-after", &Defects::ignores_retry_after},
    {"no-jitter", &Defects::no_jitter},
    {"no-deadline", &Defects::no_deadline},
    {"no-bulkhead", &Defects::no_bulkhead},
    {"breaker-endpoint-lies", &Defects::breaker_endpoint_lies},
    {"breaker-metric-lies", &Defects::breaker_metric_lies},
    {"pool-leak", &Defects::pool_leak},
    {"unbounded-pool-wait", &Defects::unbounded_pool_wait},
    {"ready-lies", &Defects::ready_lies},
    {"dlq-drops", &Defects::dlq_drops},
    {"duplicate-effects", &Defects::duplicate_effects},
    {"unsigned-accepted", &Defects::unsigned_accepted},
    {"stale-accepted", &Defects::stale_accepted},
    {"double-booking", &Defects::double_booking},
    {"phi-in-logs", &Defects::phi_in_logs},
    {"phi-to-third-party", &Defects::phi_to_third_party},
    {"audit-gap", &Defects::audit_gap},
    {"cost-undercounted", &Defects::cost_undercounted},
    {"memory-leak", &Defects::memory_leak},
    {"cron-silent", &Defects::cron_silent},
});

}  // namespace

Result<Defects> parse_defects(const std::vector<std::string>& names) {
  Defects defects;
  for (const std::string& name : names) {
    bool known = false;
    for (const auto& [known_name, member] : kDefects) {
      if (known_name != name) continue;
      defects.*member = true;
      known = true;
    }
    if (!known) {
      const std::vector<std::string> accepted = spec::clinic_defect_names();
      return Error{"clinic: unknown defect '" + name + "'" + did_you_mean(name, accepted) +
                   "; accepted: " + join_or(accepted)};
    }
  }
  return defects;
}

CircuitBreaker::Options with_defects(CircuitBreaker::Options healthy, const Defects& defects) {
  constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();
  CircuitBreaker::Options options = healthy;
  if (defects.breaker_never_opens) options.failures_to_open = no_limit;
  if (defects.breaker_opens_late) options.failures_to_open *= 200;
  if (defects.breaker_opens_early) options.failures_to_open = 1;
  // No trial is due within the longest drill there can be, so nothing ever closes it.
  if (defects.breaker_never_closes) options.open_for = kDurationMax;
  if (defects.breaker_half_open_stampede) options.trials_max = no_limit;
  if (defects.breaker_flaps) options.in_a_row = false;
  if (defects.metastable) options.refusals_postpone = true;
  if (defects.slow_recovery) options.longer_each_time = 4;
  return options;
}

ScorerOptions with_defects(ScorerOptions healthy, const Defects& defects) {
  ScorerOptions options = healthy;
  if (defects.retry_storm) {
    options.retry.attempts_max = 12;
    options.retry.backoff = Duration{0};
    options.retry.honours_retry_after = false;
  }
  if (defects.retries_unsafe) options.retry.only_what_may_pass = false;
  if (defects.ignores_retry_after) options.retry.honours_retry_after = false;
  if (defects.no_jitter) options.retry.jitter = 0;
  if (defects.no_deadline) options.budget = kDurationMax;
  if (defects.no_bulkhead) {
    options.leads_with_ai_max = std::numeric_limits<std::uint32_t>::max();
  }
  return options;
}

}  // namespace firedrill::clinic
