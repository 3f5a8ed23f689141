#pragma once

#include "harness/scenario/shape.hpp"

#include <string>
#include <vector>

namespace firedrill::scenario {

/// What can be broken: each fault names one of these, with keys that go with nothing else.
struct FaultTarget {
  std::string key;            ///< "mock"
  std::vector<Field> fields;  ///< The target's own and those of what it can do.
  /// Of the fields, those that say what is done to it; one of them must be there.
  std::vector<std::string> does;
  std::vector<Rule> rules{};  ///< Among the fields.
};

[[nodiscard]] FaultTarget mock_target();      ///< grammar_timeline.cpp
[[nodiscard]] FaultTarget process_target();   ///< grammar_process.cpp
[[nodiscard]] FaultTarget pressure_target();  ///< grammar_process.cpp
[[nodiscard]] FaultTarget service_target();   ///< grammar_services.cpp
[[nodiscard]] FaultTarget proxy_target();     ///< grammar_proxies.cpp

}  // namespace firedrill::scenario
