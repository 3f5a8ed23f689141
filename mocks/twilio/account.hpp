#pragma once

#include "harness/base/time.hpp"

#include <string>

namespace firedrill::twilio {

/// The Account resource as JSON. Every account exists and is active; its auth token is not told.
[[nodiscard]] std::string account_text(const std::string& sid, WallTime now);

}  // namespace firedrill::twilio
