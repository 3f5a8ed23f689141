#pragma once

#include "harness/expect/observed.hpp"

#include <cstdint>
#include <string>

namespace firedrill {

/// How often something happened between two scrapes, counted by us. What was under way at either
/// end may have been counted by the system or not.
struct WitnessCount {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::string missing;  ///< Why it cannot be said, as a sentence; "" when it can.
};

/// Between a scrape that was asked and answered at `from` and a later one.
struct ScrapeSpan {
  Offset from_asked{0};
  Offset from_at{0};
  Offset to_asked{0};
  Offset to_at{0};
};

[[nodiscard]] WitnessCount count_witness(const spec::MetricExpectation::Equals& equals,
                                         const ObservedCase& observed, const ScrapeSpan& span);

/// "calls at openai", "answers of score with /source is "rules""
[[nodiscard]] std::string witness_text(const spec::MetricExpectation::Equals& equals);

}  // namespace firedrill
