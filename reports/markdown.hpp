#pragma once

#include "harness/base/redact.hpp"
#include "harness/metrics/run_result.hpp"

#include <string>

namespace firedrill {

/// summary.md, GitHub-flavoured: the verdict, what to look at first, expectations, traffic, faults,
/// timeline in UTC. Texts are escaped, so that nothing in them becomes markup. Stays far below the
/// 1 MiB that GitHub takes as a step summary: at most kTimelineRows moments are listed.
[[nodiscard]] std::string to_markdown(const RunResult& result, const Redactor& redactor);

inline constexpr std::size_t kTimelineRows = 200;

}  // namespace firedrill
