#pragma once

#include "harness/spec/fault.hpp"

#include <string>

namespace firedrill {

/// What people are told of a fault, before and after.
struct FaultWords {
  std::string target{};  ///< "mock openai", "the system": what it is done to.
  std::string does{};    ///< "respond 503 until breaker.open, then hang 500 ms for 1 trial"
  std::string reach{};   ///< Who can feel it, for `plan`.
  std::string undo{};    ///< What ends it, for `plan`.
  std::string counted = "requests";  ///< What its hits are.
};

// One function for each kind of fault, in a file of its own.
[[nodiscard]] FaultWords words_of(const spec::MockFault& fault);
[[nodiscard]] FaultWords words_of(const spec::ProcessFault& fault);
[[nodiscard]] FaultWords words_of(const spec::PressureFault& fault);
[[nodiscard]] FaultWords words_of(const spec::ServiceFault& fault);
[[nodiscard]] FaultWords words_of(const spec::ProxiedFault& fault);

/// "uniform 10 ms to 50 ms"
[[nodiscard]] std::string delay_text(const spec::Delay& delay);
/// ", on POST /v1/* with ?model"; "" for all requests.
[[nodiscard]] std::string pick_text(const spec::HttpPick& pick);

}  // namespace firedrill
