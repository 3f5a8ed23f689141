#pragma once

#include "harness/base/time.hpp"
#include "harness/run/mock_host.hpp"

#include <string>
#include <vector>

namespace firedrill {

/// A page that nobody has acknowledged and nothing has resolved.
struct OpenPage {
  std::string id;  ///< Of this page alone: a later one with the same key has another.
  std::string routing_key;
  std::string dedup_key;
  std::string receiver;
};

/// Those that were triggered at or before `before`.
[[nodiscard]] std::vector<OpenPage> pages_waiting(const std::vector<MockHost::Told>& told,
                                                  WallTime before);

/// What PagerDuty is sent when somebody acknowledges it.
[[nodiscard]] std::string acknowledgement(const OpenPage& page);

}  // namespace firedrill
