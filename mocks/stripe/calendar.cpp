#include "mocks/stripe/calendar.hpp"

#include <algorithm>
#include <chrono>

namespace firedrill::stripe {

namespace chrono = std::chrono;

std::int64_t add_interval(std::int64_t start, std::string_view interval, std::int64_t count) {
  constexpr std::int64_t kMost = 36;  // the API allows three years
  const auto times = static_cast<int>(std::clamp<std::int64_t>(count, 1, kMost));
  const chrono::sys_seconds from{chrono::seconds{start}};
  const chrono::sys_days day = chrono::floor<chrono::days>(from);
  const chrono::seconds of_day = from - day;
  if (interval == "day") return (from + chrono::days{times}).time_since_epoch().count();
  if (interval == "week") return (from + chrono::weeks{times}).time_since_epoch().count();
  chrono::year_month_day date{day};
  date += chrono::months{interval == "year" ? 12 * times : times};
  if (!date.ok()) date = date.year() / date.month() / chrono::last;
  return (chrono::sys_days{date} + of_day).time_since_epoch().count();
}

}  // namespace firedrill::stripe
