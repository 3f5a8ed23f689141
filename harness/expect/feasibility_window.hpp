#pragma once

#include "harness/spec/scenario.hpp"

#include <string_view>
#include <vector>

namespace firedrill {

/// A stretch of the planned timeline.
struct PlannedSpan {
  Offset from{0};
  Offset to{0};
  [[nodiscard]] Duration length() const { return to - from; }
};

/// The phases of an expectation as they are planned; the whole drill when it names none.
[[nodiscard]] std::vector<PlannedSpan> planned_window(const spec::Scenario& scenario,
                                                      const spec::Expectation& expectation);
[[nodiscard]] Duration total_length(const std::vector<PlannedSpan>& spans);

/// The phase of that name; an empty span when there is none.
[[nodiscard]] PlannedSpan planned_phase(const spec::Scenario& scenario, std::string_view name);

}  // namespace firedrill
