#include "harness/expect/breaker.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

/// Herds come right after the closing.
constexpr Duration kWatched = 30s;
constexpr std::array<Duration, 2> kWindows{100ms, 1s};
/// Fewer expected calls than this after the closing show nothing by being few.
constexpr double kExpectedMin = 20;
/// Chance at most of so many calls from a caller that keeps the bound, in one window.
constexpr double kChance = 1e-6;

/// Poisson: a count that is exceeded with a chance of kChance at most. Normal approximation with
/// its correction for skewness (Cornish-Fisher), which errs upwards for small means.
double unlikely_above(double mean) {
  constexpr double z = 4.7534;  // of kChance
  return mean + z * std::sqrt(mean) + (z * z - 1) / 6 + 1;
}

/// Requests that clients sent in the slices that touch [from, to).
std::uint64_t sent_around(const RunResult& result, Offset from, Offset to) {
  std::uint64_t sent = 0;
  for (const StreamSeries& series : result.streams) {
    for (const Slice& slice : series.slices) {
      if (slice.start < to && slice.start + slice.length > from) sent += slice.sent_here;
    }
  }
  return sent;
}

struct Crowd {
  std::uint64_t calls = 0;  ///< In the worst window …
  double expected = 0;      ///< … where so many were to be expected.
  Duration length{0};
  Offset at{0};
  bool is_herd = false;
};

/// True for a crowd that exceeds the bound by more than chance allows.
bool is_too_many(const BreakerCase& breaker, std::uint64_t count, double expected) {
  return static_cast<double>(count) > unlikely_above(*breaker.breaker.herd_max * expected);
}

/// The worst window that begins with a call in [from, to). Callers are to be expected as they came
/// when all was healthy, or as the clients themselves came in a crowd: requests that were sent
/// since the last call before the crowd, while the machine stood still, come together for no fault
/// of the breaker's. What was sent before it closed and waited for that is its doing.
Crowd worst_crowd(const BreakerCase& breaker, Offset from, Offset to, Duration length) {
  const BreakerEvidence& evidence = breaker.evidence;
  const std::vector<Call>& calls = evidence.calls;
  const double healthy = evidence.healthy_rate * seconds(length);
  Crowd worst;
  std::size_t begin = 0;  // first call within `length` before the window
  std::size_t end = 0;    // first call behind it
  for (std::size_t i = 0; i < calls.size() && calls[i].arrived < to; ++i) {
    if (calls[i].arrived < from) continue;
    while (end < calls.size() && calls[end].arrived < calls[i].arrived + length) ++end;
    while (calls[begin].arrived + length <= calls[i].arrived) ++begin;
    Crowd crowd{end - i, healthy, length, calls[i].arrived, false};
    if (is_too_many(breaker, crowd.calls, healthy)) {
      const Offset before = begin > 0 ? std::max(from, calls[begin - 1].arrived) : from;
      const auto sent = sent_around(breaker.result, before, crowd.at + length);
      crowd.expected = std::max(healthy, static_cast<double>(sent) * evidence.calls_per_request);
      crowd.is_herd = is_too_many(breaker, crowd.calls, crowd.expected);
    }
    if (crowd.is_herd != worst.is_herd ? crowd.is_herd : crowd.calls > worst.calls) worst = crowd;
  }
  return worst;
}

std::string text_of(const Crowd& crowd) {
  return counted(crowd.calls, "call") + " within " + to_text(crowd.length) + ", " +
         number_text(static_cast<double>(crowd.calls) / std::max(crowd.expected, 1.0)) +
         " times as many as before the fault";
}

}  // namespace

Finding judge_herd(const BreakerCase& breaker) {
  const BreakerEvidence& evidence = breaker.evidence;
  Finding finding;
  finding.what = "no herd after it closed";
  finding.required = "<= " + number_text(*breaker.breaker.herd_max) +
                     " times the healthy calls over any 100 ms or 1 s";
  finding.observed = "never closed";
  make_inconclusive(finding, "the breaker did not close in this window");
  double expected = 0;
  Crowd worst;
  for (const HalfOpen& half : evidence.timeline.half_open) {
    if (!half.closed || !in_window(breaker, half.decided)) continue;
    const Offset to =
        std::min({half.decided + kWatched, breaker.window.to, evidence.reading.until});
    expected += std::max(0.0, seconds(to - half.decided)) * evidence.calls_per_second;
    for (const Duration length : kWindows) {
      const Crowd crowd = worst_crowd(breaker, half.decided, to, length);
      const double size = static_cast<double>(crowd.calls) / std::max(crowd.expected, 1.0);
      const double other = static_cast<double>(worst.calls) / std::max(worst.expected, 1.0);
      if (crowd.is_herd != worst.is_herd ? crowd.is_herd : size > other) worst = crowd;
    }
  }
  if (worst.calls == 0) return finding;
  finding.samples = static_cast<std::uint64_t>(expected);
  finding.observed = text_of(worst);
  if (worst.is_herd) {
    finding.verdict = Verdict::fail;
    finding.why = text_of(worst) + ", reached " + evidence.mock + " from " + to_text(worst.at) +
                  " on, when the breaker had closed";
  } else if (expected < kExpectedMin) {
    make_inconclusive(finding, "the drill ended too soon after the breaker closed: only " +
                                   number_text(std::floor(expected)) +
                                   " calls were to be expected since");
  } else {
    finding.verdict = Verdict::pass;
    finding.why.clear();
  }
  return finding;
}

}  // namespace firedrill
