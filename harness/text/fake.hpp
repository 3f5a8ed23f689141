#pragma once

#include "harness/base/rng.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Fake people and texts for requests: "fake.phone_e164", "fake.name", "fake.email",
/// "fake.sentence", … Phone numbers, domains and the like come from the ranges reserved for
/// examples, so that none can reach a real person. The same request renders the same values: all
/// draws come from `rng`.
[[nodiscard]] std::vector<std::string> fake_names();  ///< Without the "fake." prefix, sorted.

/// @pre `name` is one of fake_names()
[[nodiscard]] std::string fake_value(std::string_view name, Rng& rng);

}  // namespace firedrill
