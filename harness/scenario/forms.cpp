#include "harness/scenario/forms.hpp"

#include "harness/scenario/quoted.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace firedrill::scenario {
namespace {

constexpr std::uint32_t kCountMax = 1'000'000;

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trimmed(text)).empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

/// "12", without sign or leading zero, up to kCountMax.
std::optional<std::uint32_t> count_of(std::string_view text) {
  std::uint32_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  const bool is_number = error == std::errc{} && stop == end && !text.starts_with('0');
  if (!is_number || count > kCountMax) return std::nullopt;
  return count;
}

/// "5 failures" with one of `units`, which are given in the singular.
std::optional<Count> parse_count(std::string_view text, std::initializer_list<const char*> units) {
  const auto words = words_of(text);
  if (words.size() != 2) return std::nullopt;
  const auto count = count_of(words[0]);
  if (!count) return std::nullopt;
  for (const std::string unit : units) {
    if (words[1] == unit || words[1] == unit + "s") return Count{*count, unit};
  }
  return std::nullopt;
}

/// One word of a delay with two of them: "1.5s" but not "1 s", which would read as two.
constexpr std::string_view kDurationWord = R"((\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d))+)";

Error wrong_delay(std::string_view seen) {
  return Error{
      "a delay wanted, such as 40ms, 'uniform 10ms 50ms', 'normal 40ms 10ms' or 'lognormal 40ms "
      "10ms', not " +
      quoted(seen)};
}

Result<spec::Delay> two_durations(spec::Delay::Kind kind, std::string_view text,
                                  std::string_view first, std::string_view second) {
  const Result<Duration> a = parse_duration(first);
  if (!a) return a.error();
  const Result<Duration> b = parse_duration(second);
  if (!b) return b.error();
  if (kind == spec::Delay::Kind::uniform && *a > *b) {
    return Error{"in " + quoted(text) + " the first duration must be the shorter one"};
  }
  if (kind == spec::Delay::Kind::lognormal && *a == Duration{0}) {
    return Error{"in " + quoted(text) + " the mean must be above 0"};
  }
  return spec::Delay{kind, *a, *b};
}

constexpr std::string_view kNumberWord = R"((\d{1,7}(\.\d{1,6})?))";

/// "60" or "12.5": above 0 and at most a million.
std::optional<double> amount_of(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  const bool is_number = error == std::errc{} && stop == end && text[0] >= '0' && text[0] <= '9';
  if (!is_number || value <= 0 || value > 1e6) return std::nullopt;
  return value;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string unanchored(std::string_view pattern) {
  return std::string{pattern.substr(1, pattern.size() - 2)};
}

Result<spec::Delay> parse_delay(std::string_view text) {
  using Kind = spec::Delay::Kind;
  const auto words = words_of(text);
  if (words.empty()) return wrong_delay(text);
  static constexpr std::array<std::pair<std::string_view, Kind>, 3> kinds{
      {{"uniform", Kind::uniform}, {"normal", Kind::normal}, {"lognormal", Kind::lognormal}}};
  for (const auto& [name, kind] : kinds) {
    if (words[0] != name) continue;
    if (words.size() == 3) return two_durations(kind, text, words[1], words[2]);
    return Error{"'" + std::string{name} + "' takes two durations, such as '" + std::string{name} +
                 " 10ms 50ms', not " + quoted(text)};
  }
  std::string_view rest = trimmed(text);
  const bool is_fixed = words[0] == "fixed";
  if (is_fixed) rest.remove_prefix(words[0].size());
  // A bare number lacks its unit; any other word is no delay at all.
  const bool begins_with_digit = words[0][0] >= '0' && words[0][0] <= '9';
  if (!is_fixed && !begins_with_digit) return wrong_delay(text);
  const Result<Duration> fixed = parse_duration(rest);
  if (!fixed) return fixed.error();
  return spec::Delay{Kind::fixed, *fixed, Duration{0}};
}

std::string delay_pattern() {
  const std::string word{kDurationWord};
  return R"(^\s*(fixed\s+)?)" + unanchored(kDurationPattern) +
         R"($|^\s*(uniform|normal|lognormal)\s+)" + word + R"(\s+)" + word + R"(\s*$)";
}

Result<spec::Spread> parse_spread(std::string_view text) {
  using Kind = spec::Delay::Kind;
  static constexpr std::array<std::pair<std::string_view, Kind>, 3> kinds{
      {{"uniform", Kind::uniform}, {"normal", Kind::normal}, {"lognormal", Kind::lognormal}}};
  const Error wrong{
      "a number above 0 wanted, such as 60, 'uniform 40 80', 'normal 60 15' or 'lognormal 60 15', "
      "not " +
      quoted(text)};
  const auto words = words_of(text);
  if (words.size() == 1) {
    const auto fixed = amount_of(words[0]);
    if (!fixed) return wrong;
    return spec::Spread{Kind::fixed, *fixed, 0};
  }
  if (words.size() != 3) return wrong;
  const auto a = amount_of(words[1]);
  const auto b = amount_of(words[2]);
  if (!a || !b) return wrong;
  for (const auto& [name, kind] : kinds) {
    if (words[0] != name) continue;
    if (kind == Kind::uniform && *a > *b) {
      return Error{"in " + quoted(text) + " the first number must be the smaller one"};
    }
    return spec::Spread{kind, *a, *b};
  }
  return wrong;
}

std::string spread_pattern() {
  const std::string word{kNumberWord};
  return R"(^\s*)" + word + R"(\s*$|^\s*(uniform|normal|lognormal)\s+)" + word + R"(\s+)" + word +
         R"(\s*$)";
}

Result<Count> parse_step_end(std::string_view text) {
  if (const auto count = parse_count(text, {"request", "trial"})) return *count;
  return Error{"a number of requests or trials wanted, such as '3 requests' or '1 trial', not " +
               quoted(text)};
}

Result<Count> parse_failures(std::string_view text) {
  if (const auto count = parse_count(text, {"failure"})) return *count;
  return Error{"a number of failures wanted, such as '5 failures', not " + quoted(text)};
}

Result<Count> parse_calls(std::string_view text) {
  if (const auto count = parse_count(text, {"call"})) return *count;
  return Error{"a number of calls wanted, such as '100 calls', not " + quoted(text)};
}

Result<LookBack> parse_look_back(std::string_view text) {
  if (const auto count = parse_count(text, {"call"})) return LookBack{Duration{0}, count->count};
  const Result<Duration> time = parse_duration(text);
  if (time && *time > Duration{0}) return LookBack{*time, 0};
  return Error{"a time or a number of calls wanted, such as 10s or '100 calls', not " +
               quoted(text)};
}

std::string look_back_pattern() {
  return std::string{kCallsPattern} + "|" + std::string{kDurationPattern};
}

Result<Count> parse_windows(std::string_view text) {
  if (const auto count = parse_count(text, {"window"})) return *count;
  return Error{"a number of windows wanted, such as '3 windows', not " + quoted(text)};
}

Result<spec::NumberBound> parse_number_bound(std::string_view text) {
  spec::NumberBound bound;
  std::string_view rest = text;
  const auto wrong = [&] {
    return Error{"a bound for a number wanted, such as '>= 10', not " + quoted(text)};
  };
  if (!take_comparison(rest, bound.comparison) || trimmed(text).starts_with("===")) return wrong();
  rest = trimmed(rest);
  const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), bound.value,
                                             std::chars_format::fixed);
  const bool digits = !rest.empty() && rest.find_first_not_of("-0123456789.") == rest.npos;
  if (!digits || error != std::errc{} || stop != rest.data() + rest.size()) return wrong();
  return bound;
}

