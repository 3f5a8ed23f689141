#pragma once

#include "harness/scenario/build.hpp"

namespace firedrill::scenario {

/// Probes; those of the clinic stand by themselves, and one of the same name takes its place.
void build_probes(Context& context, const Node& root);

/// True when the expectation is on what probes, the log or ledgers saw; it is then in `out`.
[[nodiscard]] bool build_observed(Context& context, const Node& node, spec::Expectation& out);

/// Name of such an expectation made from its text; "" for every other kind.
[[nodiscard]] std::string observed_name(const spec::Expectation& expectation);

}  // namespace firedrill::scenario
