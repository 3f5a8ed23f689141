#pragma once

#include "harness/base/redact.hpp"
#include "harness/metrics/run_result.hpp"

#include <string>

namespace firedrill {

inline constexpr const char* kResultSchema = "firedrill/result/1";

/// result.json: the whole result but the single ledger entries, in a stable key order, indented,
/// with a line feed at the end. reports/result.schema.json describes it. Offsets are in seconds
/// from the start of the first phase, latencies in milliseconds; a quantile with too few samples
/// (samples_needed) is null. Deterministic in its arguments.
[[nodiscard]] std::string to_json(const RunResult& result, const Redactor& redactor);

}  // namespace firedrill
