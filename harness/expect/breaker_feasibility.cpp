#include "harness/expect/breaker_feasibility.hpp"

#include "harness/expect/feasibility.hpp"
#include "harness/expect/feasibility_window.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// Healthy phases shorter than this are not looked at.
constexpr Duration kHealthyMin = std::chrono::milliseconds{500};
/// Requests before the fault without which nobody knows how often calls come.
constexpr std::uint64_t kHealthyRequestsMin = 20;

using Spans = std::vector<PlannedSpan>;
using Problem = std::optional<std::string>;

/// The planned stretches in which a fault of the mock is active.
Spans faults_on(const spec::Scenario& scenario, const std::string& mock) {
  Spans spans;
  for (const spec::Fault& fault : scenario.faults) {
    if (!spec::mock_fault_of(fault, mock)) continue;
    const auto [from, to] = scenario.span_of(fault);
    spans.push_back({from, to});
  }
  std::sort(spans.begin(), spans.end(),
            [](const PlannedSpan& a, const PlannedSpan& b) { return a.from < b.from; });
  return spans;
}

bool overlap(const PlannedSpan& a, const PlannedSpan& b) { return a.from < b.to && b.from < a.to; }

bool any_overlap(const Spans& some, const Spans& others) {
  return std::any_of(some.begin(), some.end(), [&](const PlannedSpan& a) {
    return std::any_of(others.begin(), others.end(),
                       [&](const PlannedSpan& b) { return overlap(a, b); });
  });
}

Problem check_healthy_time(const spec::Scenario& scenario, const std::string& mock, Offset fault) {
  std::uint64_t requests = 0;
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    const Offset start = scenario.phase_start(i);
    const Offset end = start + scenario.timeline[i].length;
    if (end > fault || end - start < kHealthyMin) continue;
    for (const spec::Stream& stream : scenario.traffic) {
      requests += expected_requests(stream, start, end);
    }
  }
  if (requests >= kHealthyRequestsMin) return std::nullopt;
  return "to see the breaker of " + mock + ", its healthy traffic must be known: at least " +
         std::to_string(kHealthyRequestsMin) + " requests in phases of " + to_text(kHealthyMin) +
         " or more before the fault, and " + std::to_string(requests) +
         " are planned; put a longer phase in front of it";
}

bool needs_open_time(const spec::BreakerExpectation& breaker) {
  return breaker.opens || breaker.reset || breaker.while_open || breaker.trials_max ||
         breaker.hung_trial || breaker.reopens || breaker.stays_closed || breaker.openings_max;
}

Problem check_times(const spec::BreakerExpectation& breaker, Duration length) {
  const auto too_long = [&](const char* what, Duration time) {
    return std::string{what} + " " + to_text(time) + " does not fit into " + to_text(length) +
           ", the length of its phases: make them longer";
  };
  if (breaker.reset && *breaker.reset >= length) return too_long("reset:", *breaker.reset);
  if (breaker.opens && breaker.opens->within && *breaker.opens->within >= length) {
    return too_long("opens: within:", *breaker.opens->within);
  }
  return std::nullopt;
}

Problem check_closing(const spec::BreakerExpectation& breaker, const Spans& faults,
                      const Spans& window) {
  const Offset end =
      std::max_element(window.begin(), window.end(), [](const auto& a, const auto& b) {
        return a.to < b.to;
      })->to;
  std::optional<Offset> healed;
  for (const PlannedSpan& fault : faults) {
    if (fault.to <= end) healed = std::max(healed.value_or(fault.to), fault.to);
  }
  if (!healed) {
    return "no fault of mock " + breaker.mock +
           " is healed before the end of its phases, so there is nothing to close after";
  }
  if (end - *healed > breaker.closes->within) return std::nullopt;
  return "closes: within: " + to_text(breaker.closes->within) + " does not fit into the " +
         to_text(end - *healed) +
         " between the healing of the fault and the end of its phases: make the last one longer";
}

}  // namespace

Problem check_breaker(const spec::Scenario& scenario, const spec::Expectation& expectation,
                      const spec::BreakerExpectation& breaker) {
  const Spans window = planned_window(scenario, expectation);
  const Spans faults = faults_on(scenario, breaker.mock);
  if (window.empty()) return "it has no phases to look at";
  if (faults.empty()) {
    return "no fault is injected into mock " + breaker.mock +
           ", so its breaker has no reason to open";
  }
  if (needs_open_time(breaker) && !any_overlap(faults, window)) {
    return "no fault of mock " + breaker.mock +
           " is active in its phases, so its breaker has no reason to open there";
  }
  if (auto problem = check_healthy_time(scenario, breaker.mock, faults.front().from)) {
    return problem;
  }
  if (auto problem = check_times(breaker, total_length(window))) return problem;
  return breaker.closes ? check_closing(breaker, faults, window) : std::nullopt;
}

}  // namespace firedrill
