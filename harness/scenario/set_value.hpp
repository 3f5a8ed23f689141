#pragma once

#include "harness/scenario/node.hpp"
#include "harness/scenario/problem.hpp"
#include "harness/scenario/yaml.hpp"

#include <string>

namespace firedrill::scenario {

/// Applies one `--set PATH=VALUE`: replaces the value at a dotted path that exists. List elements
/// go by index; those of `timeline` by the name of their phase too (timeline.outage=2s). A path
/// that leads nowhere is a problem that names the keys there: never a silent green.
void set_value(Node& root, const std::string& assignment, Budget& budget, Problems& problems);

}  // namespace firedrill::scenario
