#pragma once

#include "harness/metrics/fault_record.hpp"
#include "harness/run/words/fault_words.hpp"
#include "harness/spec/fault.hpp"

namespace firedrill {

/// What people are told of a fault of any kind, its ramp and its flapping included.
[[nodiscard]] FaultWords words_of(const spec::Fault& fault);

/// The record of a fault before anything has happened.
[[nodiscard]] FaultRecord record_of(const spec::Fault& fault);

}  // namespace firedrill
