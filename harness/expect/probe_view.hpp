#pragma once

#include "harness/expect/window.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/spec/observed.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// The record of that probe, or nullptr.
[[nodiscard]] const ProbeRecord* find_probe(const RunResult& result, std::string_view name);

/// Fewer polls of a window than this are no observation of it.
inline constexpr std::size_t kPollsNeeded = 3;

/// True for a poll whose answer could be read.
[[nodiscard]] bool is_readable(const Poll& poll);

/// Polls that were asked in one of the window's phases, at `start` or later.
[[nodiscard]] std::vector<std::uint32_t> polls_in(const ProbeRecord& probe, const RunResult& result,
                                                  const Window& window, Offset start);
/// The last poll that was answered, and could be read, by `before`.
[[nodiscard]] std::optional<std::uint32_t> last_poll_before(const ProbeRecord& probe,
                                                            Offset before);
/// The first such poll that was asked at `after` or later.
[[nodiscard]] std::optional<std::uint32_t> first_poll_after(const ProbeRecord& probe, Offset after);

/// Why nothing can be said from this probe, as a sentence: there is none, it never answered, or
/// never with the metrics or states that it is asked for, it lost polls. "" when it can be used.
[[nodiscard]] std::string unusable_probe(const RunResult& result, std::string_view name);

/// When the first fault that touches the window was injected; the window's start when none was.
[[nodiscard]] Offset first_fault_in(const RunResult& result, const Window& window);
/// When the first fault of the whole drill was injected; unset when none was.
[[nodiscard]] std::optional<Offset> first_fault(const RunResult& result);
/// When the last fault that was healed by the end of the window was healed; unset when none was.
[[nodiscard]] std::optional<Offset> last_healing(const RunResult& result, const Window& window);
/// Why nothing can recover in [healed, until], as a sentence: a fault that goes on, or comes, then
/// and longer than a moment. "" when all was well. One that may do without hits and had none does
/// not count.
[[nodiscard]] std::string still_broken(const RunResult& result, Offset healed, Offset until);

/// A finding of that window, with nothing judged yet.
[[nodiscard]] Finding finding_on(const Window& window, std::string what, std::string required);

/// Adds to what shows a failure, up to kEvidenceMax.
void add_evidence(Finding& finding, std::string text);

/// "+5.04 s"
[[nodiscard]] std::string when_text(Offset at);
/// ">= 10"
[[nodiscard]] std::string number_bound_text(const spec::NumberBound& bound);

}  // namespace firedrill
