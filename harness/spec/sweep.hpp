#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/breakpoint.hpp"
#include "harness/spec/place.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill::spec {

/// The same drill at several levels of load: up to which does the system still recover by itself?
struct Sweep {
  std::string stream;  ///< Whose rate is set; whatever rate it has in `traffic` counts for nothing.
  Rate capacity;       ///< What the system can do; 0 when it is to be measured.
  std::optional<BreakpointSearch> measure;  ///< How: a drill of its own, before all others …
  Duration measure_for{0};                  ///< … of this length.
  std::vector<Ratio> levels;                ///< Of the capacity, ascending, above 0; at least one.
  std::string recovered;  ///< The phase whose expectations tell whether it has recovered.
  Ratio at_least;         ///< Level up to which it must; one of `levels`.
  Place place;
};

}  // namespace firedrill::spec
