#include "harness/expect/feasibility.hpp"

#include "harness/base/units.hpp"
#include "harness/expect/breaker_feasibility.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/feasibility_window.hpp"
#include "harness/expect/observed_feasibility.hpp"
#include "harness/expect/wording.hpp"
#include "harness/metrics/interval.hpp"
#include "harness/metrics/series.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace firedrill {
namespace {

using Aggregate = spec::SloExpression::Aggregate;

/// Standard deviations that Poisson arrivals may stay behind their mean: one drill in 30,000.
constexpr double kPoissonMargin = 4;

std::uint64_t whole(double count) { return static_cast<std::uint64_t>(std::floor(count + 0.5)); }

/// Requests of one stream, or of all for "", that a window counts on.
struct Expected {
  std::uint64_t mean = 0;
  std::uint64_t surely = 0;  ///< In all but one drill of ten thousand.
  bool random = false;
  bool unknown = false;  ///< Depends on how fast the system answers.
};

/// How many requests of a stream's round count towards `wanted`, a stream, a step or "" for all.
double requests_counted(const spec::Stream& stream, const std::string& wanted) {
  double count = 0;
  for (const spec::Step& step : stream.steps()) {
    if (belongs_to(stream.series_of(step), wanted)) count += stream.share_of(step);
  }
  return count;
}

bool is_log_in(const spec::Stream& stream, const std::string& wanted) {
  return wanted == stream.name + ".log_in" || wanted == stream.name + ".refresh";
}

Expected requests_in(const spec::Scenario& scenario, const std::string& stream,
                     const std::vector<PlannedSpan>& spans) {
  Expected expected;
  std::uint64_t random = 0;
  for (const spec::Stream& candidate : scenario.traffic) {
    const double of_round = requests_counted(candidate, stream);
    const bool drawn = candidate.mixes && of_round < 1;
    expected.unknown =
        expected.unknown || is_log_in(candidate, stream) || (candidate.users && of_round > 0);
    for (const PlannedSpan& span : spans) {
      const auto rounds = static_cast<double>(expected_requests(candidate, span.from, span.to));
      const std::uint64_t count = whole(rounds * of_round);
      expected.mean += count;
      if (candidate.arrivals == spec::Arrivals::poisson || drawn) random += count;
    }
  }
  expected.random = random > 0;
  const double margin = std::ceil(kPoissonMargin * std::sqrt(static_cast<double>(random)));
  expected.surely = expected.mean - std::min(expected.mean, static_cast<std::uint64_t>(margin));
  if (expected.unknown) expected.surely = UINT64_MAX;
  return expected;
}

std::string too_few(const std::string& what, std::uint64_t needed, const Expected& expected,
                    Duration length) {
  std::string text = what + " needs " + counted(needed, "request") + ", and only " +
                     std::to_string(expected.mean) + " are planned in " + to_text(length);
  if (expected.random) {
    text += " (Poisson arrivals: as few as " + std::to_string(expected.surely) + ")";
  }
  // Rate and length act alike; say by how much, rounded up so that following the advice is enough.
  const double short_by =
      static_cast<double>(needed) / std::max(1.0, static_cast<double>(expected.surely));
  return text + ": raise the rate or make the phase longer, at least " +
         number_text(std::ceil(short_by * 10 + 0.5) / 10) + " times";
}

std::optional<std::string> check_share(const std::string& what, spec::Comparison comparison,
                                       double share, const Expected& expected, Duration length) {
  if (is_exact_share(share)) {
    if (expected.surely > 0 || expected.mean > 0) return std::nullopt;
    return too_few(what, 1, expected, length);
  }
  if (comparison == spec::Comparison::equal) {
    return what +
           " can never be shown: no number of requests proves an exact share; write a bound "
           "such as <= " +
           to_text(Ratio{share});
  }
  const std::uint64_t needed = share_samples_needed(comparison, share);
  if (expected.surely >= needed) return std::nullopt;
  return too_few("even without a single bad request, " + what, needed, expected, length);
}

std::optional<std::string> check_slo(const spec::Scenario& scenario, const spec::SloExpression& slo,
                                     const std::vector<PlannedSpan>& spans) {
  const Expected expected = requests_in(scenario, slo.stream, spans);
  const Duration length = total_length(spans);
  if (slo.aggregate == Aggregate::share || slo.aggregate == Aggregate::within) {
    return check_share(slo.text, slo.comparison, slo.threshold, expected, length);
  }
  const bool quantile = slo.aggregate == Aggregate::quantile;
  const std::uint64_t needed = quantile ? samples_needed(slo.quantile) : 1;
  if (expected.surely >= needed) return std::nullopt;
  return too_few(slo.text, needed, expected, length);
}

/// True when a fault of the mock is active in one of the spans.
bool breaks_in(const spec::Scenario& scenario, const std::string& mock,
               const std::vector<PlannedSpan>& spans) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(), [&](const spec::Fault& fault) {
    const auto [from, to] = scenario.span_of(fault);
    return spec::mock_fault_of(fault, mock) != nullptr &&
           std::any_of(spans.begin(), spans.end(), [&, from = from, to = to](const auto& span) {
             return from < span.to && span.from < to;
           });
  });
}

