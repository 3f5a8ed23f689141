#include "harness/alerts/model/closed_form.hpp"

#include "harness/alerts/model/rates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace firedrill::alerts {
namespace {

constexpr int kDepthMax = 32;

/// Counts a second above and below the fraction line.
struct Level {
  double above = 0;
  double below = 1;
};

std::string short_number(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.4g", value);
  return buffer.data();
}

class Predictor {
 public:
  Predictor(const std::vector<RuleGroup>& groups, const Recording& recording, Plateau before,
            Plateau after)
      : groups_{groups}, recording_{recording}, before_{before}, after_{after} {}

  /// Unset: no closed form.
  std::optional<Prediction> of(const ExprPtr& expr, int depth) {
    if (!expr || depth > kDepthMax) return std::nullopt;
    if (expr->kind == Expr::Kind::binary && (expr->name == "and" || expr->name == "or")) {
      return joined(*expr, depth);
    }
    const auto threshold = threshold_of(expr);
    if (!threshold) return std::nullopt;
    const ExprPtr left = looked_through(threshold->left, depth);
    const auto form = left ? rate_form_of(left) : std::nullopt;
    if (!form || threshold->op.front() == '<') return std::nullopt;
    return crossing(*form, threshold->bound);
  }

 private:
  std::optional<Prediction> joined(const Expr& expr, int depth) {
    const auto a = of(expr.args[0], depth + 1);
    const auto b = of(expr.args[1], depth + 1);
    if (!a || !b) return std::nullopt;
    const bool both = expr.name == "and";
    if (a->fires && b->fires) {
      return Prediction{both ? std::max(*a->fires, *b->fires) : std::min(*a->fires, *b->fires), ""};
    }
    if (both) return Prediction{std::nullopt, a->fires ? b->never : a->never};
    if (!a->fires && !b->fires) return a;
    return a->fires ? a : b;
  }

  /// The expression behind a recording rule; labels of the selector do not matter for the form.
  ExprPtr looked_through(const ExprPtr& expr, int depth) {
    if (expr->kind != Expr::Kind::selector || expr->range || depth > kDepthMax) return expr;
    for (const RuleGroup& group : groups_) {
      for (const Rule& rule : group.rules) {
        if (!rule.record.empty() && rule.record == expr->name) {
          return rule.expr ? looked_through(rule.expr, depth + 1) : nullptr;
        }
      }
    }
    return expr;
  }

  std::optional<Level> level(const RateForm& form, Plateau where) {
    const auto above = rate_of(recording_, *form.above, where.from, where.to);
    if (!form.below) return above ? std::optional{Level{*above, 1}} : std::nullopt;
    const auto below = rate_of(recording_, *form.below, where.from, where.to);
    if (!below || *below <= 0) return std::nullopt;
    return Level{above.value_or(0), *below};
  }

  /// t of the window lie after the step: (a0 (w - t) + a1 t) / (b0 (w - t) + b1 t) reaches c.
  std::optional<Prediction> crossing(const RateForm& form, double bound) {
    const auto before = level(form, before_);
    const auto after = level(form, after_);
    if (!before || !after) return std::nullopt;
    const double c = bound / form.factor;
    const double w = seconds(form.window);
    const double missing = c * before->below - before->above;
    const double gain = after->above - before->above - c * (after->below - before->below);
    if (missing < 0) return Prediction{Duration{0}, ""};
    if (after->above / after->below <= c || gain <= 0) {
      return Prediction{std::nullopt, "the plateau reaches " +
                                          short_number(after->above / after->below * form.factor) +
                                          ", not " + short_number(bound)};
    }
    return Prediction{from_seconds(w * missing / gain), ""};
  }

  const std::vector<RuleGroup>& groups_;
  const Recording& recording_;
  Plateau before_;
  Plateau after_;
};

}  // namespace

Prediction predict(const Rule& rule, const std::vector<RuleGroup>& groups,
                   const Recording& recording, Plateau before, Plateau after) {
  auto prediction = Predictor{groups, recording, before, after}.of(rule.expr, 0);
  if (!prediction) return {};
  if (prediction->fires) *prediction->fires += rule.hold;
  return *prediction;
}

}  // namespace firedrill::alerts
