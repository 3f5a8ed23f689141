#include "harness/expect/breaker_timeline.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// Walks from silence to silence and keeps the state of the breaker in between.
class Reader {
 public:
  Reader(const std::vector<Call>& calls, const std::vector<Silence>& silences,
         const BreakerReading& reading)
      : calls_{calls},
        silences_{silences},
        reading_{reading},
        ends_{calls},
        closed_since_{reading.from} {}

  BreakerTimeline read() {
    for (std::size_t i = 0; i < silences_.size(); ++i) {
      if (!counts(silences_[i])) continue;
      if (!open_ && !trying_ && !opens_with(silences_[i])) continue;
      if (silences_[i].next == calls_.size()) break;
      if (trying_) {
        while_trying(silences_[i], next_choice(i).value_or(reading_.until));
      } else {
        after(i);
      }
    }
    if (open_) end_stretch(reading_.until, false);
    return std::move(timeline_);
  }

 private:
  /// One in which the machine stood still tells something only of a breaker that was open before:
  /// it was not closed meanwhile, when no calls flowed.
  [[nodiscard]] bool counts(const Silence& silence) const {
    if (!silence.stood_still) return true;
    return open_ && calls_between(latest_, silence.from) < kFlowingCalls;
  }

  /// Where, after the call that ended a silence, the next one begins that was the caller's own
  /// choice; unset when none does. Who waits for a slow answer to that call is not silent yet.
  [[nodiscard]] std::optional<Offset> next_choice(std::size_t index) const {
    const std::size_t trial = silences_[index].next;
    for (std::size_t i = index + 1; i < silences_.size(); ++i) {
      const bool from_trial = silences_[i].next == trial + 1 && calls_[trial].ok;
      const bool waits = from_trial && silences_[i].to - calls_[trial].done <= reading_.silence;
      if (!silences_[i].stood_still && !waits) return silences_[i].from;
    }
    return std::nullopt;
  }

  /// Closed: the silence is an opening when there was a failure to open it.
  bool opens_with(const Silence& silence) {
    const auto from = may_open_from(silence, ends_, closed_since_, reading_.silence);
    if (!from) return false;
    earliest_ = *from;
    latest_ = std::max(*from, cause_of(*from, *from + reading_.silence));
    begin_stretch(latest_, false);
    return true;
  }

  /// The failure that most likely opened it: the one that completes the run, else the last one.
  Offset cause_of(Offset from, Offset latest) const {
    if (reading_.failures > 0) {
      const auto run = ends_.possible_run(reading_.failures, closed_since_, latest);
      if (run) return *run;
    }
    if (const auto last = ends_.last_failure(closed_since_, from)) return *last;
    return ends_.first_failure(closed_since_, latest).value_or(from);
  }

  /// Open, and a call ended the silence: a trial or a leak.
  void after(std::size_t index) {
    const Silence& silence = silences_[index];
    const Call& call = calls_[silence.next];
    const auto choice = next_choice(index);
    const Offset following = choice.value_or(reading_.until);
    // How late a machine that stood still let the trial through says nothing of the breaker.
    if (!silence.stood_still) timeline_.gaps.push_back({earliest_, latest_, call.arrived});
    const std::uint64_t flow = calls_between(call.done, following);
    const bool flows = call.ok && flow >= kFlowingCalls;
    const bool too_early =
        reading_.reset && call.arrived - trials_since_ < earliest_trial(*reading_.reset);
    if (too_early && !flows) {
      leaked(call, following, !choice);
      return;
    }
    end_stretch(call.arrived, true);
    HalfOpen half{call.arrived, call.done, call.ok, 1, flows, false};
    half.admitted = admitted_with(silence.next);
    half.answered = call.answered;
    half.undecided = call.ok && !flows && !choice;
    timeline_.half_open.push_back(half);
    if (flows) {
      closed_since_ = call.done;
    } else if (reading_.several_instances) {
      trying_ = true;
    } else if (!half.undecided) {
      const bool last = index + 1 == silences_.size();
      open_again(call, last ? reading_.until : silences_[index + 1].from);
    }
  }

  /// Of several instances only one need have tried so far. Each now goes its own way, and from
  /// outside a trial of one cannot be told from a leak of another: wait until calls flow again.
  void while_trying(const Silence& silence, Offset following) {
    const Call& call = calls_[silence.next];
    if (!call.ok || calls_between(call.done, following) < kFlowingCalls) return;
    timeline_.half_open.push_back({call.arrived, call.done, true, 1, true, false});
    closed_since_ = call.done;
    trying_ = false;
  }

