#pragma once

#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// Judges the gates of a drill that has come to `next_phase`, on what was measured so far. Requests
/// that have no answer yet are left out, slice by slice. Returns the name of the first gate that
/// does not pass. Pure.
[[nodiscard]] std::optional<std::string> first_unmet_gate(const spec::Scenario& scenario,
                                                          const RunResult& so_far,
                                                          std::vector<StreamSeries> series,
                                                          std::size_t next_phase);

/// True when an expectation of the scenario may end the drill.
[[nodiscard]] bool any_aborts(const spec::Scenario& scenario);

/// Judges the expectations with `abort_after` whose time has come, on what was measured by `now`.
/// Returns the judgement of the first that fails. Pure.
[[nodiscard]] std::optional<Judgement> first_failed_abort(const spec::Scenario& scenario,
                                                          const RunResult& so_far,
                                                          std::vector<StreamSeries> series,
                                                          Offset now);

}  // namespace firedrill
