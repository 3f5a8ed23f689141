#include "harness/alerts/model/rates.hpp"

#include "harness/alerts/model/trace.hpp"

#include <algorithm>

namespace firedrill::alerts {
namespace {

bool has_labels(const RecordedSeries& series, const std::vector<Matcher>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const Matcher& matcher) {
    const auto label = series.labels.find(matcher.label);
    return matches(matcher, label == series.labels.end() ? "" : label->second);
  });
}

bool is_call(const ExprPtr& expr, std::string_view name) {
  return expr->kind == Expr::Kind::call && expr->name == name && expr->args.size() == 1;
}

/// rate(x[w]) or increase(x[w]), summed or not.
std::optional<RateForm> single_rate(const ExprPtr& expr) {
  if (expr->kind == Expr::Kind::aggregate && expr->name == "sum" && expr->args.size() == 1) {
    return single_rate(expr->args[0]);
  }
  if (!is_call(expr, "rate") && !is_call(expr, "increase")) return std::nullopt;
  const ExprPtr& selector = expr->args[0];
  if (selector->kind != Expr::Kind::selector || !selector->range || selector->offset.count() != 0) {
    return std::nullopt;
  }
  const double factor = expr->name == "increase" ? seconds(*selector->range) : 1;
  return RateForm{selector, nullptr, *selector->range, factor};
}

std::string mirrored(const std::string& op) {
  if (op == "<") return ">";
  if (op == ">") return "<";
  return op == "<=" ? ">=" : "<=";
}

}  // namespace

std::vector<const RecordedSeries*> selected(const Recording& recording, const Expr& selector) {
  std::vector<const RecordedSeries*> out;
  for (const RecordedSeries& series : recording.series) {
    const bool named = selector.name.empty() || selector.name == series.name;
    if (named && has_labels(series, selector.matchers)) out.push_back(&series);
  }
  return out;
}

bool has_metric(const Recording& recording, const Expr& selector) {
  return selector.name.empty() ||
         std::any_of(recording.series.begin(), recording.series.end(),
                     [&](const RecordedSeries& series) { return series.name == selector.name; });
}

std::optional<double> rate_of(const Recording& recording, const Expr& selector, Offset from,
                              Offset to) {
  const auto series = selected(recording, selector);
  if (series.empty() || to <= from) return std::nullopt;
  double sum = 0;
  for (const RecordedSeries* one : series) {
    const Trace trace{*one};
    const Offset seen = trace.last_seen(from, to);
    sum += trace.increase(from, seen) / seconds(seen - from);
  }
  return sum;
}

std::optional<RateForm> rate_form_of(const ExprPtr& expr) {
  if (expr->kind != Expr::Kind::binary || expr->name != "/") return single_rate(expr);
  const auto above = single_rate(expr->args[0]);
  const auto below = single_rate(expr->args[1]);
  if (!above || !below || above->window != below->window) return std::nullopt;
  return RateForm{above->above, below->above, above->window, above->factor / below->factor};
}

std::optional<Threshold> threshold_of(const ExprPtr& expr) {
  if (!expr || expr->kind != Expr::Kind::binary || expr->returns_bool) return std::nullopt;
  const std::string& op = expr->name;
  if (op != ">" && op != ">=" && op != "<" && op != "<=") return std::nullopt;
  if (const auto bound = constant_of(*expr->args[1])) return Threshold{expr->args[0], op, *bound};
  if (const auto bound = constant_of(*expr->args[0])) {
    return Threshold{expr->args[1], mirrored(op), *bound};
  }
  return std::nullopt;
}

}  // namespace firedrill::alerts
