#pragma once

#include "harness/base/time.hpp"
#include "harness/expect/breaker_calls.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace firedrill {

/// What a reader of a ledger must know beforehand.
struct BreakerReading {
  Offset from{0};              ///< First injection: nothing before it is an opening.
  Offset until{0};             ///< End of the observation.
  Duration silence{0};         ///< No call for longer than this is on purpose.
  std::uint64_t failures = 0;  ///< In a row, that open the breaker (all instances); 0: not known.
  /// Each instance of the system has a breaker of its own: only the time from the opening to the
  /// first trial can be read, and when calls flow again.
  bool several_instances = false;
  std::optional<Duration> reset;  ///< How long it is said to stay open; unset: not known.
};

/// No call for longer than BreakerReading::silence.
struct Silence {
  Offset from{0};        ///< Arrival of the last call before it.
  Offset to{0};          ///< Arrival of the next call, or the end of the observation.
  std::size_t next = 0;  ///< Index of the call that ended it; == calls.size() when none did.
  /// The whole machine stood still: it opens no breaker, though an open one may lie behind it.
  bool stood_still = false;
};
[[nodiscard]] std::vector<Silence> silences_of(const std::vector<Call>& calls,
                                               const BreakerReading& reading);

/// When, in a silence, a breaker that was closed at `since` may have begun to refuse calls: from
/// the last call on, or, where nothing had failed until later (all callers were waiting for
/// answers), from the first failure on. Unset when the silence, or what that leaves of it, shows no
/// opening.
[[nodiscard]] std::optional<Offset> may_open_from(const Silence& silence, const CallEnds& ends,
                                                  Offset since, Duration silence_length);

/// A gap between two calls from a breaker that opened to the next call that it let through.
struct OpenGap {
  Offset earliest{0};  ///< The breaker opened no earlier …
  Offset latest{0};    ///< … and no later than this.
  Offset ended{0};     ///< Arrival of the next call.
  [[nodiscard]] Duration longest() const { return ended - earliest; }
  [[nodiscard]] Duration shortest() const { return ended - latest; }
};

/// From opening (or opening again) to the trial that ends it. Calls that leak through in between do
/// not end it.
struct OpenStretch {
  Offset opened{0};  ///< Best estimate.
  Offset until{0};   ///< The trial, or the end of the observation.
  bool ended_by_trial = false;
  bool again = false;  ///< After a trial that did not close it.
  Offset earliest{0};  ///< It opened no earlier than this.
};

/// A trial, and what else was let through before its answer.
struct HalfOpen {
  Offset began{0};
  Offset decided{0};           ///< The trial's answer, or the giving up of it.
  bool ok = false;             ///< The trial succeeded.
  std::uint64_t admitted = 1;  ///< Calls from the trial until its answer, itself included.
  bool closed = false;         ///< It succeeded, and then calls flowed again.
  bool undecided = false;      ///< The observation ended too soon after it to tell.
  bool answered = true;        ///< False for a trial that was left hanging.
};

/// What a breaker did, seen from the dependency behind it.
struct BreakerTimeline {
  std::vector<OpenStretch> open;
  std::vector<HalfOpen> half_open;
  /// Complete gaps after openings, leaks included: what the open time is judged on.
  std::vector<OpenGap> gaps;

  /// The stretch, open or half-open, that holds `at`; true means: not closed.
  [[nodiscard]] bool open_at(Offset at) const;
  [[nodiscard]] std::optional<Offset> first_open_between(Offset from, Offset to) const;
  /// First moment in [from, to] when it closed.
  [[nodiscard]] std::optional<Offset> first_closed_between(Offset from, Offset to) const;
};

/// Calls that must follow a successful trial, without another silence, before calls count as
/// flowing again.
inline constexpr std::uint64_t kFlowingCalls = 7;

/// A call that comes sooner than this after an opening is no trial, whatever it ends.
[[nodiscard]] Duration earliest_trial(Duration reset);

/// Reconstructs what the breaker did. A silence in which the machine stood still shows no opening,
/// but the call after it is a trial when the breaker was open before. Pure.
/// @pre `calls` are in order of arrival, and `silences` are some of silences_of(calls, reading)
[[nodiscard]] BreakerTimeline read_breaker(const std::vector<Call>& calls,
                                           const std::vector<Silence>& silences,
                                           const BreakerReading& reading);

}  // namespace firedrill