std::optional<std::string> check_calls(const spec::Scenario& scenario,
                                       const spec::CallsExpectation& calls,
                                       const Expected& expected,
                                       const std::vector<PlannedSpan>& spans) {
  constexpr std::uint64_t needed = 10;
  const std::string what = "to see how " + calls.mock + " is called";
  if (expected.surely < needed) return too_few(what, needed, expected, total_length(spans));
  const auto mock = std::find_if(scenario.mocks.begin(), scenario.mocks.end(),
                                 [&](const auto& each) { return each.first == calls.mock; });
  const bool limited = mock != scenario.mocks.end() && mock->second.rate_limit;
  const bool needs_failures = calls.joins() || calls.gives_up_within;
  if (!needs_failures || limited || breaks_in(scenario, calls.mock, spans)) return std::nullopt;
  return "no fault of mock " + calls.mock +
         " is active in its phases, so nothing is tried again or given up there";
}

/// The last stretch of so much length of the first span that has room for it; none when none has.
std::vector<PlannedSpan> room_for(Duration length, const std::vector<PlannedSpan>& spans) {
  for (const PlannedSpan& span : spans) {
    if (span.length() >= length) return {{span.to - length, span.to}};
  }
  return {};
}

std::optional<std::string> check_windows(const spec::Scenario& scenario,
                                         const spec::SloExpectation& slo,
                                         const std::vector<PlannedSpan>& spans) {
  if (!slo.window) return check_slo(scenario, slo.slo, spans);
  const Duration row = *slo.window * slo.windows;
  if (room_for(row, spans).empty()) {
    return "no phase has room for " + counted(slo.windows, "window") + " of " +
           to_text(*slo.window) + " in a row: make it " + to_text(row) + " long";
  }
  return check_slo(scenario, slo.slo, room_for(*slo.window, spans));
}

std::optional<std::string> check_recovery(const spec::Scenario& scenario,
                                          const spec::RecoveryExpectation& recovery,
                                          const std::vector<PlannedSpan>& spans) {
  const Duration needed = recovery.within + recovery.stays;
  if (room_for(needed, spans).empty()) {
    return "no phase has room for " + to_text(recovery.within) + " to recover and " +
           to_text(recovery.stays) + " to show it: make it " + to_text(needed) + " long";
  }
  for (const spec::SloExpression& slo : recovery.slo) {
    if (auto problem = check_slo(scenario, slo, room_for(recovery.stays, spans))) return problem;
  }
  return std::nullopt;
}

/// The streams whose every answer an expectation on the state looks at; empty for all others.
std::vector<std::string> streams_held_to(const spec::Expectation& expectation) {
  if (const auto* ledger = std::get_if<spec::LedgerExpectation>(&expectation.what)) {
    return ledger->of;
  }
  const auto* audit = std::get_if<spec::AuditExpectation>(&expectation.what);
  return audit != nullptr ? audit->of : std::vector<std::string>{};
}

