#include "harness/alerts/model/spending.hpp"

#include "harness/alerts/model/rates.hpp"
#include "harness/base/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace firedrill::alerts {
namespace {

/// Any window will do to see which series are counted.
ExprPtr counted(const std::string& query) {
  std::string text = query;
  const std::string mark = "{{.window}}";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
    text.replace(at, mark.size(), "5m");
  }
  const auto expr = parse_promql(text);
  if (!expr) return nullptr;
  const auto form = rate_form_of(*expr);
  return form && !form->below ? form->above : nullptr;
}

/// Events in a phase as it was played: those of the drill, and its plateau for the rest.
double events_in(const Recording& recording, const Expr& selector, const PlayPhase& phase) {
  const Duration recorded = phase.to - phase.from;
  const Duration held = std::max(Duration{0}, phase.length - recorded);
  const double drill = rate_of(recording, selector, phase.from, phase.to).value_or(0);
  const double plateau = rate_of(recording, selector, plateau_of(phase), phase.to).value_or(0);
  return drill * seconds(recorded) + plateau * seconds(held);
}

std::string three_digits(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.3g", value);
  return buffer.data();
}

std::optional<BudgetUse> use_of(const Objective& objective, const Recording& recording,
                                const std::vector<PlayPhase>& phases, std::size_t broken) {
  const ExprPtr errors = counted(objective.errors);
  const ExprPtr total = counted(objective.total);
  if (!errors || !total) return std::nullopt;
  const PlayPhase& steady = phases.front();
  Incident incident;
  incident.steady_bad = rate_of(recording, *errors, steady.from, steady.to).value_or(0);
  incident.steady_total = rate_of(recording, *total, steady.from, steady.to).value_or(0);
  for (std::size_t i = broken; i < phases.size(); ++i) {
    incident.length += std::max(phases[i].length, phases[i].to - phases[i].from);
    incident.bad += events_in(recording, *errors, phases[i]);
    incident.total += events_in(recording, *total, phases[i]);
  }
  if (incident.length <= Duration{0}) return std::nullopt;
  incident.bad /= seconds(incident.length);
  incident.total /= seconds(incident.length);
  return budget_use(objective, incident);
}

}  // namespace

Finding judge_spending(const Objective& objective, std::optional<double> spends_max,
                       const Recording& recording, const std::vector<PlayPhase>& phases,
                       std::optional<std::size_t> broken) {
  Finding finding;
  finding.what = "objective " + objective.name + ": budget spent";
  if (spends_max) finding.required = "<= " + to_text(Ratio{*spends_max});
  if (!broken) {
    finding.verdict = spends_max ? Verdict::inconclusive : Verdict::pass;
    finding.observed = "nothing was broken";
    finding.why = spends_max ? "without a fault there is no incident to count" : "";
    return finding;
  }
  finding.window = phases[*broken].name + " to " + phases.back().name + " as played";
  const auto use = use_of(objective, recording, phases, *broken);
  if (!use) {
    finding.verdict = Verdict::inconclusive;
    finding.observed = "not counted";
    finding.why =
        "its events cannot be counted: errors and total must be rates of counters that "
        "the drill recorded";
    return finding;
  }
  finding.samples = static_cast<std::uint64_t>(std::llround(use->bad));
  const auto days = objective.period / std::chrono::hours{24};
  finding.observed =
      to_text(Ratio{use->share}) + " of " + std::to_string(days) + " days' budget, " +
      three_digits(use->burn_rate) + " times the rate that it bears; " +
      (std::isfinite(use->per_period) ? three_digits(use->per_period) + " such incidents use it up"
                                      : "no three_digits of such incidents uses it up");
  const bool held = !spends_max || use->share <= *spends_max;
  finding.verdict = held ? Verdict::pass : Verdict::fail;
  if (!held) finding.why = "it took " + to_text(Ratio{use->share}) + " of the budget";
  return finding;
}

}  // namespace firedrill::alerts
