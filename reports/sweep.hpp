#pragma once

#include "harness/base/redact.hpp"
#include "harness/metrics/sweep.hpp"

#include <string>

namespace firedrill {

/// `sweep.json`: the capacity, each level and whether the system recovered, the highest, the
/// verdict.
[[nodiscard]] std::string to_json(const SweepResult& sweep, const Redactor& secrets);

/// The same for people, one line a level.
[[nodiscard]] std::string sweep_text(const SweepResult& sweep, const Redactor& secrets);

}  // namespace firedrill
