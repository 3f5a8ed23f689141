#include "harness/alerts/model/compress.hpp"

#include "harness/alerts/model/promql_tokens.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

namespace firedrill::alerts {
namespace {

constexpr int kSamplesPerRange = 4;
constexpr int kRecordsDeep = 32;
constexpr double kMinute = 60;

/// Thrown on the first constant that carries time; never leaves this file.
struct CarriesTime {
  std::string why;
};

/// How an expression changes when ranges shrink: like range^power.
struct Growth {
  int power = 0;
  std::string by;           ///< What made it so: "increase()".
  bool per_second = false;  ///< A rate stands in it.
};

template <std::size_t Count>
bool is_among(std::string_view name, const std::array<std::string_view, Count>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 3> kRates{"rate", "irate", "deriv"};
constexpr std::array<std::string_view, 5> kCounts{"increase", "delta", "idelta", "changes",
                                                  "resets"};
constexpr std::array<std::string_view, 2> kClocks{"time", "timestamp"};
constexpr std::array<std::string_view, 8> kCalendar{"hour",        "minute",       "month",
                                                    "year",        "day_of_week",  "day_of_month",
                                                    "day_of_year", "days_in_month"};
/// Shares of buckets, numbers of series, whether there is anything: ranges do not show in them.
constexpr std::array<std::string_view, 6> kPlain{"histogram_quantile", "absent", "absent_over_time",
                                                 "present_over_time",  "group",  "sgn"};
/// As what they are given.
constexpr std::array<std::string_view, 18> kSame{"abs",
                                                 "sort",
                                                 "sort_desc",
                                                 "label_replace",
                                                 "label_join",
                                                 "scalar",
                                                 "vector",
                                                 "avg_over_time",
                                                 "min_over_time",
                                                 "max_over_time",
                                                 "last_over_time",
                                                 "quantile_over_time",
                                                 "stddev_over_time",
                                                 "stdvar_over_time",
                                                 "holt_winters",
                                                 "double_exponential_smoothing",
                                                 "mad_over_time",
                                                 "first_over_time"};
/// As what they are given, but not linear: fine for what does not change at all.
constexpr std::array<std::string_view, 11> kBent{"ceil",      "floor",     "round", "clamp",
                                                 "clamp_max", "clamp_min", "sqrt",  "ln",
                                                 "log2",      "log10",     "exp"};
constexpr std::array<std::string_view, 2> kSamples{"count_over_time", "sum_over_time"};

std::string number_text(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

class GrowthOf {
 public:
  GrowthOf(const std::vector<RuleGroup>& groups, const Compression& compression)
      : groups_{groups},
        samples_scale_{compression.scrape * compression.factor == compression.production_scrape} {}

  Growth of(const Expr& expr) {
    switch (expr.kind) {
      case Expr::Kind::number:
      case Expr::Kind::text:
        return {};
      case Expr::Kind::selector:
        return of_series(expr.name);
      case Expr::Kind::subquery:
      case Expr::Kind::negation:
        return of(*expr.args.front());
      case Expr::Kind::call:
        return of_call(expr);
      case Expr::Kind::aggregate:
        return of_aggregate(expr);
      case Expr::Kind::binary:
        return of_binary(expr);
    }
    return {};
  }

 private:
  /// A recorded series is as the rule that records it.
  Growth of_series(const std::string& name) {
    for (const RuleGroup& group : groups_) {
      for (const Rule& rule : group.rules) {
        if (rule.record.empty() || rule.record != name || !rule.expr) continue;
        if (++depth_ > kRecordsDeep) throw CarriesTime{name + " is recorded from itself"};
        Growth growth = of(*rule.expr);
        --depth_;
        if (growth.power != 0) growth.by = name + ", by " + growth.by + ",";
        return growth;
      }
    }
    if (name.ends_with("_timestamp_seconds") || name.ends_with("_start_time_seconds"))
      return {1, name, false};
    return {};
  }

  Growth of_call(const Expr& expr) {
    const std::string& name = expr.name;
    const std::string shown = name + "()";
    if (is_among(name, kCalendar))
      throw CarriesTime{shown + " reads the calendar, which does not run faster"};
    if (name == "predict_linear")
      throw CarriesTime{shown + " looks ahead by a number of seconds, which no factor divides"};
    if (is_among(name, kClocks)) return {1, shown, false};
    Growth inner = of_argument(expr);
    if (is_among(name, kPlain)) return {};
    if (is_among(name, kRates)) return {inner.power, inner.by, true};
    if (is_among(name, kCounts)) return {1, shown, false};
    if (is_among(name, kSamples)) {
      if (!samples_scale_)
        throw CarriesTime{shown +
                          " counts samples, and this Prometheus scrapes more rarely than "
                          "production would at this speed"};
      return inner;
    }
    if (is_among(name, kSame)) return inner;
    if (is_among(name, kBent)) {
      if (inner.power == 0) return inner;
      throw CarriesTime{shown + " of " + inner.by + " does not shrink in proportion"};
    }
    throw CarriesTime{"nobody knows how " + shown + " changes when time runs faster"};
  }

  /// Of the argument that is no constant.
  Growth of_argument(const Expr& expr) {
    for (const ExprPtr& arg : expr.args) {
      if (arg->kind != Expr::Kind::text && !constant_of(*arg)) return of(*arg);
    }
    return {};
  }

  Growth of_aggregate(const Expr& expr) {
    const Growth inner = expr.args.empty() ? Growth{} : of(*expr.args.back());
    const bool counts = expr.name == "count" || expr.name == "count_values" || expr.name == "group";
    return counts ? Growth{} : inner;
  }

  Growth of_binary(const Expr& expr) {
    const Expr& left = *expr.args[0];
    const Expr& right = *expr.args[1];
    const std::string& op = expr.name;
    const Growth a = of(left);
    const Growth b = of(right);
    if (op == "and" || op == "unless") return a;
    if (op == "*" || op == "/") return multiplied(expr, a, b);
    if (op == "^" || op == "%" || op == "atan2") {
      if (a.power == 0 && b.power == 0) return {0, "", a.per_second || b.per_second};
      throw CarriesTime{"'" + op + "' of " + (a.power != 0 ? a.by : b.by) +
                        " does not shrink in proportion"};
    }
    same_or_refuse(op, left, right, a, b);
    const bool constant = constant_of(left).has_value();
    return constant ? b : Growth{a.power, a.by, a.per_second || b.per_second};
  }

  static Growth multiplied(const Expr& expr, const Growth& a, const Growth& b) {
    for (std::size_t i = 0; i < 2; ++i) {
      const auto constant = constant_of(*expr.args[i]);
      const Growth& other = i == 0 ? b : a;
      if (!constant || !other.per_second || *constant == 0) continue;
      const double minutes = std::abs(*constant) / kMinute;
      if (minutes < 1 || minutes != std::floor(minutes)) continue;
      throw CarriesTime{number_text(*constant) +
                        " turns a rate a second into one of a longer time"};
    }
    const int power = expr.name == "*" ? a.power + b.power : a.power - b.power;
    // A share of two rates is no rate.
    const bool rate =
        expr.name == "/" ? a.per_second != b.per_second : a.per_second || b.per_second;
    return {power, a.power != 0 ? a.by : b.by, rate};
  }

  /// Sums and comparisons: both sides change alike, or one is nothing.
  static void same_or_refuse(const std::string& op, const Expr& left, const Expr& right,
                             const Growth& a, const Growth& b) {
    if (op == "or" || a.power == b.power) return;
    const Growth& moving = a.power != 0 ? a : b;
    const auto constant = constant_of(a.power != 0 ? right : left);
    if (constant && *constant == 0) return;
    if (constant)
      throw CarriesTime{moving.by + " grows with time, and " + number_text(*constant) +
                        " carries that time"};
    throw CarriesTime{moving.by + " grows with time, and what it is held against does not"};
  }

  const std::vector<RuleGroup>& groups_;
  bool samples_scale_;
  int depth_ = 0;
};

/// Durations that stand neither in brackets nor after `offset`, and instants.
std::string stray_time(const std::vector<Token>& tokens) {
  int open = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.kind == Token::Kind::symbol && token.text == "[") ++open;
    if (token.kind == Token::Kind::symbol && token.text == "]") --open;
    if (token.kind == Token::Kind::symbol && token.text == "@") return "'@' names an instant";
    if (token.kind != Token::Kind::duration || open > 0) continue;
    std::size_t before = i;
    while (before > 0 && tokens[before - 1].text == "-") --before;
    if (before == 0 || tokens[before - 1].text != "offset")
      return "'" + token.text + "' is a number of seconds";
  }
  return "";
}

std::string short_range(const ExprPtr& expr, const Compression& compression) {
  for (const SelectorUse& use : selectors_of(expr)) {
    const auto range = use.selector->range;
    if (!range || *range / compression.factor >= compression.scrape * kSamplesPerRange) continue;
    return "its range of " + to_text(*range) + " would be " + to_text(*range / compression.factor) +
           ", fewer than four scrapes of " + to_text(compression.scrape);
  }
  return "";
}

bool asks_in_template(const Rule& rule) {
  for (const Labels* texts : {&rule.labels, &rule.annotations}) {
    for (const auto& [name, text] : *texts) {
      const std::size_t at = text.find("query ");
      if (at != std::string::npos && text.rfind("{{", at) != std::string::npos) return true;
    }
  }
  return false;
}

std::string why_not(const Rule& rule, const std::vector<RuleGroup>& groups,
                    const Compression& compression) {
  if (!rule.expr) return "its expression is not understood: " + rule.not_understood;
  const auto tokens = tokens_of(rule.text);
  if (!tokens) return tokens.error().message;
  if (std::string stray = stray_time(*tokens); !stray.empty()) return stray;
  if (std::string range = short_range(rule.expr, compression); !range.empty()) return range;
  if (asks_in_template(rule)) return "a template of its asks Prometheus by itself";
  try {
    (void)GrowthOf{groups, compression}.of(*rule.expr);
  } catch (const CarriesTime& found) {
    return found.why;
  }
  return "";
}

std::string divided_text(const std::string& text, std::uint32_t factor) {
  const auto tokens = tokens_of(text);
  if (!tokens) return text;
  std::string out;
  std::size_t done = 0;
  for (const Token& token : *tokens) {
    if (token.kind != Token::Kind::duration) continue;
    const auto duration = parse_prometheus_duration(token.text);
    if (!duration) continue;
    out += text.substr(done, token.at - done) + millis_text(divided(*duration, factor));
    done = token.at + token.text.size();
  }
  return out + text.substr(done);
}

}  // namespace

Duration divided(Duration duration, std::uint32_t factor) {
  const Duration out = duration / factor;
  const Duration least = std::chrono::milliseconds{1};
  return duration > Duration{0} && out < least ? least : out;
}

std::string millis_text(Duration duration) {
  return std::to_string(std::chrono::round<std::chrono::milliseconds>(duration).count()) + "ms";
}

std::vector<Refusal> refuse(const std::vector<RuleGroup>& groups, const Compression& compression) {
  std::vector<Refusal> out;
  if (compression.factor == 1) return out;
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      std::string why = why_not(rule, groups, compression);
      if (why.empty()) continue;
      out.push_back({rule.name(), group.file + ":" + std::to_string(rule.line), std::move(why)});
    }
  }
  return out;
}

