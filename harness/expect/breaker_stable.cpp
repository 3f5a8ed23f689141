#include "harness/expect/breaker.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// When it opened in the window, other than after a trial that failed. One that closed and opened
/// again so soon that no calls flowed in between has opened again, too.
std::vector<Offset> openings_in(const BreakerCase& breaker) {
  std::vector<Offset> openings;
  const BreakerTimeline& timeline = breaker.evidence.timeline;
  for (const OpenStretch& stretch : timeline.open) {
    if (!stretch.again && in_window(breaker, stretch.opened)) openings.push_back(stretch.opened);
  }
  for (const HalfOpen& half : timeline.half_open) {
    const bool again = half.ok && !half.closed && !half.undecided;
    if (again && in_window(breaker, half.decided)) openings.push_back(half.decided);
  }
  std::sort(openings.begin(), openings.end());
  return openings;
}

std::uint64_t failures_in(const BreakerCase& breaker) {
  return breaker.evidence.ends.failures_between(breaker.window.from, breaker.window.to);
}

void nothing_failed(Finding& finding, const BreakerCase& breaker) {
  make_inconclusive(finding, "no call to " + breaker.breaker.mock +
                                 " failed in this window, so nothing tempted the breaker to open");
}

std::string times_text(const std::vector<Offset>& times) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, times.size()); ++i) {
    text += (i == 0 ? "at " : ", ") + to_text(times[i]);
  }
  return times.size() > shown ? text + ", …" : text;
}

}  // namespace

Finding judge_stays_closed(const BreakerCase& breaker) {
  const std::vector<Offset> openings = openings_in(breaker);
  Finding finding;
  finding.what = "stays closed";
  finding.required = "calls keep coming though some fail";
  finding.samples = failures_in(breaker);
  finding.observed =
      counted(openings.size(), "opening") + " under " + counted(finding.samples, "failed answer");
  if (!openings.empty()) {
    const Offset at = openings.front();
    finding.verdict = Verdict::fail;
    finding.why = "it opened " + times_text(openings) + ", when it can have seen at most " +
                  counted(breaker.evidence.ends.longest_possible_run(
                              breaker.window.from, at + breaker.evidence.silence()),
                          "failure") +
                  " in a row";
  } else if (finding.samples == 0) {
    nothing_failed(finding, breaker);
  } else if (breaker.evidence.timeline.open_at(breaker.window.from)) {
    finding.observed = "open already";
    make_inconclusive(finding, "the breaker was open already when this window began");
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

Finding judge_openings(const BreakerCase& breaker) {
  const std::vector<Offset> openings = openings_in(breaker);
  const std::uint32_t most = *breaker.breaker.openings_max;
  Finding finding;
  finding.what = "does not flap";
  finding.required = "opens " + std::to_string(most) + " times at most, failed trials apart";
  finding.samples = failures_in(breaker);
  finding.observed =
      counted(openings.size(), "opening") + " under " + counted(finding.samples, "failed answer");
  if (openings.size() > most) {
    finding.verdict = Verdict::fail;
    finding.why = "it flaps: it opened " + std::to_string(openings.size()) + " times, " +
                  times_text(openings);
  } else if (finding.samples == 0) {
    nothing_failed(finding, breaker);
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

}  // namespace firedrill
