#pragma once

#include "harness/scenario/build.hpp"

#include <string>

namespace firedrill::scenario {

/// True when the expectation is on privacy, on resources or on what must come by itself; it is then
/// in `out`.
[[nodiscard]] bool build_evidence(Context& context, const Node& node, spec::Expectation& out);

/// Name of such an expectation made from its text; "" for every other kind.
[[nodiscard]] std::string evidence_name(const spec::Expectation& expectation);

/// A probe of resources: the system that we start, or the process of a file.
void build_resources_probe(Context& context, const Node& what, spec::Probe& probe);

}  // namespace firedrill::scenario