std::vector<RuleGroup> compressed(const std::vector<RuleGroup>& groups,
                                  const Compression& compression) {
  std::vector<RuleGroup> out = groups;
  for (RuleGroup& group : out) {
    if (group.interval) {
      group.interval = std::max(divided(*group.interval, compression.factor), compression.scrape);
    }
    for (Rule& rule : group.rules) {
      if (compression.factor > 1) rule.text = divided_text(rule.text, compression.factor);
      rule.hold = divided(rule.hold, compression.factor);
      rule.keep_firing = divided(rule.keep_firing, compression.factor);
    }
  }
  return out;
}

std::string live_rules_text(const std::vector<RuleGroup>& groups) {
  nlohmann::ordered_json out;
  auto& list = out["groups"] = nlohmann::ordered_json::array();
  for (const RuleGroup& group : groups) {
    std::vector<const RuleGroup*> one{&group};
    auto parsed = nlohmann::ordered_json::parse(rules_json(one));
    auto item = std::move(parsed["groups"].front());
    // Groups of several files may share a name, and these stand in one.
    item["name"] = group.file + ": " + group.name;
    if (group.interval) item["interval"] = millis_text(*group.interval);
    list.push_back(std::move(item));
  }
  return out.dump(1);
}

}  // namespace firedrill::alerts
