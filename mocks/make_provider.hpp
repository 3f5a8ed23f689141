#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/mock.hpp"
#include "mocks/provider.hpp"

#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// The provider for a mock of a scenario. Fails when its `answer` is not a template that the
/// provider can render. The credentials and the answer come from `mock`; the rest is the host's.
[[nodiscard]] Result<std::unique_ptr<Provider>> make_provider(const spec::Mock& mock);

/// "POST /v1/customers" and so on: what a provider answers, by its own table. Empty for `declared`,
/// whose routes are the scenario's.
[[nodiscard]] std::vector<std::string> route_names(spec::MockKind kind);

}  // namespace firedrill
