#pragma once

#include <string>

namespace firedrill {

/// The JSON Schema (2020-12) of a scenario file, indented, for editors and for `firedrill schema`.
/// Made from the same declaration as the loader's own checks. What it refuses, the loader refuses;
/// what it cannot say (references, sums, the files that are included) only the loader checks.
[[nodiscard]] std::string scenario_schema();

}  // namespace firedrill
