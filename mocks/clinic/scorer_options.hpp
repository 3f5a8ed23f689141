#pragma once

#include "harness/base/time.hpp"
#include "mocks/clinic/retry.hpp"

#include <cstdint>

namespace firedrill::clinic {

/// How patient the scorer is with the AI, and how much of the service it may take up.
struct ScorerOptions {
  RetryPolicy retry;
  /// For one lead, all attempts and the waits between them together.
  Duration budget = std::chrono::minutes{1};
  std::uint32_t leads_with_ai_max = 128;  ///< At the same time.
};

}  // namespace firedrill::clinic
