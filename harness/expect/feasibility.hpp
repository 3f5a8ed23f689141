#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/place.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// An expectation that no run of the scenario could decide.
struct Infeasible {
  spec::Place place;
  std::string message;  ///< What is too little, how much there would be, and what to change.
};

/// Every expectation that cannot become conclusive, in scenario order; empty when all can.
///
/// Only what is certain before the run is refused: too few requests for the quantile or the share,
/// a breaker without a fault or without the time to be seen. Poisson arrivals must be enough on all
/// but one drill in ten thousand.
[[nodiscard]] std::vector<Infeasible> check_feasible(const spec::Scenario& scenario);

/// Requests of `stream` due in [from, to), offsets from the start of the drill, to the nearest
/// whole: exact for even arrivals, the mean for Poisson ones. Adds up over adjoining stretches.
[[nodiscard]] std::uint64_t expected_requests(const spec::Stream& stream, Offset from, Offset to);

/// Requests that the expectation can count on: those of its stream (or of all) in its phases.
[[nodiscard]] std::uint64_t expected_samples(const spec::Scenario& scenario,
                                             const spec::Expectation& expectation);

/// Smallest number of requests with which a bound on a share can be met at all, by its Wilson
/// interval, with nothing but good outcomes; 0 when no number is enough.
[[nodiscard]] std::uint64_t share_samples_needed(spec::Comparison comparison, double share);

}  // namespace firedrill
