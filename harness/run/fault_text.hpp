#pragma once

#include "harness/metrics/fault_record.hpp"
#include "harness/spec/fault.hpp"

#include <string>

namespace firedrill {

/// "respond 503 until breaker.open, then hang 500 ms for 1 trial, then respond 503"
[[nodiscard]] std::string describe(const spec::MockFault& fault);

/// The record of a fault before anything has happened.
[[nodiscard]] FaultRecord record_of(const spec::MockFault& fault);

}  // namespace firedrill
