#pragma once

#include "harness/metrics/fault_record.hpp"
#include "harness/spec/fault.hpp"

#include <string>

namespace firedrill {

/// "respond 503 until breaker.open, then hang 500 ms for 1 trial": what it does, in words.
[[nodiscard]] std::string describe(const spec::MockFault& fault);
[[nodiscard]] std::string describe(const spec::ProcessFault& fault);
[[nodiscard]] std::string describe(const spec::ProxiedFault& fault);
/// "uniform 10 ms to 50 ms"
[[nodiscard]] std::string delay_text(const spec::Delay& delay);

/// "mock openai", "the system": what it is done to.
[[nodiscard]] std::string target_of(const spec::Fault& fault);
/// Who can feel it, for `plan`.
[[nodiscard]] std::string reach_of(const spec::Fault& fault);
/// What ends it, for `plan`.
[[nodiscard]] std::string undo_of(const spec::Fault& fault);

/// The record of a fault before anything has happened.
[[nodiscard]] FaultRecord record_of(const spec::Fault& fault);

}  // namespace firedrill