  /// A call that the breaker should not have let through: it stays open, but the next silence
  /// starts with this call.
  void leaked(const Call& call, Offset following, bool last) {
    earliest_ = std::max(call.arrived, last ? call.arrived : following);
    latest_ = std::max(earliest_, std::min(call.done, earliest_ + reading_.silence));
  }

  void open_again(const Call& trial, Offset following) {
    if (trial.ok) {
      // It succeeded, but the calls stopped again: open from the last of them at the latest.
      earliest_ = following;
      latest_ = std::max(following, std::min(trial.done, following + reading_.silence));
    } else {
      // Nobody saw when the caller gave a trial up that was never answered.
      earliest_ = trial.answered ? trial.done : trial.arrived;
      latest_ = std::max(
          trial.done,
          ends_.last_failure(trial.done, following + reading_.silence).value_or(trial.done));
    }
    begin_stretch(trial.ok ? latest_ : trial.done, true);
  }

  void begin_stretch(Offset opened, bool again) {
    open_ = OpenStretch{opened, reading_.until, false, again, std::min(earliest_, opened)};
    trials_since_ = earliest_;
  }

  void end_stretch(Offset at, bool by_trial) {
    open_->until = std::max(at, open_->opened);
    open_->ended_by_trial = by_trial;
    timeline_.open.push_back(*open_);
    open_.reset();
  }

  [[nodiscard]] std::uint64_t admitted_with(std::size_t trial) const {
    std::uint64_t admitted = 0;
    for (std::size_t i = trial; i < calls_.size(); ++i, ++admitted) {
      if (i > trial && calls_[i].arrived >= calls_[trial].done) break;
    }
    return admitted;
  }

  /// Calls that arrived in (after, until].
  [[nodiscard]] std::uint64_t calls_between(Offset after, Offset until) const {
    const auto later = [](Offset at, const Call& call) { return at < call.arrived; };
    const auto first = std::upper_bound(calls_.begin(), calls_.end(), after, later);
    const auto end = std::upper_bound(calls_.begin(), calls_.end(), until, later);
    return first < end ? static_cast<std::uint64_t>(end - first) : 0;
  }

  const std::vector<Call>& calls_;
  const std::vector<Silence>& silences_;
  const BreakerReading& reading_;
  CallEnds ends_;
  BreakerTimeline timeline_;
  std::optional<OpenStretch> open_;
  bool trying_ = false;  // several instances, between the first trial and the closing
  Offset closed_since_{0};
  Offset trials_since_{0};  // earliest opening of the stretch: leaks do not move it
  Offset earliest_{0};      // earliest and latest opening before the present gap
  Offset latest_{0};
};

}  // namespace

std::vector<Silence> silences_of(const std::vector<Call>& calls, const BreakerReading& reading) {
  std::vector<Silence> silences;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const bool is_last = i + 1 == calls.size();
    const Offset to = is_last ? reading.until : calls[i + 1].arrived;
    if (to <= reading.from || to - calls[i].arrived <= reading.silence) continue;
    silences.push_back({calls[i].arrived, to, i + 1});
  }
  return silences;
}

std::optional<Offset> may_open_from(const Silence& silence, const CallEnds& ends, Offset since,
                                    Duration silence_length) {
  if (silence.to <= since) return std::nullopt;
  const auto failure = ends.first_failure(since, silence.to);
  if (!failure) return std::nullopt;
  if (*failure <= silence.from + silence_length) return silence.from;
  // Until then every caller waited for an answer: only what is left of the silence is a choice.
  return silence.to - *failure > silence_length ? failure : std::nullopt;
}

Duration earliest_trial(Duration reset) {
  return reset - reset / 10 - std::chrono::milliseconds{20};
}

bool BreakerTimeline::open_at(Offset at) const {
  const bool is_open = std::any_of(open.begin(), open.end(), [&](const OpenStretch& stretch) {
    return stretch.opened <= at && at < stretch.until;
  });
  const bool is_half = std::any_of(half_open.begin(), half_open.end(), [&](const HalfOpen& half) {
    return half.began <= at && at < half.decided;
  });
  return is_open || is_half;
}

std::optional<Offset> BreakerTimeline::first_open_between(Offset from, Offset to) const {
  for (const OpenStretch& stretch : open) {
    if (stretch.opened >= from && stretch.opened <= to) return stretch.opened;
  }
  return std::nullopt;
}

std::optional<Offset> BreakerTimeline::first_closed_between(Offset from, Offset to) const {
  for (const HalfOpen& half : half_open) {
    if (half.closed && half.decided >= from && half.decided <= to) return half.decided;
  }
  return std::nullopt;
}

BreakerTimeline read_breaker(const std::vector<Call>& calls, const std::vector<Silence>& silences,
                             const BreakerReading& reading) {
  return Reader{calls, silences, reading}.read();
}

}  // namespace firedrill
