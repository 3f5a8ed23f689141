#pragma once

#include "harness/scenario/build.hpp"
#include "harness/spec/rate_shape.hpp"

namespace firedrill::scenario {

/// The rate of a stream; nothing is due for whatever has the wrong form.
[[nodiscard]] spec::RateShape build_rate(Context& context, const Node* node);

}  // namespace firedrill::scenario
