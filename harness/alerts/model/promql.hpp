#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::alerts {

// PromQL as far as one must understand it to know what a rule reads and when it can fire at all.
// Rules are evaluated by Prometheus itself, never here.

struct Matcher {
  std::string label;
  std::string op;  ///< "=", "!=", "=~" or "!~".
  std::string value;
  friend bool operator==(const Matcher&, const Matcher&) = default;
};

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

struct Expr {
  enum class Kind { number, text, selector, subquery, call, aggregate, binary, negation };

  Kind kind = Kind::number;
  double number = 0;
  std::string name;  ///< Metric, function, aggregation or operator; the text of a text.
  std::vector<Matcher> matchers;
  std::optional<Duration> range;  ///< Of a selector or subquery.
  Duration offset{0};             ///< Of a selector or subquery; may be negative.
  std::vector<ExprPtr> args;      ///< Operands; what is aggregated stands last.
  std::vector<std::string> grouping;
  bool without = false;  ///< `grouping` names the labels that go.
  bool returns_bool = false;
};

/// At most 64 levels deep. The error has the position in the text.
[[nodiscard]] Result<ExprPtr> parse_promql(std::string_view text);

/// "5m", "1h30m", "250ms", "1w": durations as Prometheus writes them.
[[nodiscard]] std::optional<Duration> parse_prometheus_duration(std::string_view text);

/// The value of an expression without any series; unset when it has one.
[[nodiscard]] std::optional<double> constant_of(const Expr& expr);

/// Whether `text` is as the matcher says; its patterns are anchored, as in Prometheus.
[[nodiscard]] bool matches(const Matcher& matcher, std::string_view text);

}  // namespace firedrill::alerts
