#pragma once

#include "harness/base/redact.hpp"
#include "harness/base/time.hpp"
#include "harness/metrics/moment.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/metrics/series.hpp"

#include <cstdint>
#include <string>

namespace firedrill {

inline constexpr const char* kEventsSchema = "firedrill/events/1";

// Lines of events.jsonl: one JSON object each, ending in a line feed, whole before the next begins,
// so that a killed run keeps what it saw. Each carries "event", "at_s" and "at" (UTC). Redacted.

/// How a run introduces itself: the first line.
struct RunHeader {
  std::string scenario;
  std::string title;
  std::string file;
  std::uint64_t seed = 0;
  std::string version;  ///< Of firedrill.
};
[[nodiscard]] std::string run_line(const RunHeader& header, const TimeOrigin& origin,
                                   const Redactor& redactor);

/// "event": "moment"
[[nodiscard]] std::string event_line(const Moment& moment, const TimeOrigin& origin,
                                     const Redactor& redactor);

/// "event": "traffic": what one stream did in one slice, usually a second. `phase` is its name.
[[nodiscard]] std::string event_line(const std::string& stream, const std::string& phase,
                                     const Slice& slice, const TimeOrigin& origin,
                                     const Redactor& redactor);

/// "event": "fault": hits so far, at `at`.
[[nodiscard]] std::string event_line(const FaultRecord& fault, Offset at, const TimeOrigin& origin,
                                     const Redactor& redactor);

/// "event": "verdict": the last line of a run that came to its end.
[[nodiscard]] std::string verdict_line(const RunResult& result, const Redactor& redactor);

}  // namespace firedrill
