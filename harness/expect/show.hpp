#pragma once

#include "harness/expect/breaker_evidence.hpp"
#include "harness/expect/window.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/metrics/verdict.hpp"

#include <string>
#include <string_view>

namespace firedrill {

/// "+5.04 s POST /v1/chat/completions → 503 in 1.20 ms, id fd-…"
[[nodiscard]] std::string call_text(const LedgerEntry& entry);
/// "+5.04 s fd-… → 503 after 12.1 ms", as its sender saw it.
[[nodiscard]] std::string request_text(const RequestSample& sample);

/// Adds the requests of the window that show a failure best, of `stream` or of all for "": those
/// that failed, then the slowest.
void show_requests(Finding& finding, const RunResult& result, const Window& window,
                   std::string_view stream);

/// Adds the calls at the breaker's dependency that show a failure best: those that it should not
/// have seen, or the first that failed.
void show_calls(Finding& finding, const RunResult& result, const Window& window,
                const BreakerEvidence& evidence);

}  // namespace firedrill
