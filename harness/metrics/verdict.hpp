#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/moment.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// Three-valued: what was not proved either way is inconclusive, never a pass.
enum class Verdict : std::uint8_t { pass, fail, inconclusive };
[[nodiscard]] const char* name_of(Verdict verdict);

inline constexpr std::size_t kEvidenceMax = 3;

/// One thing that an expectation demands, and what was seen of it. `slo` and `fallback` have one;
/// `breaker` has one for each member that is set ("opens", "upstream calls while open", …).
struct Finding {
  std::string what;  ///< "score.response.p95", "opens after 5 failures"
  Verdict verdict = Verdict::inconclusive;
  std::string observed;  ///< "312 ms", "100 %", "never opened"
  std::string required;  ///< "< 500 ms"
  std::string interval;  ///< "95 % CI 301 ms .. 330 ms"; "" where there is none.
  std::string window;    ///< "steady, 1.00 s .. 5.00 s"
  std::uint64_t samples = 0;
  std::string why;  ///< For anything but a pass: the reason in one sentence.
  /// For anything but a pass: the requests, calls or log lines that show it best, kEvidenceMax at
  /// most.
  std::vector<std::string> evidence{};
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// An expectation, judged.
struct Judgement {
  std::string name;
  std::string kind;  ///< "slo", "breaker", "fallback", "k6"
  std::string file;  ///< Scenario file and line of the expectation.
  int line = 0;
  int column = 0;
  bool gate = false;
  std::vector<Finding> findings;  ///< At least one.
  std::vector<Moment> moments;    ///< Those that explain it, in order.
  std::string runbook{};          ///< What to read when it fails; "" when nobody said.

  /// Fail when any finding failed, else inconclusive when any is, else pass.
  [[nodiscard]] Verdict verdict() const;
  friend bool operator==(const Judgement&, const Judgement&) = default;
};

}  // namespace firedrill
