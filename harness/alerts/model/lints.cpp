#include "harness/alerts/model/lints.hpp"

#include "harness/alerts/model/impossible.hpp"
#include "harness/alerts/model/rates.hpp"
#include "harness/alerts/model/trace.hpp"

#include <algorithm>
#include <cmath>

namespace firedrill::alerts {
namespace {

bool reads_growth(const SelectorUse& use) {
  return use.function == "rate" || use.function == "increase" || use.function == "irate";
}

bool is_recorded(const std::string& metric, const std::vector<RuleGroup>& groups) {
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      if (!rule.record.empty() && rule.record == metric) return true;
    }
  }
  return false;
}

class Linter {
 public:
  explicit Linter(const LintInput& input) : input_{input} {}

  Lints run() {
    for (const RuleGroup& group : input_.groups) {
      for (const Rule& rule : group.rules) {
        if (!rule.alert.empty()) look_at(rule, group);
      }
    }
    return std::move(out_);
  }

 private:
  void look_at(const Rule& alert, const RuleGroup& group) {
    matters_ = input_.strict || input_.expected.contains(alert.alert);
    subject_ = "alert " + alert.alert;
    alert_ = alert.alert;
    place_ = group.file + ":" + std::to_string(alert.line);
    if (!alert.expr) {
      note("is understood by firedrill", "no: " + alert.not_understood,
           "its inputs are not checked; Prometheus evaluates it all the same");
      return;
    }
    if (const std::string why = impossible(alert, input_.groups, input_.recording); !why.empty()) {
      add(Verdict::fail, "can fire at all", "no input can make it fire", why);
      out_.blind.try_emplace(alert_, why);
    }
    look_for_twin(alert);
    for (const Rule* rule : closure_of(alert, input_.groups)) {
      for (const SelectorUse& use : selectors_of(rule->expr)) look_at_input(use);
      look_for_time(rule->expr);
    }
  }

  /// Prometheus takes one sample of ALERTS at a time for one set of labels.
  void look_for_twin(const Rule& alert) {
    for (const Rule* other : alerts_named(alert.alert, input_.groups)) {
      if (other == &alert) return;
      if (other->labels != alert.labels) continue;
      add(Verdict::fail, "tells itself from other rules",
          "line " + std::to_string(other->line) + " has the same name and labels",
          "as soon as both fire for the same series, Prometheus refuses the later one: it never "
          "fires");
      return;
    }
  }

  void look_at_input(const SelectorUse& use) {
    const Expr& selector = *use.selector;
    if (is_recorded(selector.name, input_.groups)) return;
    if (selector.range) look_at_range(use);
    if (use.absence) return;
    if (!has_metric(input_.recording, selector)) {
      if (!said_.insert(alert_ + " misses " + selector.name).second) return;
      const std::string why = "the system never exposed " + selector.name;
      add(matters_ ? Verdict::fail : Verdict::pass, "its metrics are exposed",
          selector.name + " never was", why + ", so the rule can never see anything");
      out_.blind.try_emplace(alert_, why);
      return;
    }
    look_at_bound(selector);
    if (reads_growth(use)) {
      look_for_birth(selector);
      look_for_plateaus(selector);
    }
  }

  /// rate() needs two samples in its range.
  void look_at_range(const SelectorUse& use) {
    const Duration range = *use.selector->range;
    const std::string text = use.selector->name + "[" + to_text(range) + "]";
    if (!said_.insert(alert_ + " range " + text).second) return;
    const std::string every = "a sample every " + to_text(input_.plan.spacing);
    if (reads_growth(use) && range < 2 * input_.plan.spacing) {
      const std::string why = "at " + every + " " + text +
                              " holds one or two, as chance and version will have it, and a "
                              "rate needs two";
      add(Verdict::fail, "its ranges hold enough samples", "too few in " + text, why);
      out_.blind.try_emplace(alert_, why);
    } else if (range < 4 * input_.plan.spacing) {
      note("its ranges hold enough samples", "few in " + text,
           "one lost scrape is enough to leave a gap at " + every);
    }
  }

