#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/ledger.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace firedrill {

/// A call that reached the dependency, as the judge of breakers sees it.
struct Call {
  Offset arrived{0};
  Offset done{0};
  bool ok = false;
  /// False when nobody saw the end of it: held without an answer, or left by the caller.
  bool answered = true;
};

/// In order of arrival. No call ends before it arrives. One that took longer than `slow` failed.
[[nodiscard]] std::vector<Call> calls_of(const Ledger& ledger,
                                         std::optional<Duration> slow = std::nullopt);

/// Questions about the ends of calls, in the order in which the mock saw them.
///
/// The caller learns of an answer a little after the mock has sent it, so two answers that end
/// within kOrderUnknown of each other may have reached it in either order. Where that matters there
/// are two readings: what is certain, and what is possible.
class CallEnds {
 public:
  static constexpr Duration kOrderUnknown = std::chrono::milliseconds{20};

  explicit CallEnds(const std::vector<Call>& calls);

  [[nodiscard]] std::uint64_t failures_between(Offset from, Offset to) const;  ///< Both included.
  [[nodiscard]] std::optional<Offset> first_failure(Offset from, Offset to) const;
  [[nodiscard]] std::optional<Offset> last_failure(Offset from, Offset to) const;

  /// When the caller had seen `count` failures in a row since `from`, in whatever order the answers
  /// reached it; unset when that is not certain before `to`. @pre count > 0
  [[nodiscard]] std::optional<Offset> certain_run(std::uint64_t count, Offset from,
                                                  Offset to) const;
  /// Longest run of failures that the caller can have seen end in [from, to], in the order of
  /// answers that makes it longest.
  [[nodiscard]] std::uint64_t longest_possible_run(Offset from, Offset to) const;
  /// When the caller can first have seen `count` failures in a row; unset when it cannot have.
  [[nodiscard]] std::optional<Offset> possible_run(std::uint64_t count, Offset from,
                                                   Offset to) const;

  [[nodiscard]] const std::vector<Offset>& failures() const { return failures_; }    ///< Ascending.
  [[nodiscard]] const std::vector<Offset>& successes() const { return successes_; }  ///< Ascending.

 private:
  using Iterator = std::vector<Offset>::const_iterator;

  [[nodiscard]] std::uint64_t possible_run_ending_at(Iterator failure) const;

  std::vector<Offset> failures_;   // ascending
  std::vector<Offset> successes_;  // ascending
};

}  // namespace firedrill
