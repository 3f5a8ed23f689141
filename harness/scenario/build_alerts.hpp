#pragma once

#include "harness/scenario/build.hpp"
#include "harness/spec/alert.hpp"

namespace firedrill::scenario {

void build_alerts(Context& context, const Node& root);
[[nodiscard]] spec::AlertExpectation build_alert(Context& context, const Node& node);

}  // namespace firedrill::scenario
