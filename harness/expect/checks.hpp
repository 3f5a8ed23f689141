#pragma once

#include "harness/metrics/probe_record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// One check of a health endpoint: a dependency, and what is said of it.
struct Check {
  std::string name;              ///< "openai"
  const Track* track = nullptr;  ///< "/checks/openai/status"
};

/// The checks of a health record, in the order of the document. `base` is the JSON Pointer of the
/// object that holds them; "" finds it: checks, dependencies, components, details or services, else
/// the document itself. A check is a scalar, or an object with a status, state, healthy or ok.
[[nodiscard]] std::vector<Check> checks_of(const ProbeRecord& record, std::string_view base);

/// What a track says at a poll, for people: closed and not "closed"; "nothing" when it is absent.
[[nodiscard]] std::string said_at(const Track& track, std::uint32_t poll);

}  // namespace firedrill
