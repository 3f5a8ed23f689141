#include "harness/expect/breaker.hpp"
#include "harness/expect/client_activity.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// Less load for so long is a relief; slices are shorter.
constexpr Duration kShed = std::chrono::milliseconds{500};

/// The fault whose healing the breaker answers to: the last one healed by the end of the window.
const FaultRecord* healed_fault(const BreakerCase& breaker) {
  const FaultRecord* last = nullptr;
  for (const FaultRecord* fault : breaker.evidence.faults) {
    const bool healed = fault->healed_at && *fault->healed_at <= breaker.window.to;
    if (healed && fault->hits > 0) last = fault;
  }
  return last;
}

/// A fault that went on, or came, after that healing and within the time to close; nullptr when
/// nothing kept the dependency from being well.
const FaultRecord* still_active(const BreakerCase& breaker, Offset healed) {
  constexpr Duration a_moment = std::chrono::milliseconds{50};
  for (const FaultRecord* fault : breaker.evidence.faults) {
    const Offset to = std::min(breaker.window.to, healed + breaker.breaker.closes->within);
    const Offset from = std::max(*fault->injected_at, healed);
    if (fault->hits > 0 && std::min(end_of(*fault, breaker), to) - from > a_moment) return fault;
  }
  return nullptr;
}

/// The last stretch that began before the fault was healed; nullptr when the fault never opened it.
const OpenStretch* last_open_before(const BreakerTimeline& timeline, const FaultRecord& fault) {
  const OpenStretch* last = nullptr;
  for (const OpenStretch& stretch : timeline.open) {
    if (stretch.opened <= *fault.healed_at && stretch.until >= *fault.injected_at) last = &stretch;
  }
  return last;
}

bool might_have_closed(const BreakerTimeline& timeline, Offset from, Offset to) {
  return std::any_of(timeline.half_open.begin(), timeline.half_open.end(),
                     [&](const HalfOpen& half) {
                       return half.undecided && half.decided >= from && half.decided <= to;
                     });
}

/// Requests a second that clients had planned in [from, to).
double planned_rate(const BreakerCase& breaker, Offset from, Offset to) {
  return static_cast<double>(planned_between(breaker.result, from, to)) / seconds(to - from);
}

/// When clients had begun to send less than half of what they sent at first after the healing, for
/// half a second or more, before `closed`; unset when they never did.
std::optional<Offset> shed_before(const BreakerCase& breaker, Offset healed, Offset closed) {
  const Duration within = breaker.breaker.closes->within;
  const double before = planned_rate(breaker, healed, healed + within);
  for (Offset from = healed + within / 2; from + kShed <= closed; from += kShed / 2) {
    if (2 * planned_rate(breaker, from, from + kShed) < before) return from;
  }
  return std::nullopt;
}

void judge_closing(Finding& finding, const BreakerCase& breaker, Offset healed, Offset closed) {
  const Duration within = breaker.breaker.closes->within;
  const Duration took = closed - healed;
  if (took <= Duration{0}) {
    finding.observed = "closed before the fault was healed";
    finding.verdict = Verdict::pass;
    return;
  }
  finding.observed = "closed " + to_text(took) + " after the healing";
  finding.verdict = took <= within ? Verdict::pass : Verdict::fail;
  if (took > within) {
    finding.why =
        "it closed " + to_text(took) + " after the fault was healed, not within " + to_text(within);
    if (const auto shed = shed_before(breaker, healed, closed)) {
      finding.why += "; metastable: it closed only after clients had sent less, from " +
                     to_text(*shed - healed) + " after the healing on";
    }
  }
}

void judge_still_open(Finding& finding, const BreakerCase& breaker, Offset healed) {
  const Duration within = breaker.breaker.closes->within;
  const Duration watched = breaker.evidence.reading.until - healed;
  const std::uint64_t calls = breaker.evidence.calls_in(healed, breaker.evidence.reading.until);
  if (might_have_closed(breaker.evidence.timeline, healed, healed + within)) {
    finding.observed = "a trial succeeded";
    make_inconclusive(finding,
                      "the drill ended right after a successful trial, too soon to see "
                      "calls flow again: make the phase longer");
  } else if (2 * static_cast<double>(calls) >=
             seconds(watched) * breaker.evidence.calls_per_second) {
    finding.observed = "calls flow";
    make_inconclusive(finding,
                      "calls flow again (" + counted(calls, "call") +
                          " since the healing), but no trial was seen to close the breaker");
  } else if (watched < within) {
    finding.observed = "not yet closed";
    make_inconclusive(finding, "the drill ended " + to_text(watched) +
                                   " after the healing, before the " + to_text(within) +
                                   " were over");
  } else {
    finding.observed = "never closed";
    finding.verdict = Verdict::fail;
    finding.why = "still open " + to_text(watched) +
                  " after the fault was healed: " + counted(calls, "call") + " reached " +
                  breaker.evidence.mock + " in that time";
  }
}

}  // namespace

Finding judge_closes(const BreakerCase& breaker) {
  const Duration within = breaker.breaker.closes->within;
  Finding finding;
  finding.what = "closes";
  finding.required = "within " + to_text(within) + " of the healing";
  const FaultRecord* const fault = healed_fault(breaker);
  if (fault == nullptr) {
    finding.observed = "no healing";
    make_inconclusive(finding, "no fault of " + breaker.breaker.mock +
                                   " that hit a call was healed by the end of this window");
    return finding;
  }
  const Offset healed = *fault->healed_at;
  finding.samples = breaker.evidence.calls_in(healed, breaker.evidence.reading.until);
  if (const FaultRecord* const other = still_active(breaker, healed)) {
    finding.observed = "still broken";
    make_inconclusive(finding, "fault " + other->name + " was still active after fault " +
                                   fault->name + " was healed, so nothing could recover");
    return finding;
  }
  const BreakerTimeline& timeline = breaker.evidence.timeline;
  const OpenStretch* const stretch = last_open_before(timeline, *fault);
  if (stretch == nullptr) {
    finding.observed = "was never open";
    make_inconclusive(finding, "the breaker was never open under fault " + fault->name +
                                   ", so it had nothing to close");
    return finding;
  }
  const auto closed =
      timeline.first_closed_between(stretch->opened, breaker.evidence.reading.until);
  if (closed) {
    judge_closing(finding, breaker, healed, *closed);
  } else {
    judge_still_open(finding, breaker, healed);
  }
  if (finding.verdict != Verdict::fail) return finding;
  // It may have had no fair chance.
  const std::string broken = still_broken(breaker.result, healed, healed + within);
  const Silence* const stall = breaker.evidence.stall_in(healed, closed.value_or(healed));
  // A trial that a busy machine spoils costs one more open time.
  const Duration again = breaker.evidence.reading.reset.value_or(Duration{0});
  if (!broken.empty()) {
    make_inconclusive(finding, broken);
  } else if (closed && stall != nullptr &&
             *closed - healed - within <= stall->to - stall->from + again) {
    make_inconclusive(finding, "the machine stood still at " + span_text(stall->from, stall->to) +
                                   ", so it may have closed late for no fault of its own");
  }
  return finding;
}

}  // namespace firedrill
