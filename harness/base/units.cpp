#include "harness/base/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

namespace firedrill {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

/// Takes "12" or "12.5" off the front. No sign, no exponent.
std::optional<double> take_number(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] >= '0' && text[length] <= '9') ++length;
  if (length == 0) return std::nullopt;
  if (length + 1 < text.size() && text[length] == '.' && text[length + 1] >= '0' &&
      text[length + 1] <= '9') {
    ++length;
    while (length < text.size() && text[length] >= '0' && text[length] <= '9') ++length;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + length, value);
  if (error != std::errc{} || end != text.data() + length) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

/// Takes the longest of `units` off the front and gives its factor.
template <std::size_t N>
std::optional<double> take_unit(std::string_view& text,
                                const std::array<std::pair<std::string_view, double>, N>& units) {
  const std::pair<std::string_view, double>* best = nullptr;
  for (const auto& unit : units) {
    if (text.starts_with(unit.first) && (!best || unit.first.size() > best->first.size()))
      best = &unit;
  }
  if (!best) return std::nullopt;
  text.remove_prefix(best->first.size());
  return best->second;
}

Error wrong_form(std::string_view what, std::string_view seen, std::string_view examples) {
  return Error{std::string{what} + " wanted, such as " + std::string{examples} + ", not '" +
               std::string{seen} + "'"};
}

std::string compact(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 8> units{{{"ns", 1},
                                                                             {"us", 1e3},
                                                                             {"µs", 1e3},
                                                                             {"ms", 1e6},
                                                                             {"s", 1e9},
                                                                             {"m", 60e9},
                                                                             {"h", 3600e9},
                                                                             {"d", 86400e9}}};
  const std::string_view seen = text;
  const auto wrong = [&] {
    return wrong_form("a duration with its unit", seen, "250ms, 1.5s, 2m or 1h30m");
  };
  double nanos = 0;
  skip_blanks(text);
  if (text.empty()) return wrong();
  while (!text.empty()) {
    const auto number = take_number(text);
    skip_blanks(text);
    const auto factor = number ? take_unit(text, units) : std::nullopt;
    if (!factor) return wrong();
    nanos += *number * *factor;
    skip_blanks(text);
  }
  if (nanos > static_cast<double>(kDurationMax.count())) {
    return Error{"'" + std::string{seen} + "' is longer than 31d, the longest accepted"};
  }
  return Duration{static_cast<Duration::rep>(std::llround(nanos))};
}

Result<Rate> parse_rate(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 3> units{
      {{"s", 1}, {"min", 60}, {"h", 3600}}};
  const std::string_view seen = text;
  const auto wrong = [&] {
    return wrong_form("a rate with its unit", seen, "40/s, 2400/min or 90/h");
  };
  skip_blanks(text);
  const auto number = take_number(text);
  skip_blanks(text);
  if (!number || text.empty() || text.front() != '/') return wrong();
  text.remove_prefix(1);
  skip_blanks(text);
  const auto per = take_unit(text, units);
  skip_blanks(text);
  if (!per || !text.empty()) return wrong();
  const double rate = *number / *per;
  if (rate > kRateMax)
    return Error{"'" + std::string{seen} + "' is above 10000000/s, the highest accepted"};
  return Rate{rate};
}

Result<Ratio> parse_ratio(std::string_view text) {
  const std::string_view seen = text;
  const auto wrong = [&] { return wrong_form("a percentage", seen, "5% or 99.9%"); };
  skip_blanks(text);
  const auto number = take_number(text);
  skip_blanks(text);
  if (!number || text.empty() || text.front() != '%') return wrong();
  text.remove_prefix(1);
  skip_blanks(text);
  if (!text.empty()) return wrong();
  if (*number > 100) return Error{"'" + std::string{seen} + "' is above 100%"};
  return Ratio{*number / 100};
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 7> units{{{"B", 1},
                                                                             {"KB", 1e3},
                                                                             {"MB", 1e6},
                                                                             {"GB", 1e9},
                                                                             {"KiB", 1024},
                                                                             {"MiB", 1048576},
                                                                             {"GiB", 1073741824}}};
  const std::string_view seen = text;
  const auto wrong = [&] { return wrong_form("a size with its unit", seen, "512B, 10KB or 5MiB"); };
  skip_blanks(text);
  const auto number = take_number(text);
  skip_blanks(text);
  const auto factor = number ? take_unit(text, units) : std::nullopt;
  skip_blanks(text);
  if (!factor || !text.empty()) return wrong();
  const double bytes = *number * *factor;
  if (bytes > 1099511627776.0) return Error{"'" + std::string{seen} + "' is above 1 TiB"};
  return static_cast<std::uint64_t>(std::llround(bytes));
}

std::string to_text(Rate rate) { return compact(rate.per_second) + "/s"; }

std::string to_text(Ratio ratio) { return compact(ratio.value * 100) + " %"; }

}  // namespace firedrill
