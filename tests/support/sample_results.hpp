#pragma once

#include "harness/metrics/run_result.hpp"

#include <string>

namespace firedrill::samples {

// Run results made by hand, for the tests of everything that renders or reads one. Deterministic;
// `outcome` agrees with conclude().

/// OpenAI goes down, the breaker opens and closes, the fallback answers: all holds.
[[nodiscard]] RunResult passed();
/// The same drill with a breaker that never opens: one expectation fails, one proves nothing.
[[nodiscard]] RunResult failed();
/// The fault hit nothing, and the generator came late.
[[nodiscard]] RunResult inconclusive();
/// Stopped before the injection because a gate was not met.
[[nodiscard]] RunResult gate_unmet();
/// The system never became ready; its log holds terminal escapes.
[[nodiscard]] RunResult not_ready();
/// Ctrl-C in the second phase.
[[nodiscard]] RunResult interrupted();
/// A fault that could not be undone.
[[nodiscard]] RunResult not_healed();

/// A failed drill whose every text field is `text`, with something in every list: for texts that
/// must not become markup, and for secrets that must not get out.
[[nodiscard]] RunResult full_of(const std::string& text);

/// Text that breaks careless XML, Markdown, JSON and terminals.
[[nodiscard]] std::string hostile_text();

}  // namespace firedrill::samples
