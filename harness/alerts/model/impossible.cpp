#include "harness/alerts/model/impossible.hpp"

#include "harness/alerts/model/rates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace firedrill::alerts {
namespace {

constexpr int kExprDepthMax = 32;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string four_digits(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.4g", value);
  return buffer.data();
}

/// Values that an expression can take, at most.
struct Span {
  double low = -kInfinity;
  double high = kInfinity;
  std::string why;  ///< Where the bound comes from.
};

/// Every series that `part` selects is selected by `whole`.
bool is_part_of(const Expr& part, const Expr& whole) {
  if (part.name.empty() || part.name != whole.name) return false;
  return std::all_of(whole.matchers.begin(), whole.matchers.end(), [&](const Matcher& matcher) {
    return std::find(part.matchers.begin(), part.matchers.end(), matcher) != part.matchers.end();
  });
}

class Judge {
 public:
  Judge(const std::vector<RuleGroup>& groups, const Recording& recording)
      : groups_{groups}, recording_{recording} {}

  std::string of(const ExprPtr& expr, int depth) {
    if (!expr || depth > kExprDepthMax || expr->kind != Expr::Kind::binary) return "";
    if (expr->name == "and") {
      std::string left = of(expr->args[0], depth + 1);
      return left.empty() ? of(expr->args[1], depth + 1) : left;
    }
    if (expr->name == "or") {
      std::string left = of(expr->args[0], depth + 1);
      return left.empty() || of(expr->args[1], depth + 1).empty() ? "" : left;
    }
    return outside(expr, depth);
  }

 private:
  std::string outside(const ExprPtr& expr, int depth) {
    const auto threshold = threshold_of(expr);
    if (!threshold) return "";
    const Span span = span_of(threshold->left, depth);
    const double c = threshold->bound;
    const std::string& op = threshold->op;
    const bool never = (op == ">" && span.high <= c) || (op == ">=" && span.high < c) ||
                       (op == "<" && span.low >= c) || (op == "<=" && span.low > c);
    if (!never) return "";
    const bool above = op.front() == '>';
    return span.why + " is never " + (above ? "above " : "below ") +
           four_digits(above ? span.high : span.low) + ", and the rule asks for " + op + " " +
           four_digits(c);
  }

  Span span_of(const ExprPtr& expr, int depth) {
    if (depth > kExprDepthMax) return {};
    using Kind = Expr::Kind;
    switch (expr->kind) {
      case Kind::call:
        return span_of_call(*expr);
      case Kind::aggregate:
        return span_of_aggregate(*expr, depth);
      case Kind::binary:
        return span_of_binary(expr, depth);
      case Kind::selector:
        return span_of_selector(*expr, depth);
      default:
        return {};
    }
  }

  Span span_of_selector(const Expr& selector, int depth) {
    if (selector.name == "up") return {0, 1, "up"};
    for (const RuleGroup& group : groups_) {
      for (const Rule& rule : group.rules) {
        if (rule.record.empty() || rule.record != selector.name) continue;
        // A second rule of that name might give something else.
        return rule.expr ? span_of(rule.expr, depth + 1) : Span{};
      }
    }
    return {};
  }

  Span span_of_call(const Expr& call) {
    const std::string& name = call.name;
    if (name == "rate" || name == "increase" || name == "irate" || name == "changes" ||
        name == "resets") {
      return {0, kInfinity, name + "()"};
    }
    if (name == "absent" || name == "absent_over_time") return {1, 1, name + "()"};
    if (name == "histogram_quantile" && call.args.size() == 2) {
      return {-kInfinity, highest_bound(call.args[1]), "a quantile of this histogram"};
    }
    return {};
  }

  /// histogram_quantile() never answers with more than the highest finite bound.
  double highest_bound(const ExprPtr& expr) {
    double highest = kInfinity;
    for (const SelectorUse& use : selectors_of(expr)) {
      for (const RecordedSeries* series : selected(recording_, *use.selector)) {
        const auto le = series->labels.find("le");
        if (le == series->labels.end()) return kInfinity;
        const double bound = std::strtod(le->second.c_str(), nullptr);
        if (!std::isfinite(bound)) continue;
        highest = std::isfinite(highest) ? std::max(highest, bound) : bound;
      }
    }
    return highest;
  }

  Span span_of_aggregate(const Expr& aggregate, int depth) {
    if (aggregate.args.empty()) return {};
    const Span inner = span_of(aggregate.args.back(), depth + 1);
    const std::string& name = aggregate.name;
    if (name == "min" || name == "max" || name == "avg") return inner;
    if (name == "sum" && inner.low >= 0) return {0, kInfinity, "a sum of " + inner.why};
    if (name == "count") return {1, kInfinity, "count()"};
    return {};
  }

  /// A part of the same counters over the whole of them, and such a share times a constant.
  Span span_of_binary(const ExprPtr& expr, int depth) {
    const std::string& op = expr->name;
    if (op == "/" && is_share(expr)) return {0, 1, "a share"};
    const auto constant = constant_of(*expr->args[1]);
    if ((op == "*" || op == "/") && constant && *constant > 0) {
      Span span = span_of(expr->args[0], depth + 1);
      const double factor = op == "*" ? *constant : 1 / *constant;
      span.low *= factor;
      span.high *= factor;
      span.why += " times " + four_digits(factor);
      return span;
    }
    if (op == "-" && constant_of(*expr->args[0])) {
      const Span span = span_of(expr->args[1], depth + 1);
      const double whole = *constant_of(*expr->args[0]);
      return {whole - span.high, whole - span.low, four_digits(whole) + " less " + span.why};
    }
    return {};
  }

  /// rate(a{x="y"}[w]) / rate(a[w]), summed or not: the same window, the same function.
  static bool is_share(const ExprPtr& expr) {
    const Expr& above = *expr->args[0];
    const Expr& below = *expr->args[1];
    const bool alike = above.kind == below.kind && above.grouping == below.grouping &&
                       above.without == below.without;
    const auto form = rate_form_of(expr);
    return alike && form && form->below && form->factor == 1 &&
           is_part_of(*form->above, *form->below);
  }

  const std::vector<RuleGroup>& groups_;
  const Recording& recording_;
};

}  // namespace

std::string impossible(const Rule& rule, const std::vector<RuleGroup>& groups,
                       const Recording& recording) {
  return Judge{groups, recording}.of(rule.expr, 0);
}

}  // namespace firedrill::alerts
