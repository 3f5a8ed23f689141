#pragma once

#include "harness/scenario/node.hpp"
#include "harness/scenario/problem.hpp"
#include "harness/scenario/shape.hpp"

namespace firedrill::scenario {

/// Reports everything in `root` that `shape` does not accept: unknown and missing keys, wrong
/// types, bad units and names, keys that do not go together. Values that are marked broken are
/// passed over.
void validate(const Node& root, const Shape& shape, Problems& problems);

}  // namespace firedrill::scenario
