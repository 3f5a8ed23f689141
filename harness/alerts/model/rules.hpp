#pragma once

#include "harness/alerts/model/promql.hpp"
#include "harness/alerts/model/series.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::alerts {

struct Rule {
  std::string alert;   ///< "" for a recording rule.
  std::string record;  ///< "" for an alert.
  std::string text;    ///< The expression as written.
  ExprPtr expr;        ///< Null when it was not understood; Prometheus may still understand it.
  std::string not_understood;
  Duration hold{0};  ///< `for`
  Duration keep_firing{0};
  Labels labels;
  Labels annotations;
  int line = 0;

  [[nodiscard]] const std::string& name() const { return alert.empty() ? record : alert; }
};

struct RuleGroup {
  std::string file;
  std::string name;
  std::optional<Duration> interval;
  std::vector<Rule> rules;
};

/// Reads a file of Prometheus rules. The error has the line. Unknown keys are left to Prometheus.
[[nodiscard]] Result<std::vector<RuleGroup>> parse_rules(std::string_view text,
                                                         const std::string& file);

/// A file with just these groups, for runs that need some of them by themselves.
[[nodiscard]] std::string rules_json(const std::vector<const RuleGroup*>& groups);

/// A selector and what is done with it.
struct SelectorUse {
  ExprPtr selector;
  std::string function;  ///< The innermost call or aggregation around it: "rate"; "" for none.
  bool absence = false;  ///< Stands in absent() or absent_over_time().
  Duration reach{0};     ///< How far back it looks: ranges and offsets, subqueries included.
};
[[nodiscard]] std::vector<SelectorUse> selectors_of(const ExprPtr& expr);

/// How far back a rule looks, through the recording rules that it reads. At least 5 minutes, the
/// look-back of a plain selector.
[[nodiscard]] Duration reach_of(const Rule& rule, const std::vector<RuleGroup>& groups);

/// The rules that `rule` is made of: itself and the recording rules behind it.
[[nodiscard]] std::vector<const Rule*> closure_of(const Rule& rule,
                                                  const std::vector<RuleGroup>& groups);

/// The alerts of that name: several rules may share one, such as one for each severity.
[[nodiscard]] std::vector<const Rule*> alerts_named(std::string_view name,
                                                    const std::vector<RuleGroup>& groups);

}  // namespace firedrill::alerts
