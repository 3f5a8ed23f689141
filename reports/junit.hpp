#pragma once

#include "harness/base/redact.hpp"
#include "harness/metrics/run_result.hpp"

#include <span>
#include <string>

namespace firedrill {

/// junit.xml, in the subset that GitLab, Jenkins and GitHub's actions read: one testsuite per
/// drill, one testcase per expectation, file and line pointing at the scenario. A failed
/// expectation is a `failure`; what proved nothing is an `error`. Each suite begins with the case
/// "drill is conclusive": it carries the length of the drill and the drill's own problems (not
/// ready, not healed, interrupted). Classname and name together are unique in the whole file, since
/// GitLab drops repeats. Valid XML 1.0 whatever the texts hold.
[[nodiscard]] std::string to_junit(std::span<const RunResult> results, const Redactor& redactor);
[[nodiscard]] std::string to_junit(const RunResult& result, const Redactor& redactor);

}  // namespace firedrill
