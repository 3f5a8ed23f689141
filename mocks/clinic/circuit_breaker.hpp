#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace firedrill::clinic {

/// Stops calling a dependency that keeps failing, and finds out by single trials when it is back.
///
///     closed --(N failures in a row)--> open --(time is up, next call)--> half-open
///     half-open --(a trial succeeds)--> closed
///     half-open --(a trial fails)-----> open, for the whole time again
///
/// Every change of state starts a new generation, and an answer only counts in the generation in
/// which its call began: a call that was already under way when the breaker opened can neither
/// close it nor count again.
///
/// Pure: time is passed in and nothing happens by itself, so an open breaker becomes half-open with
/// the first call after its time, not before. Thread: one.
class CircuitBreaker final {
 public:
  /// The values are those of the metric circuit_breaker_state.
  enum class State : std::uint8_t { closed = 0, half_open = 1, open = 2 };

  struct Options {
    std::uint32_t failures_to_open = 5;           ///< In a row; at least 1.
    Duration open_for = std::chrono::seconds{1};  ///< From opening to the first trial.
    std::uint32_t trials_max = 1;                 ///< At the same time, in half-open; at least 1.
    // Where breakers of real services have gone wrong.
    bool in_a_row = true;            ///< Else a success, closing included, does not end the count.
    bool refusals_postpone = false;  ///< A refused call starts the open time anew.
    std::uint32_t longer_each_time = 1;  ///< The open time times this for each failed trial.
  };

  /// The right to make one call. Tell it how the call ended. One that goes away untold (the call
  /// was abandoned, or its answer says nothing about the dependency's health) counts as neither
  /// success nor failure and gives its trial back, so a lost trial never blocks the breaker; the
  /// caller must only see to it that no call lasts for ever. Lifetime: the breaker outlives its
  /// permits.
  class [[nodiscard]] Permit final {
   public:
    Permit(Permit&& other) noexcept;
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    Permit& operator=(Permit&&) = delete;
    ~Permit();

    /// The first word counts; later ones are ignored.
    void succeeded(TimePoint now);
    void failed(TimePoint now);

    [[nodiscard]] bool is_trial() const { return trial_; }

   private:
    friend class CircuitBreaker;
    Permit(CircuitBreaker& breaker, std::uint64_t generation, bool trial);

    CircuitBreaker* breaker_;  // null once told
    std::uint64_t generation_;
    bool trial_;
  };

  struct Snapshot {
    State state = State::closed;
    std::uint32_t failures = 0;                ///< In a row, up to now; kept while open.
    std::optional<TimePoint> opened_at;        ///< Unset while closed.
    std::optional<TimePoint> next_attempt_at;  ///< Set while open: earliest time of a trial.
  };

  /// Called after every change of state.
  using Listener = std::function<void(State from, State to)>;

  /// @pre options are in range
  explicit CircuitBreaker(Options options, Listener listener = {});
  CircuitBreaker(const CircuitBreaker&) = delete;
  CircuitBreaker& operator=(const CircuitBreaker&) = delete;

  /// The right to call now, or nothing: then do not call.
  [[nodiscard]] std::optional<Permit> try_acquire(TimePoint now);

  [[nodiscard]] Snapshot snapshot() const;

 private:
  void told_success(std::uint64_t generation);
  void told_failure(std::uint64_t generation, TimePoint now);
  void told_nothing(std::uint64_t generation);
  void open(TimePoint now);
  void move_to(State to);

  const Options options_;
  const Listener listener_;
  State state_ = State::closed;
  std::uint64_t generation_ = 0;
  std::uint32_t failures_ = 0;
  std::uint32_t trials_ = 0;  // under way in this generation
  TimePoint opened_at_{};
  Duration open_for_;
};

/// "closed", "half_open" or "open".
[[nodiscard]] std::string_view name_of(CircuitBreaker::State state);

}  // namespace firedrill::clinic
