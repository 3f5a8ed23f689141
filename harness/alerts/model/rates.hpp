#pragma once

#include "harness/alerts/model/promql.hpp"
#include "harness/alerts/model/series.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace firedrill::alerts {

/// The series that a selector names.
[[nodiscard]] std::vector<const RecordedSeries*> selected(const Recording& recording,
                                                          const Expr& selector);
/// True when any series has the selector's metric, whatever its labels.
[[nodiscard]] bool has_metric(const Recording& recording, const Expr& selector);

/// What the selected counters grew by a second in [from, to), all together; unset when there is
/// none.
[[nodiscard]] std::optional<double> rate_of(const Recording& recording, const Expr& selector,
                                            Offset from, Offset to);

/// `sum(rate(a[w])) / sum(rate(b[w]))`, rate(a[w]) or increase(a[w]): what has a closed form.
struct RateForm {
  ExprPtr above;  ///< Selector.
  ExprPtr below;  ///< Selector; null for a rate by itself.
  Duration window{0};
  double factor = 1;  ///< What the rate is multiplied by: the window in seconds for increase().
};
[[nodiscard]] std::optional<RateForm> rate_form_of(const ExprPtr& expr);

/// `left op constant`, with the constant on the right.
struct Threshold {
  ExprPtr left;
  std::string op;  ///< ">", ">=", "<" or "<=".
  double bound = 0;
};
[[nodiscard]] std::optional<Threshold> threshold_of(const ExprPtr& expr);

}  // namespace firedrill::alerts
