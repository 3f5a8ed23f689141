#include "mocks/twilio/dates.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace firedrill::twilio {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::seconds;
using std::chrono::weekday;
using std::chrono::year_month_day;

struct Moment {
  year_month_day date;
  weekday day;
  hh_mm_ss<seconds> time;
};

Moment moment_of(WallTime at) {
  const auto midnight = floor<days>(at);
  return {year_month_day{midnight}, weekday{midnight},
          hh_mm_ss<seconds>{floor<seconds>(at - midnight)}};
}

/// The number in `text[from, from + length)`, -1 when that is not digits.
int digits_at(std::string_view text, std::size_t from, std::size_t length) {
  if (from + length > text.size()) return -1;
  int value = 0;
  const char* first = text.data() + from;
  const auto [end, error] = std::from_chars(first, first + length, value);
  return error == std::errc{} && end == first + length ? value : -1;
}

}  // namespace

std::string to_rfc2822(WallTime time) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Moment at = moment_of(time);
  std::array<char, 64> text{};
  std::snprintf(
      text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000", kDays[at.day.c_encoding()],
      static_cast<unsigned>(at.date.day()), kMonths[static_cast<unsigned>(at.date.month()) - 1],
      static_cast<int>(at.date.year()), static_cast<int>(at.time.hours().count()),
      static_cast<int>(at.time.minutes().count()), static_cast<int>(at.time.seconds().count()));
  return text.data();
}

std::string to_iso8601(WallTime time) {
  const Moment at = moment_of(time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(at.date.year()), static_cast<unsigned>(at.date.month()),
                static_cast<unsigned>(at.date.day()), static_cast<int>(at.time.hours().count()),
                static_cast<int>(at.time.minutes().count()),
                static_cast<int>(at.time.seconds().count()));
  return text.data();
}

std::optional<WallTime> parse_iso8601(std::string_view text) {
  const year_month_day date{std::chrono::year{digits_at(text, 0, 4)},
                            std::chrono::month{static_cast<unsigned>(digits_at(text, 5, 2))},
                            std::chrono::day{static_cast<unsigned>(digits_at(text, 8, 2))}};
  if (text.size() < 10 || text[4] != '-' || text[7] != '-' || !date.ok()) return std::nullopt;
  const WallTime midnight{std::chrono::sys_days{date}};
  if (text.size() == 10) return midnight;
  const int hour = digits_at(text, 11, 2);
  const int minute = digits_at(text, 14, 2);
  const int second = digits_at(text, 17, 2);
  const bool ok = (text[10] == 'T' || text[10] == ' ') && text.ends_with('Z') && hour >= 0 &&
                  hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 61;
  if (!ok) return std::nullopt;
  return midnight + std::chrono::hours{hour} + std::chrono::minutes{minute} + seconds{second};
}

}  // namespace firedrill::twilio
