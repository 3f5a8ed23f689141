#pragma once

#include "harness/scenario/build.hpp"

namespace firedrill::scenario {

/// Readings of the system's own state. After the services.
void build_state(Context& context, const Node& root);

/// True when the expectation is on the system's own state; it is then in `out`.
[[nodiscard]] bool build_on_state(Context& context, const Node& node, spec::Expectation& out);

/// Name of such an expectation made from its text; "" for every other kind.
[[nodiscard]] std::string state_name(const spec::Expectation& expectation);

}  // namespace firedrill::scenario
