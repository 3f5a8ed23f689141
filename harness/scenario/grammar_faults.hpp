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

[[nodiscard]] std::vector<std::string> names_of(const std::vector<Field>& fields);

// What mocks and proxies of HTTP have in common: grammar_http_fault.cpp.
[[nodiscard]] ShapePtr respond_shape();
[[nodiscard]] ShapePtr drip_shape();
[[nodiscard]] ShapePtr time_or_forever_shape();
[[nodiscard]] ShapePtr count_script_shape();  ///< "fail 2, pass 1"
[[nodiscard]] ShapePtr http_pick_shape();     ///< method, path, query and headers of requests.

[[nodiscard]] FaultTarget mock_target();      ///< grammar_timeline.cpp
[[nodiscard]] FaultTarget process_target();   ///< grammar_process.cpp
[[nodiscard]] FaultTarget pressure_target();  ///< grammar_process.cpp
[[nodiscard]] FaultTarget service_target();   ///< grammar_services.cpp
[[nodiscard]] FaultTarget proxy_target();     ///< grammar_proxies.cpp

}  // namespace firedrill::scenario
