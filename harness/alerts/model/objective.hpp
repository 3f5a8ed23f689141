#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill::alerts {

/// A share of good events that is promised over a period, and where Prometheus counts the events.
struct Objective {
  std::string name;    ///< Letters, digits and underscores.
  double target = 0;   ///< 0.999; above 0 and below 1.
  Duration period{0};  ///< 30 days; at least 7.
  /// PromQL of what failed and of all, with {{.window}} where the range stands:
  /// `sum(rate(http_requests_total{status=~"5.."}[{{.window}}]))`.
  std::string errors;
  std::string total;

  [[nodiscard]] double budget() const { return 1 - target; }
};

/// One row of a multi-window, multi-burn-rate alert: fires while both windows burn faster than
/// `factor` times the rate that would just use up the budget.
struct BurnWindow {
  std::string severity;     ///< "critical" pages, "warning" is a ticket.
  double budget_share = 0;  ///< Of the budget, that is gone when it fires: 0.02.
  Duration long_window{0};
  Duration short_window{0};
  double factor = 0;  ///< budget_share * period / long_window
};

/// The rows of Google's SRE workbook (table 5-8, with the row of 1 d that Sloth adds), for periods
/// of any length: 2 % of the budget in an hour and 5 % in six page, 10 % in one and in three days
/// are tickets.
[[nodiscard]] std::vector<BurnWindow> burn_windows(Duration period);

/// Rules for Prometheus: a recording rule for each window, an alert that pages (NAMEBudgetBurn with
/// severity critical) and one that does not (severity warning). The error says what no such rules
/// can be made of: an objective so low that a window's burn rate could never be reached.
[[nodiscard]] Result<std::string> burn_rules(const Objective& objective);

/// What an incident cost.
struct BudgetUse {
  double bad = 0;         ///< Events that failed beyond those of every day, in the incident.
  double allowed = 0;     ///< Bad events that the budget allows in its period, at steady traffic.
  double share = 0;       ///< bad / allowed
  double burn_rate = 0;   ///< Error share in the incident over the budget's.
  double per_period = 0;  ///< How many such incidents use it up; infinite for none.
};

/// Rates a second, in steady state and during the incident.
struct Incident {
  double steady_total = 0;
  double steady_bad = 0;
  double total = 0;
  double bad = 0;
  Duration length{0};
};

/// Unset without steady traffic: there is no budget to measure with.
[[nodiscard]] std::optional<BudgetUse> budget_use(const Objective& objective,
                                                  const Incident& incident);

}  // namespace firedrill::alerts
