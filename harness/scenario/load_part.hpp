#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/fault.hpp"
#include "harness/spec/mock_settings.hpp"

#include <string_view>

namespace firedrill {

// Parts of a scenario by themselves, in the scenario's own words: for whoever steers mocks that run
// already. JSON is taken as the YAML that it is. Safe on hostile text, as load_scenario() is; the
// error says everything that is wrong, with lines and columns.

/// What stands under `inject` about a mock, without `mock` itself; `name` is "" unless given.
[[nodiscard]] Result<spec::Fault> load_fault(std::string_view text);

/// `latency`, `rate_limit`, and `unlimited: true` for no limit.
[[nodiscard]] Result<spec::MockSettings> load_mock_settings(std::string_view text);

}  // namespace firedrill