std::string number_bound_pattern() {
  return "^" + std::string{kComparisonPattern} + R"(-?\d{1,15}(\.\d{1,9})?\s*$)";
}

Result<std::pair<std::uint32_t, std::uint32_t>> parse_count_script(std::string_view text) {
  const auto wrong = [&] {
    return Error{"a script by count wanted, such as 'fail 2, pass 1', not " + quoted(text)};
  };
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return wrong();
  const auto fail = words_of(text.substr(0, comma));
  const auto pass = words_of(text.substr(comma + 1));
  if (fail.size() != 2 || pass.size() != 2 || fail[0] != "fail" || pass[0] != "pass")
    return wrong();
  const auto fails = count_of(fail[1]);
  const auto passes = count_of(pass[1]);
  if (!fails || !passes) return wrong();
  return std::pair{*fails, *passes};
}

Result<spec::StatusRange> parse_status_class(std::string_view text) {
  if (text.size() == 3 && text[0] >= '1' && text[0] <= '5' && text.substr(1) == "xx") {
    const int first = (text[0] - '0') * 100;
    return spec::StatusRange{first, first + 99};
  }
  return Error{"a status wanted, such as 200 or 2xx, not " + quoted(text)};
}

bool take_comparison(std::string_view& text, spec::Comparison& comparison) {
  using spec::Comparison;
  static constexpr std::array<std::pair<std::string_view, Comparison>, 7> symbols{
      {{"===", Comparison::equal},
       {"<=", Comparison::less_equal},
       {">=", Comparison::greater_equal},
       {"==", Comparison::equal},
       {"!=", Comparison::not_equal},
       {"<", Comparison::less},
       {">", Comparison::greater}}};
  const std::string_view start = trimmed(text);
  for (const auto& [symbol, meaning] : symbols) {
    if (!start.starts_with(symbol)) continue;
    comparison = meaning;
    text = trimmed(start.substr(symbol.size()));
    return true;
  }
  return false;
}

Result<ShareBound> parse_share_bound(std::string_view text) {
  ShareBound bound;
  std::string_view rest = text;
  if (!take_comparison(rest, bound.comparison) || trimmed(text).starts_with("===")) {
    return Error{"a bound for a share wanted, such as '>= 99%', not " + quoted(text)};
  }
  const Result<Ratio> share = parse_ratio(rest);
  if (!share) return share.error();
  bound.share = share->value;
  return bound;
}

std::string share_bound_pattern() {
  return "^" + std::string{kComparisonPattern} + unanchored(kRatioPattern) + "$";
}

}  // namespace firedrill::scenario
