#include "harness/alerts/model/objective.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <utility>

namespace firedrill::alerts {
namespace {

using namespace std::chrono_literals;

/// Shares of the budget and windows, as they are for a period of any length.
struct Row {
  const char* severity;
  double share;
  Duration long_window;
  Duration short_window;
};

constexpr std::array<Row, 4> kRows{{{"critical", 0.02, 1h, 5min},
                                    {"critical", 0.05, 6h, 30min},
                                    {"warning", 0.10, 24h, 2h},
                                    {"warning", 0.10, 72h, 6h}}};

std::string plain_number(double value) {
  std::array<char, 40> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.12g", value);
  return buffer.data();
}

std::string window_text(Duration window) {
  const auto minutes = window / 1min;
  if (minutes % (24 * 60) == 0) return std::to_string(minutes / (24 * 60)) + "d";
  if (minutes % 60 == 0) return std::to_string(minutes / 60) + "h";
  return std::to_string(minutes) + "m";
}

std::string with_window(std::string text, const std::string& window) {
  const std::string mark = "{{.window}}";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.replace(at, mark.size(), window);
    at += window.size();
  }
  return text;
}

/// 'text' for YAML.
std::string yaml_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string record_name(const Objective& objective, Duration window) {
  return "slo:" + objective.name + ":error_ratio" + window_text(window);
}

std::string record_text(const Objective& objective, Duration window) {
  const std::string range = window_text(window);
  return "  - record: " + record_name(objective, window) + "\n    expr: " +
         yaml_quoted("(" + with_window(objective.errors, range) + ") / (" +
                     with_window(objective.total, range) + ")") +
         "\n";
}

std::string condition(const Objective& objective, const BurnWindow& window) {
  const std::string bound =
      " > " + plain_number(window.factor) + " * " + plain_number(objective.budget());
  return "(" + record_name(objective, window.long_window) + bound + " and " +
         record_name(objective, window.short_window) + bound + ")";
}

std::string alert_text(const Objective& objective, const std::vector<BurnWindow>& windows,
                       const std::string& severity) {
  std::string expr;
  for (const BurnWindow& window : windows) {
    if (window.severity != severity) continue;
    expr += (expr.empty() ? "" : " or ") + condition(objective, window);
  }
  return "  - alert: " + objective.name + "BudgetBurn\n    expr: " + yaml_quoted(expr) +
         "\n    labels: {severity: " + severity + ", slo: " + objective.name + "}\n";
}

}  // namespace

std::vector<BurnWindow> burn_windows(Duration period) {
  std::vector<BurnWindow> out;
  for (const Row& row : kRows) {
    const double factor = row.share * seconds(period) / seconds(row.long_window);
    out.push_back({row.severity, row.share, row.long_window, row.short_window, factor});
  }
  return out;
}

Result<std::string> burn_rules(const Objective& objective) {
  const std::vector<BurnWindow> windows = burn_windows(objective.period);
  std::vector<Duration> ranges;
  for (const BurnWindow& window : windows) {
    if (window.factor * objective.budget() >= 1) {
      return Error{"the objective " + objective.name + " (" + plain_number(objective.target * 100) +
                   " %) is too low: even if everything fails it burns " +
                   plain_number(1 / objective.budget()) + " times its budget, and the alert over " +
                   window_text(window.long_window) + " asks for more than " +
                   plain_number(window.factor)};
    }
    ranges.push_back(window.long_window);
    ranges.push_back(window.short_window);
  }
  std::sort(ranges.begin(), ranges.end());
  std::string out = "groups:\n- name: slo-" + objective.name + "\n  rules:\n";
  for (const Duration range : ranges) out += record_text(objective, range);
  out += alert_text(objective, windows, "critical");
  out += alert_text(objective, windows, "warning");
  return out;
}

std::optional<BudgetUse> budget_use(const Objective& objective, const Incident& incident) {
  if (incident.steady_total <= 0 || objective.budget() <= 0) return std::nullopt;
  BudgetUse use;
  use.bad = std::max(0.0, incident.bad - incident.steady_bad) * seconds(incident.length);
  use.allowed = objective.budget() * incident.steady_total * seconds(objective.period);
  use.share = use.bad / use.allowed;
  if (incident.total > 0) use.burn_rate = incident.bad / incident.total / objective.budget();
  use.per_period = use.share > 0 ? 1 / use.share : std::numeric_limits<double>::infinity();
  return use;
}

}  // namespace firedrill::alerts