std::optional<std::string> check(const spec::Scenario& scenario,
                                 const spec::Expectation& expectation) {
  const std::vector<PlannedSpan> spans = planned_window(scenario, expectation);
  if (const auto* slo = std::get_if<spec::SloExpectation>(&expectation.what)) {
    return check_windows(scenario, *slo, spans);
  }
  if (const auto* fallback = std::get_if<spec::FallbackExpectation>(&expectation.what)) {
    const Expected expected = requests_in(scenario, fallback->stream, spans);
    const std::string what = "fallback of " + fallback->stream + " " +
                             share_bound_text(fallback->comparison, fallback->share);
    return check_share(what, fallback->comparison, fallback->share, expected, total_length(spans));
  }
  if (std::holds_alternative<spec::KneeExpectation>(expectation.what) ||
      std::holds_alternative<spec::AlertExpectation>(expectation.what)) {
    return std::nullopt;  // alerts: when the rules are read, harness/run/alert_evaluation
  }
  if (const auto* calls = std::get_if<spec::CallsExpectation>(&expectation.what)) {
    return check_calls(scenario, *calls, requests_in(scenario, "", spans), spans);
  }
  if (const auto* recovery = std::get_if<spec::RecoveryExpectation>(&expectation.what)) {
    return check_recovery(scenario, *recovery, spans);
  }
  static_assert(std::variant_size_v<decltype(expectation.what)> == 21, "a kind without a check");
  const auto* breaker_of = std::get_if<spec::BreakerExpectation>(&expectation.what);
  if (breaker_of == nullptr) return check_observed(scenario, expectation, spans);
  const spec::BreakerExpectation& breaker = *breaker_of;
  if (auto problem = check_breaker(scenario, expectation, breaker)) return problem;
  if (!breaker.while_open || !breaker.while_open->slo) return std::nullopt;
  return check_slo(scenario, *breaker.while_open->slo, spans);
}

}  // namespace

std::uint64_t expected_requests(const spec::Stream& stream, Offset from, Offset to) {
  if (to <= from) return 0;
  // How far a search goes is not known; it begins with one window at its lowest rate.
  if (stream.breakpoint) {
    return whole(stream.breakpoint->from.per_second * seconds(stream.breakpoint->window));
  }
  return whole(spec::expected_arrivals(stream.rate, to)) -
         whole(spec::expected_arrivals(stream.rate, from));
}

std::uint64_t share_samples_needed(spec::Comparison comparison, double share) {
  const bool low =
      comparison == spec::Comparison::less || comparison == spec::Comparison::less_equal;
  if (comparison == spec::Comparison::equal) return 0;
  if (comparison == spec::Comparison::not_equal) return 1;
  const auto enough = [&](std::uint64_t count) {
    const ShareDecision best = decide_share(low ? 0 : count, count, comparison, share);
    return best.verdict == Verdict::pass;
  };
  std::uint64_t most = 1;
  while (!enough(most)) {
    if (most > (std::uint64_t{1} << 50)) return 0;
    most *= 2;
  }
  std::uint64_t least = most / 2;  // not enough, or 0
  while (most - least > 1) {
    const std::uint64_t middle = least + (most - least) / 2;
    (enough(middle) ? most : least) = middle;
  }
  return most;
}

std::uint64_t expected_samples(const spec::Scenario& scenario,
                               const spec::Expectation& expectation) {
  if (const auto polls = expected_polls(scenario, expectation)) return *polls;
  std::string stream;
  if (const auto* slo = std::get_if<spec::SloExpectation>(&expectation.what)) {
    stream = slo->slo.stream;
  } else if (const auto* fallback = std::get_if<spec::FallbackExpectation>(&expectation.what)) {
    stream = fallback->stream;
  } else if (const auto* knee = std::get_if<spec::KneeExpectation>(&expectation.what)) {
    stream = knee->stream;
  }
  const std::vector<PlannedSpan> spans = planned_window(scenario, expectation);
  const std::vector<std::string> several = streams_held_to(expectation);
  if (several.empty()) return requests_in(scenario, stream, spans).mean;
  std::uint64_t all = 0;
  for (const std::string& one : several) all += requests_in(scenario, one, spans).mean;
  return all;
}

std::vector<Infeasible> check_feasible(const spec::Scenario& scenario) {
  std::vector<Infeasible> problems;
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto problem = check(scenario, expectation);
    if (problem) problems.push_back({expectation.place, expectation.name + ": " + *problem});
  }
  return problems;
}

}  // namespace firedrill
