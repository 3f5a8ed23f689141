#include "harness/base/strings.hpp"
#include "mocks/hubspot/schema.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace firedrill::hubspot {
namespace {

constexpr std::size_t kValueMax = 65'536;
constexpr std::int64_t kDayMs = 86'400'000;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  if (text.find_first_of(" ,;<>\"\\") != std::string_view::npos) return false;
  const std::string_view domain = text.substr(at + 1);
  const std::size_t dot = domain.rfind('.');
  return dot != std::string_view::npos && dot > 0 && domain.size() - dot > 2 &&
         domain.find("..") == std::string_view::npos && !domain.starts_with('.');
}

/// Takes exactly `digits` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) return std::nullopt;
  const char* end = text.data() + digits;
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Milliseconds of "T10:00:00.123Z", from midnight; an offset other than Z is taken off.
std::optional<std::int64_t> parse_clock_ms(std::string_view text) {
  if (!take(text, 'T')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::int64_t ms = ((*hour * 60 + *minute) * 60 + *second) * std::int64_t{1000};
  if (take(text, '.')) {
    std::int64_t unit = 100;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      ms += (text.front() - '0') * unit;
      unit /= 10;
      text.remove_prefix(1);
    }
  }
  if (text == "Z") return ms;
  const bool behind = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  take(text, ':');
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  const std::int64_t offset = (*hours * 60 + *minutes) * std::int64_t{60'000};
  return behind ? ms + offset : ms - offset;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

std::string iso(std::int64_t ms) { return to_rfc3339(WallTime{std::chrono::milliseconds{ms}}); }

std::optional<InvalidValue> check_options(const Property& property, const std::string& value) {
  std::string allowed;
  for (const PropertyOption& option : property.options) {
    allowed += (allowed.empty() ? "" : ", ") + option.value;
  }
  const auto known = [&](std::string_view one) {
    return std::any_of(property.options.begin(), property.options.end(),
                       [one](const PropertyOption& option) { return option.value == one; });
  };
  std::string_view rest = value;
  while (!rest.empty()) {
    // Only checkboxes take several values.
    const std::size_t end = property.field_type == "checkbox" ? rest.find(';') : rest.size();
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (!one.empty() && !known(one)) {
      return InvalidValue{
          std::string{one} + " was not one of the allowed options: [" + allowed + "]",
          "INVALID_OPTION"};
    }
  }
  return std::nullopt;
}

std::optional<InvalidValue> check_time(bool whole_days, std::string& value) {
  const auto ms = parse_time_ms(value);
  if (!ms) return InvalidValue{value + " was not a valid long.", "INVALID_LONG"};
  if (whole_days && *ms % kDayMs != 0) {
    return InvalidValue{value + " is at a time that is not midnight UTC.", "INVALID_DATE"};
  }
  value = whole_days ? iso(*ms).substr(0, 10) : iso(*ms);
  return std::nullopt;
}

}  // namespace

std::optional<double> parse_decimal(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  const bool digits = text.find_first_of("0123456789") != std::string_view::npos;
  if (!digits || error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_time_ms(std::string_view text) {
  if (const auto ms = parse_integer(text)) {
    // Beyond the year 9999 there is no date to show.
    return *ms >= 0 && *ms < 253'402'300'800'000 ? ms : std::nullopt;
  }
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t ms = std::chrono::sys_days{date}.time_since_epoch().count() * kDayMs;
  if (text.empty()) return ms;
  const auto clock = parse_clock_ms(text);
  if (!clock) return std::nullopt;
  return ms + *clock;
}

std::optional<InvalidValue> check_value(const Property& property, std::string& value) {
  if (value.empty()) return std::nullopt;
  if (value.size() > kValueMax) {
    return InvalidValue{
        "Value of property \"" + property.name + "\" is longer than 65536 characters",
        "VALUE_TOO_LONG"};
  }
  if (property.name == "email" && property.built_in) {
    if (!is_email(trimmed(value))) {
      return InvalidValue{"Email address " + value + " is invalid", "INVALID_EMAIL"};
    }
    value = to_lower(trimmed(value));
  }
  if (property.type == "number" && !parse_decimal(value)) {
    return InvalidValue{value + " was not a valid number.", "INVALID_NUMBER"};
  }
  if (property.type == "date" || property.type == "datetime") {
    return check_time(property.type == "date", value);
  }
  if (!property.options.empty()) return check_options(property, value);
  return std::nullopt;
}

}  // namespace firedrill::hubspot
