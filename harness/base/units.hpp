#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill {

/// Events per second. 0 is allowed where a stream may pause.
struct Rate {
  double per_second = 0;
  friend bool operator==(const Rate&, const Rate&) = default;
};

/// A share of a whole, 0..1.
struct Ratio {
  double value = 0;
  friend bool operator==(const Ratio&, const Ratio&) = default;
};

/// Highest rate that a scenario may ask of one stream.
inline constexpr double kRateMax = 10'000'000;
/// Longest duration a scenario may name.
inline constexpr Duration kDurationMax = std::chrono::hours{24 * 31};

// The text forms that scenarios use. Units are mandatory; blanks around the number are allowed.
// Each error names what was seen and what is accepted.

/// "250ms", "1.5 s", "2m", "1h30m", "100us", "10ns", "7d"; 0 needs a unit too. Range 0..31 d.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
/// "40/s", "2400/min", "0.5/s", "90/h". Range 0..10,000,000/s.
[[nodiscard]] Result<Rate> parse_rate(std::string_view text);
/// "5%", "5 %", "99.9%". Range 0..100 %.
[[nodiscard]] Result<Ratio> parse_ratio(std::string_view text);
/// "512B", "10KB", "10KiB", "5MB", "1GiB". Range 0..1 TiB.
[[nodiscard]] Result<std::uint64_t> parse_bytes(std::string_view text);

/// The regular expressions (RE2 and ECMAScript alike, anchored) that the parsers above accept, for
/// the JSON Schema; a test holds them and the parsers together.
inline constexpr std::string_view kDurationPattern =
    R"(^\s*(\d+(\.\d+)?\s*(ns|us|µs|ms|s|m|h|d)\s*)+$)";
inline constexpr std::string_view kRatePattern = R"(^\s*\d+(\.\d+)?\s*/\s*(s|min|h)\s*$)";
inline constexpr std::string_view kRatioPattern = R"(^\s*\d+(\.\d+)?\s*%\s*$)";
inline constexpr std::string_view kBytesPattern =
    R"(^\s*\d+(\.\d+)?\s*(B|KB|MB|GB|KiB|MiB|GiB)\s*$)";

[[nodiscard]] std::string to_text(Rate rate);    ///< "40/s", "0.5/s"
[[nodiscard]] std::string to_text(Ratio ratio);  ///< "99.7 %"

}  // namespace firedrill
