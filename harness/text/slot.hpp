#pragma once

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Time zones that appointment slots can be drawn in, by their IANA names, sorted. A written list
/// with the rules that hold since 2007 (US) and 1996 (EU), so that the same seed makes the same
/// slot on every machine.
[[nodiscard]] std::vector<std::string> slot_zones();

/// An appointment slot as RFC 3339 with the offset of its zone on that day:
/// "2026-11-30T09:45:00+02:00". On a weekday, 08:00 to 17:45 local time, on the quarter hour, 1 to
/// 28 days after `today`.
/// @pre `zone` is one of slot_zones()
[[nodiscard]] std::string make_slot(std::string_view zone, WallTime today, Rng& rng);

/// Minutes east of UTC in `zone` at noon local time of that day.
/// @pre `zone` is one of slot_zones()
[[nodiscard]] int utc_offset_minutes(std::string_view zone, std::chrono::year_month_day day);

}  // namespace firedrill
