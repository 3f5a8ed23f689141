#pragma once

#include "harness/expect/window.hpp"
#include "harness/metrics/verdict.hpp"

#include <string>

namespace firedrill {

/// Turns the finding inconclusive for a reason that lies in the drill and not in the system.
void make_inconclusive(Finding& finding, std::string why);

/// What makes every finding on the window inconclusive, whatever was observed: a phase that never
/// happened, or a generator that lost requests. "" when the window can be judged.
[[nodiscard]] std::string unusable(const RunResult& result, const Window& window,
                                   std::string_view stream);

}  // namespace firedrill
