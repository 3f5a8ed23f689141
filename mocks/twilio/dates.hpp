#pragma once

#include "harness/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace firedrill::twilio {

// Dates as the API writes them, in whole seconds of UTC.

/// "Thu, 24 Aug 2023 05:01:45 +0000": the API of 2010 and the callbacks of calls.
[[nodiscard]] std::string to_rfc2822(WallTime time);
/// "2023-08-24T05:01:45Z": everything newer.
[[nodiscard]] std::string to_iso8601(WallTime time);

/// "2023-08-24" or "2023-08-24T05:01:45Z", with or without a fraction of a second.
[[nodiscard]] std::optional<WallTime> parse_iso8601(std::string_view text);

}  // namespace firedrill::twilio
