#pragma once

#include "harness/expect/observed.hpp"
#include "harness/spec/happens.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// Something that came, as exactly as its source can tell: between `earliest` and `latest`.
struct Occurrence {
  Offset earliest{0};
  Offset latest{0};
  std::uint64_t count = 1;
};

/// Whatever came in a drill, of which a source knows.
struct Occurrences {
  std::string missing;          ///< Why nothing can be said, as a sentence; "" when it can.
  std::vector<Occurrence> all;  ///< In order.
  /// When the source was there to see something, had it come: stretches of the length `awake_for`
  /// by their starts, in order. Only used when `always_there` is false.
  std::vector<Offset> awake;
  Duration awake_for{0};
  bool always_there = true;  ///< For a mock, which is ours.
  std::uint64_t lost = 0;    ///< That came, nobody knows when.
};

[[nodiscard]] Occurrences occurrences_of(const spec::HappensExpectation& happens,
                                         const ObservedCase& observed);

/// "metric clinic_reminders_total", "a call to twilio, POST /2010-04-01/*"
[[nodiscard]] std::string what_happens(const spec::HappensExpectation& happens);

}  // namespace firedrill
