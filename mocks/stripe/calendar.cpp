#include "mocks/stripe/calendar.hpp"

#include <algorithm>
#include <chrono>

namespace firedrill::stripe {

std::int64_t add_interval(std::int64_t start, std::string_view interval, std::int64_t count) {
  using namespace std::chrono;
  constexpr std::int64_t kMost = 36;  // the API allows three years
  const auto times = static_cast<int>(std::clamp<std::int64_t>(count, 1, kMost));
  const sys_seconds from{seconds{start}};
  const sys_days day = floor<days>(from);
  const seconds of_day = from - day;
  if (interval == "day") return (from + days{times}).time_since_epoch().count();
  if (interval == "week") return (from + weeks{times}).time_since_epoch().count();
  year_month_day date{day};
  date += months{interval == "year" ? 12 * times : times};
  if (!date.ok()) date = date.year() / date.month() / last;
  return (sys_days{date} + of_day).time_since_epoch().count();
}

}  // namespace firedrill::stripe