  /// le="0.4" must be the bound of a bucket.
  void look_at_bound(const Expr& selector) {
    for (const Matcher& matcher : selector.matchers) {
      if (matcher.label != "le" || matcher.op != "=") continue;
      bool found = false;
      for (const RecordedSeries& series : input_.recording.series) {
        const auto le = series.labels.find("le");
        found = found || (series.name == selector.name && le != series.labels.end() &&
                          le->second == matcher.value);
      }
      if (found) continue;
      const std::string why = selector.name + " has no bucket with le=\"" + matcher.value +
                              "\", so nothing is selected";
      add(matters_ ? Verdict::fail : Verdict::pass, "its bounds are bounds of buckets",
          "le=\"" + matcher.value + "\" is none", why);
      out_.blind.try_emplace(alert_, why);
    }
  }

  /// increase() does not see what a counter was born with.
  void look_for_birth(const Expr& selector) {
    const Offset begin = input_.plan.phases.front().from;
    for (const RecordedSeries* series : selected(input_.recording, selector)) {
      if (series->kind != SeriesKind::counter) continue;
      const auto first = Trace{*series}.first_seen();
      if (!first || *first <= begin) continue;
      const double value = Trace{*series}.value(*first).value_or(0);
      const std::string text = series_text(series->name, series->labels);
      if (value <= 0 || !said_.insert(alert_ + " born " + text).second) continue;
      add(matters_ ? Verdict::fail : Verdict::pass, "its counters are born at 0",
          text + " was first seen at " + std::to_string(std::llround(value)),
          "rate() and increase() never see the first " + std::to_string(std::llround(value)) +
              " of it: expose the series with 0 from the start");
    }
  }

  /// A plateau is held for minutes, so it had better be one.
  void look_for_plateaus(const Expr& selector) {
    for (const PlayPhase& phase : input_.plan.phases) {
      if (phase.length <= phase.to - phase.from) continue;
      const Offset from = plateau_of(phase);
      const Offset middle = from + (phase.to - from) / 2;
      const double half = seconds(middle - from);
      const double first = rate_of(input_.recording, selector, from, middle).value_or(0) * half;
      const double second =
          rate_of(input_.recording, selector, middle, phase.to).value_or(0) * half;
      const double both = first + second;
      const bool differ = std::fabs(first - second) > 0.25 * both / 2 &&
                          std::fabs(first - second) > 4 * std::sqrt(both);
      const std::string text = series_text(selector.name, {}) + " in " + phase.name;
      if (!differ || !said_.insert("plateau " + text).second) continue;
      note("the held plateau is even",
           text + " grew by " + std::to_string(std::llround(first)) + ", then by " +
               std::to_string(std::llround(second)),
           "what is held for " + to_text(phase.length) + " was still changing: make '" +
               phase.name + "' longer");
    }
  }

  /// time() - x > 300, predict_linear(x, 4 * 3600): no speeding up of the clock finds these.
  void look_for_time(const ExprPtr& expr) {
    if (!expr) return;
    const bool tells =
        expr->kind == Expr::Kind::call &&
        (expr->name == "time" || expr->name == "predict_linear" || expr->name == "timestamp");
    if (tells && said_.insert(alert_ + " time").second) {
      note("carries time in a constant", expr->name + "()",
           "played at its true pace here; a compressed live drill would refuse this rule");
    }
    for (const ExprPtr& arg : expr->args) look_for_time(arg);
  }

  void note(const std::string& what, const std::string& observed, const std::string& why) {
    if (!matters_) return;
    add(Verdict::pass, what, observed + ": " + why, "");
  }

  void add(Verdict verdict, const std::string& what, const std::string& observed,
           const std::string& why) {
    Finding finding;
    finding.what = subject_ + ": " + what;
    finding.verdict = verdict;
    finding.observed = observed;
    finding.window = place_;
    finding.why = verdict == Verdict::pass ? "" : why;
    out_.findings.push_back(std::move(finding));
  }

  const LintInput& input_;
  Lints out_;
  std::set<std::string> said_;
  std::string subject_;
  std::string alert_;
  std::string place_;
  bool matters_ = false;
};

}  // namespace

Lints lint(const LintInput& input) { return Linter{input}.run(); }

}  // namespace firedrill::alerts
