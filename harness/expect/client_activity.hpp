#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/run_result.hpp"

#include <cstdint>
#include <string>

namespace firedrill {

/// Requests of all streams that were due in the slices inside [from, to).
[[nodiscard]] std::uint64_t planned_between(const RunResult& result, Offset from, Offset to);

/// True when most requests that were due in [from, to) were answered only after it: then nobody
/// kept calls back on purpose, but the machine or the system stood still. An open breaker answers
/// at once.
[[nodiscard]] bool stood_still(const RunResult& result, Offset from, Offset to);

/// True when most of what was due in [from, to), ten requests at least, ended before it was over:
/// then the system was at work, and calls that did not come were kept back on purpose. Not the
/// opposite of stood_still: between the two lies what nobody can tell.
[[nodiscard]] bool kept_answering(const RunResult& result, Offset from, Offset to);

/// Why a silence at a mock need not be the work of a circuit breaker, as a sentence: the clients
/// had nothing to send, could not send, or were not answered by a system that is down. "" when
/// nothing speaks against a breaker. `settle`: how long after `from` requests may still end as they
/// did before the silence.
[[nodiscard]] std::string doubt_about_silence(const RunResult& result, Offset from, Offset to,
                                              Duration settle);

}  // namespace firedrill
