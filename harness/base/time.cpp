#include "harness/base/time.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace firedrill {
namespace {

std::string three_digits(double value, const char* unit) {
  std::array<char, 48> text{};
  const double size = std::abs(value);
  const int decimals = size >= 99.95 || value == 0 ? 0 : size >= 9.995 ? 1 : 2;
  std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value, unit);
  return text.data();
}

}  // namespace

Duration from_seconds(double count) {
  return Duration{static_cast<Duration::rep>(std::llround(count * 1e9))};
}

std::string to_rfc3339(WallTime time) {
  const auto since_epoch = time.time_since_epoch();
  const auto whole = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch - whole);
  const std::time_t unix_seconds = whole.count();
  std::tm parts{};
  gmtime_r(&unix_seconds, &parts);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s.%03dZ", date.data(),
                static_cast<int>(millis.count()));
  return text.data();
}

std::string to_text(Duration duration) {
  const auto nanos = static_cast<double>(duration.count());
  const double size = std::abs(nanos);
  if (size < 1e3) return three_digits(nanos, "ns");
  if (size < 1e6) return three_digits(nanos / 1e3, "µs");
  if (size < 1e9) return three_digits(nanos / 1e6, "ms");
  if (size < 120e9) return three_digits(nanos / 1e9, "s");
  const long long total = std::llround(nanos / 1e9);
  std::array<char, 48> text{};
  if (size < 7200e9) {
    std::snprintf(text.data(), text.size(), "%lld m %lld s", total / 60, std::llabs(total % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%lld h %lld m", total / 3600,
                  std::llabs(total / 60 % 60));
  }
  return text.data();
}

}  // namespace firedrill
