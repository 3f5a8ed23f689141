#pragma once

#include "harness/base/result.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/delay.hpp"
#include "harness/spec/expectation.hpp"
#include "harness/spec/match.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::scenario {

// The small languages inside a scenario's texts. Each has a parser and the pattern that the schema
// shows; the parser accepts at most what the pattern accepts.

/// "40ms", "fixed 40ms", "uniform 10ms 50ms", "normal 40ms 10ms", "lognormal 40ms 10ms".
[[nodiscard]] Result<spec::Delay> parse_delay(std::string_view text);
[[nodiscard]] std::string delay_pattern();

/// "60", "uniform 40 80", "normal 60 15", "lognormal 60 15": numbers above 0, up to a million.
[[nodiscard]] Result<spec::Spread> parse_spread(std::string_view text);
[[nodiscard]] std::string spread_pattern();

/// A number of things: "5 failures", "1 trial". 1 to 1,000,000.
struct Count {
  std::uint32_t count = 0;
  std::string unit;  ///< In the singular.
};
[[nodiscard]] Result<Count> parse_step_end(std::string_view text);  ///< "3 requests", "1 trial"
[[nodiscard]] Result<Count> parse_failures(std::string_view text);  ///< "5 failures"
inline constexpr std::string_view kStepEndPattern = R"(^\s*[1-9]\d{0,6}\s+(requests?|trials?)\s*$)";
inline constexpr std::string_view kFailuresPattern = R"(^\s*[1-9]\d{0,6}\s+failures?\s*$)";

/// "100 calls"
[[nodiscard]] Result<Count> parse_calls(std::string_view text);
inline constexpr std::string_view kCallsPattern = R"(^\s*[1-9]\d{0,6}\s+calls?\s*$)";
/// "10s" or "100 calls": a stretch that is looked back on.
struct LookBack {
  Duration time{0};  ///< 0 when it is a number of calls.
  std::uint32_t calls = 0;
};
[[nodiscard]] Result<LookBack> parse_look_back(std::string_view text);
[[nodiscard]] std::string look_back_pattern();

[[nodiscard]] Result<Count> parse_windows(std::string_view text);  ///< "3 windows"
inline constexpr std::string_view kWindowsPattern = R"(^\s*[1-9]\d{0,6}\s+windows?\s*$)";

/// ">= 10", "< 1.5", "== -1"
[[nodiscard]] Result<spec::NumberBound> parse_number_bound(std::string_view text);
[[nodiscard]] std::string number_bound_pattern();

/// "fail 2, pass 1": how many of each, in turn.
[[nodiscard]] Result<std::pair<std::uint32_t, std::uint32_t>> parse_count_script(
    std::string_view text);
inline constexpr std::string_view kCountScriptPattern =
    R"(^\s*fail\s+[1-9]\d{0,6}\s*,\s*pass\s+[1-9]\d{0,6}\s*$)";

/// "2xx"
[[nodiscard]] Result<spec::StatusRange> parse_status_class(std::string_view text);
inline constexpr std::string_view kStatusClassPattern = "^[1-5]xx$";

/// ">= 99%"
struct ShareBound {
  spec::Comparison comparison = spec::Comparison::greater_equal;
  double share = 1;
};
[[nodiscard]] Result<ShareBound> parse_share_bound(std::string_view text);
[[nodiscard]] std::string share_bound_pattern();

/// Takes "<=" and the like off the front, with the blanks around it; "===" counts as "==".
[[nodiscard]] bool take_comparison(std::string_view& text, spec::Comparison& comparison);
inline constexpr std::string_view kComparisonPattern = R"(\s*(<=|>=|==|!=|<|>)\s*)";

/// `pattern` without its anchors, to build others from.
[[nodiscard]] std::string unanchored(std::string_view pattern);

[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace firedrill::scenario
