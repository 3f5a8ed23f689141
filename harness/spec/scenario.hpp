#pragma once

#include "harness/base/redact.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/expectation.hpp"
#include "harness/spec/fault.hpp"
#include "harness/spec/mock.hpp"
#include "harness/spec/system.hpp"
#include "harness/spec/traffic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::spec {

/// A named stretch of the timeline. Phases follow each other without gaps.
struct Phase {
  std::string name;
  Duration length{0};
  Place place;
};

/// A whole drill, validated: names are unique, references resolve, units are typed. Made only by
/// the scenario room; every other room reads it.
struct Scenario {
  std::string file;  ///< As the user named it.
  std::string name;  ///< [a-z0-9-]+
  std::string title;
  std::vector<std::string> rehearses;  ///< Catalogue facets such as "MC-09/outage".
  std::optional<std::uint64_t> seed;   ///< --seed wins; unset draws one.
  System system;
  std::string correlation_header = "x-correlation-id";
  std::vector<std::string> allow;  ///< Hosts outside loopback that the drill may talk to.
  std::vector<std::pair<std::string, Mock>> mocks;  ///< By name, in the order written.
  std::vector<Stream> traffic;
  std::vector<Phase> timeline;
  std::vector<MockFault> faults;
  std::vector<Expectation> expectations;
  Redactor secrets;  ///< Values of ${env.*} and of `secret:` marks.

  /// Start of phase `index` from the start of the drill.
  [[nodiscard]] Offset phase_start(std::size_t index) const {
    Offset start{0};
    for (std::size_t i = 0; i < index; ++i) start += timeline[i].length;
    return start;
  }
  [[nodiscard]] Duration length() const { return phase_start(timeline.size()); }
};

}  // namespace firedrill::spec
