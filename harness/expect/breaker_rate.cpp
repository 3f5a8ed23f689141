#include "harness/expect/breaker_rate.hpp"

#include <algorithm>

namespace firedrill {
namespace {

using FailureRate = spec::BreakerExpectation::FailureRate;

constexpr Duration kUnknown = CallEnds::kOrderUnknown;

/// What a breaker sees when it looks back.
struct Seen {
  std::uint64_t failures = 0;
  std::uint64_t successes = 0;
  [[nodiscard]] std::uint64_t calls() const { return failures + successes; }
  [[nodiscard]] double share() const {
    return calls() == 0 ? 0 : static_cast<double>(failures) / static_cast<double>(calls());
  }
};

/// Of ascending times, those in (after, until].
std::uint64_t count_in(const std::vector<Offset>& times, Offset after, Offset until) {
  const auto first = std::upper_bound(times.begin(), times.end(), after);
  const auto last = std::upper_bound(times.begin(), times.end(), until);
  return first < last ? static_cast<std::uint64_t>(last - first) : 0;
}

/// The latest `most` of the failures up to `failures_until` and the successes up to
/// `successes_until`.
Seen latest(const CallEnds& ends, std::uint32_t most, Offset failures_until,
            Offset successes_until) {
  const auto& failures = ends.failures();
  const auto& successes = ends.successes();
  auto failure = std::upper_bound(failures.begin(), failures.end(), failures_until);
  auto success = std::upper_bound(successes.begin(), successes.end(), successes_until);
  Seen seen;
  while (seen.calls() < most) {
    const bool more_failures = failure != failures.begin();
    const bool more_successes = success != successes.begin();
    if (!more_failures && !more_successes) break;
    if (more_failures && (!more_successes || *(failure - 1) >= *(success - 1))) {
      ++seen.failures;
      --failure;
    } else {
      ++seen.successes;
      --success;
    }
  }
  return seen;
}

bool reaches(const Seen& seen, const FailureRate& rate) {
  if (seen.calls() < rate.calls_min) return false;
  return rate.above ? seen.share() > rate.share : seen.share() >= rate.share;
}

/// The reading with the fewest failures at the moment of a failure.
Seen at_least(const CallEnds& ends, const FailureRate& rate, Duration time, Offset at) {
  if (rate.over_calls > 0) return latest(ends, rate.over_calls, at, at + kUnknown);
  return {count_in(ends.failures(), at - time + kUnknown, at),
          count_in(ends.successes(), at - time - kUnknown, at + kUnknown)};
}

/// The reading with the most failures.
Seen at_most(const CallEnds& ends, const FailureRate& rate, Duration time, Offset at) {
  if (rate.over_calls > 0) return latest(ends, rate.over_calls, at + kUnknown, at - kUnknown);
  return {count_in(ends.failures(), at - time - kUnknown, at + kUnknown),
          count_in(ends.successes(), at - time + kUnknown, at - kUnknown)};
}

/// Calls that a breaker has certainly counted: a success that may be late does not fill the window.
bool certainly_full(const CallEnds& ends, const FailureRate& rate, Duration time, Offset at) {
  if (rate.over_calls > 0) {
    return latest(ends, rate.over_calls, at, at - kUnknown).calls() >= rate.calls_min;
  }
  return count_in(ends.failures(), at - time + kUnknown, at) +
             count_in(ends.successes(), at - time + kUnknown, at - kUnknown) >=
         rate.calls_min;
}

}  // namespace

std::optional<Offset> certain_rate(const CallEnds& ends, const FailureRate& rate, Offset from,
                                   Offset to) {
  const Duration shorter = rate.over_time - rate.over_time / 10;
  const auto& failures = ends.failures();
  for (auto at = std::lower_bound(failures.begin(), failures.end(), from);
       at != failures.end() && *at <= to; ++at) {
    const bool certain = reaches(at_least(ends, rate, rate.over_time, *at), rate) &&
                         reaches(at_least(ends, rate, shorter, *at), rate) &&
                         certainly_full(ends, rate, shorter, *at);
    if (certain) return *at;
  }
  return std::nullopt;
}

PossibleRate possible_rate(const CallEnds& ends, const FailureRate& rate, Offset from, Offset to) {
  const Duration shorter = rate.over_time - rate.over_time / 10;
  PossibleRate most;
  const auto& failures = ends.failures();
  for (auto at = std::lower_bound(failures.begin(), failures.end(), from);
       at != failures.end() && *at <= to; ++at) {
    for (const Duration time : {rate.over_time, shorter}) {
      const Seen seen = at_most(ends, rate, time, *at);
      if (reaches(seen, rate)) most.reached = true;
      if (seen.share() < most.share) continue;
      most.share = seen.share();
      most.calls = seen.calls();
    }
    if (most.reached) break;
  }
  return most;
}

}  // namespace firedrill
