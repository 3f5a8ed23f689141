#include "harness/expect/breaker.hpp"
#include "harness/expect/client_activity.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <vector>

namespace firedrill {
namespace {

struct Openings {
  std::vector<Offset> sure;
  std::vector<Offset> doubtful;  ///< Clients were not answered meanwhile.
};

/// When it opened in the window, other than after a trial that failed. One that closed and opened
/// again so soon that no calls flowed in between has opened again, too.
Openings openings_in(const BreakerCase& breaker) {
  Openings openings;
  const BreakerTimeline& timeline = breaker.evidence.timeline;
  bool trial_failed = true;  // the one before the stretch
  for (const OpenStretch& stretch : timeline.open) {
    const bool opened = !stretch.again || !trial_failed;
    trial_failed =
        std::any_of(timeline.half_open.begin(), timeline.half_open.end(),
                    [&](const HalfOpen& half) { return half.began == stretch.until && !half.ok; });
    if (!opened || !in_window(breaker, stretch.opened)) continue;
    const bool sure = kept_answering(breaker.result, stretch.opened, stretch.until);
    (sure ? openings.sure : openings.doubtful).push_back(stretch.opened);
  }
  return openings;
}

void nothing_sure(Finding& finding, const BreakerCase& breaker,
                  const std::vector<Offset>& doubtful) {
  make_inconclusive(finding, "no call reached " + breaker.breaker.mock + " from " +
                                 to_text(doubtful.front()) +
                                 " on, but too few requests were answered meanwhile to call that "
                                 "an opening");
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
  const auto [openings, doubtful] = openings_in(breaker);
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
  } else if (!doubtful.empty()) {
    nothing_sure(finding, breaker, doubtful);
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
  const auto [openings, doubtful] = openings_in(breaker);
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
  } else if (openings.size() + doubtful.size() > most) {
    nothing_sure(finding, breaker, doubtful);
  } else if (finding.samples == 0) {
    nothing_failed(finding, breaker);
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

}  // namespace firedrill
