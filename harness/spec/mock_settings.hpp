#pragma once

#include "harness/base/units.hpp"
#include "harness/spec/delay.hpp"

#include <optional>

namespace firedrill::spec {

/// What can be changed of a mock while it runs. What is unset stays as it is.
struct MockSettings {
  std::optional<Delay> latency;
  std::optional<std::optional<Rate>> rate_limit;  ///< Of the rate: unset lifts the limit.
};

}  // namespace firedrill::spec
