#include "harness/text/slot.hpp"

#include "harness/base/assert.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace firedrill {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::last;
using std::chrono::March;
using std::chrono::November;
using std::chrono::October;
using std::chrono::Saturday;
using std::chrono::Sunday;
using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

enum class Summer { none, europe, america };

struct Zone {
  std::string_view name;
  int minutes_east = 0;  // in winter
  Summer summer = Summer::none;
};

constexpr std::array<Zone, 16> kZones{{{"America/Chicago", -360, Summer::america},
                                       {"America/Los_Angeles", -480, Summer::america},
                                       {"America/New_York", -300, Summer::america},
                                       {"America/Phoenix", -420, Summer::none},
                                       {"Asia/Dubai", 240, Summer::none},
                                       {"Asia/Kolkata", 330, Summer::none},
                                       {"Asia/Singapore", 480, Summer::none},
                                       {"Asia/Tokyo", 540, Summer::none},
                                       {"Europe/Athens", 120, Summer::europe},
                                       {"Europe/Berlin", 60, Summer::europe},
                                       {"Europe/Bucharest", 120, Summer::europe},
                                       {"Europe/Lisbon", 0, Summer::europe},
                                       {"Europe/London", 0, Summer::europe},
                                       {"Europe/Madrid", 60, Summer::europe},
                                       {"Europe/Paris", 60, Summer::europe},
                                       {"UTC", 0, Summer::none}}};

const Zone& zone_of(std::string_view name) {
  for (const Zone& zone : kZones) {
    if (zone.name == name) return zone;
  }
  FD_ASSERT(false && "the loader accepts only slot_zones()");
  return kZones.back();
}

/// Clocks change in the night before these days' noon, so that noon has one answer.
bool is_summer(Summer rule, year_month_day day) {
  const sys_days at{day};
  const year y = day.year();
  switch (rule) {
    case Summer::none:
      return false;
    case Summer::europe:
      return at >= sys_days{y / March / Sunday[last]} && at < sys_days{y / October / Sunday[last]};
    case Summer::america:
      return at >= sys_days{y / March / Sunday[2]} && at < sys_days{y / November / Sunday[1]};
  }
  return false;
}

sys_days weekday_after(sys_days start, std::uint64_t days_ahead) {
  sys_days day = start + days{static_cast<int>(days_ahead)};
  while (weekday{day} == Saturday || weekday{day} == Sunday) day += days{1};
  return day;
}

}  // namespace

std::vector<std::string> slot_zones() {
  std::vector<std::string> names;
  for (const Zone& zone : kZones) names.emplace_back(zone.name);
  return names;
}

int utc_offset_minutes(std::string_view name, year_month_day day) {
  const Zone& zone = zone_of(name);
  return zone.minutes_east + (is_summer(zone.summer, day) ? 60 : 0);
}

std::string make_slot(std::string_view zone, WallTime today, Rng& rng) {
  // Up to 26 days ahead leaves room for the weekend that may have to be passed over.
  const sys_days day = weekday_after(floor<days>(today), 1 + rng.below(26));
  const auto quarter = static_cast<unsigned>(rng.below(40));
  const year_month_day date{day};
  const int offset = utc_offset_minutes(zone, date);
  const auto distance = static_cast<unsigned>(std::abs(offset));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02u:%02u:00%c%02u:%02u",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), 8 + quarter / 4, quarter % 4 * 15,
                offset < 0 ? '-' : '+', distance / 60, distance % 60);
  return text.data();
}

}  // namespace firedrill
