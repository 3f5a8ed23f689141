#pragma once

#include "harness/scenario/build.hpp"
#include "harness/spec/breakpoint.hpp"
#include "harness/spec/rate_shape.hpp"

#include <optional>

namespace firedrill::scenario {

/// The rate of a stream; nothing is due for whatever has the wrong form.
[[nodiscard]] spec::RateShape build_rate(Context& context, const Node* node);
/// Its search for the breaking point; nothing for a rate that is known beforehand.
[[nodiscard]] std::optional<spec::BreakpointSearch> build_breakpoint(Context& context,
                                                                     const Node* node);

}  // namespace firedrill::scenario
