#include "harness/expect/judge.hpp"

#include "harness/base/overloaded.hpp"
#include "harness/expect/alert.hpp"
#include "harness/expect/breaker.hpp"
#include "harness/expect/calls.hpp"
#include "harness/expect/fallback.hpp"
#include "harness/expect/knee.hpp"
#include "harness/expect/live_alert.hpp"
#include "harness/expect/moments.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/show.hpp"
#include "harness/expect/sliding.hpp"
#include "harness/expect/slo.hpp"
#include "harness/expect/state.hpp"
#include "harness/spec/names.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace firedrill {
namespace {

/// Reads each ledger once, however many expectations look at it.
class EvidenceRoom {
 public:
  EvidenceRoom(const spec::Scenario& scenario, const RunResult& result)
      : scenario_{scenario}, result_{result} {}

  const BreakerEvidence& of(const std::string& mock) {
    const auto found = evidence_.find(mock);
    if (found != evidence_.end()) return found->second;
    return evidence_.emplace(mock, gather_evidence(scenario_, result_, mock)).first->second;
  }

 private:
  const spec::Scenario& scenario_;
  const RunResult& result_;
  std::map<std::string, BreakerEvidence> evidence_;
};

/// The mock whose breaker an expectation looks at; "" for none.
std::string breaker_of(const spec::Expectation& expectation) {
  if (const auto* breaker = std::get_if<spec::BreakerExpectation>(&expectation.what)) {
    return breaker->mock;
  }
  if (const auto* telemetry = std::get_if<spec::TelemetryExpectation>(&expectation.what)) {
    return telemetry->mock;
  }
  const auto* fallback = std::get_if<spec::FallbackExpectation>(&expectation.what);
  if (fallback == nullptr) return "";
  const bool from_open = fallback->from == spec::FallbackExpectation::From::breaker_open;
  return from_open ? fallback->breaker : "";
}

/// What the rules made of the play, and whom the real servers told.
std::vector<Finding> judge_alerts(const spec::AlertExpectation& alert,
                                  const spec::Expectation& expectation,
                                  const ObservedCase& observed) {
  const AlertRecord& record = observed.result.alerts;
  std::vector<Finding> findings = judge_alert(alert, expectation.during, record);
  if (!alert.notifies) return findings;
  const auto& live = observed.scenario.live_alerts;
  const spec::OnCall on_call = live ? live->on_call : spec::OnCall{};
  for (Finding& finding : judge_notifies(alert, on_call, record.live, observed.result.phases))
    findings.push_back(std::move(finding));
  return findings;
}

std::vector<Finding> findings_of(const spec::Expectation& expectation, const ObservedCase& observed,
                                 const BreakerEvidence* evidence) {
  using Findings = std::vector<Finding>;
  const Window& window = observed.window;
  const RunResult& result = observed.result;
  return std::visit(Overloaded{[&](const spec::SloExpectation& slo) {
                                 return Findings{slo.window ? judge_sliding(slo, window, result)
                                                            : judge_whole(slo, window, result)};
                               },
                               [&](const spec::BreakerExpectation& breaker) {
                                 return judge_breaker({breaker, window, result, *evidence});
                               },
                               [&](const spec::FallbackExpectation& fallback) {
                                 return Findings{judge_fallback(fallback, expectation.name, window,
                                                                result, evidence)};
                               },
                               [&](const spec::KneeExpectation& knee) {
                                 return Findings{judge_knee(knee, window, result)};
                               },
                               [&](const spec::CallsExpectation& calls) {
                                 return judge_calls(calls, window, observed.scenario, result);
                               },
                               [&](const spec::TelemetryExpectation& telemetry) {
                                 return judge_telemetry(telemetry, observed, *evidence);
                               },
                               [&](const spec::AlertExpectation& alert) {
                                 return judge_alerts(alert, expectation, observed);
                               },
                               [&](const auto& what) { return judge_observed(what, observed); }},
                    expectation.what);
}

/// Whatever failed without saying by which requests or calls: the ones that fared worst.
void show_best(std::vector<Finding>& findings, const spec::Expectation& expectation,
               const ObservedCase& observed, const BreakerEvidence* evidence) {
  const auto* slo = std::get_if<spec::SloExpectation>(&expectation.what);
  const bool breaker = std::holds_alternative<spec::BreakerExpectation>(expectation.what);
  for (Finding& finding : findings) {
    if (finding.verdict != Verdict::fail || !finding.evidence.empty()) continue;
    if (slo != nullptr) show_requests(finding, observed.result, observed.window, slo->slo.stream);
    if (breaker) show_calls(finding, observed.result, observed.window, *evidence);
  }
}

/// What to read when it fails: its own, the scenario's, or the entries that it rehearses.
std::string runbook_of(const spec::Scenario& scenario, const spec::Expectation& expectation) {
  if (!expectation.runbook.empty()) return expectation.runbook;
  if (!scenario.runbook.empty()) return scenario.runbook;
  std::string entries;
  for (const std::string& facet : scenario.rehearses) {
    entries += (entries.empty() ? "" : ", ") + facet;
  }
  return entries;
}

/// What the probe that an expectation is about said anew in its window.
void add_turned(std::vector<Moment>& moments, const spec::Expectation& expectation,
                const ObservedCase& observed) {
  const auto* health = std::get_if<spec::HealthExpectation>(&expectation.what);
  if (health == nullptr || observed.window.phases.empty()) return;
  for (Moment& moment :
       turned_moments(observed.result, health->probe, observed.window.from, observed.window.to)) {
    moments.push_back(std::move(moment));
  }
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.at < b.at; });
}

/// An expectation that demands nothing cannot have been met.
Finding nothing_demanded(const Window& window) {
  Finding finding;
  finding.what = "nothing";
  finding.window = window.text;
  finding.why = "this expectation demands nothing that could be judged";
  return finding;
}

Judgement judge_with(EvidenceRoom& room, const spec::Scenario& scenario,
                     const spec::Expectation& expectation, const RunResult& result) {
  const bool ended_the_drill = result.aborted_by && result.aborted_by->name == expectation.name;
  if (ended_the_drill) return *result.aborted_by;
  const std::string mock = breaker_of(expectation);
  const BreakerEvidence* const evidence = mock.empty() ? nullptr : &room.of(mock);
  const Window window = window_of(expectation, scenario, result);
  const ObservedCase observed{scenario, result, window, expectation.name};
  Judgement judgement;
  judgement.name = expectation.name;
  judgement.kind = spec::kind_of(expectation);
  judgement.file = expectation.place.file;
  judgement.line = expectation.place.line;
  judgement.column = expectation.place.column;
  judgement.gate = expectation.gate;
  judgement.findings = findings_of(expectation, observed, evidence);
  if (judgement.findings.empty()) judgement.findings.push_back(nothing_demanded(window));
  show_best(judgement.findings, expectation, observed, evidence);
  judgement.moments = explaining_moments(window, result, evidence);
  add_turned(judgement.moments, expectation, observed);
  judgement.runbook = runbook_of(scenario, expectation);
  return judgement;
}

/// What is wrong with the rules themselves, and who else would have been woken; unset when there is
/// nothing to say.
std::optional<Judgement> judge_rules(const spec::Scenario& scenario, const RunResult& result) {
  if (!scenario.alerts || !result.alerts.asked) return std::nullopt;
  Judgement judgement;
  judgement.findings = result.alerts.findings;
  if (scenario.alerts->strict) {
    std::set<std::string> expected;
    for (const spec::Expectation& expectation : scenario.expectations) {
      const auto* alert = std::get_if<spec::AlertExpectation>(&expectation.what);
      if (alert && (alert->fires || alert->notifies)) expected.insert(alert->alert);
    }
    judgement.findings.push_back(judge_strict(result.alerts, expected));
  }
  if (judgement.findings.empty()) return std::nullopt;
  judgement.name = "alert rules";
  judgement.kind = "alert";
  judgement.file = scenario.alerts->place.file;
  judgement.line = scenario.alerts->place.line;
  judgement.column = scenario.alerts->place.column;
  judgement.runbook = scenario.runbook;
  return judgement;
}

}  // namespace

std::vector<Judgement> judge(const spec::Scenario& scenario, const RunResult& result) {
  EvidenceRoom room{scenario, result};
  std::vector<Judgement> judgements;
  judgements.reserve(scenario.expectations.size());
  for (const spec::Expectation& expectation : scenario.expectations) {
    judgements.push_back(judge_with(room, scenario, expectation, result));
  }
  if (auto rules = judge_rules(scenario, result)) judgements.push_back(std::move(*rules));
  return judgements;
}

Judgement judge_one(const spec::Scenario& scenario, const spec::Expectation& expectation,
                    const RunResult& result) {
  EvidenceRoom room{scenario, result};
  return judge_with(room, scenario, expectation, result);
}

std::vector<Moment> observed_moments(const spec::Scenario& scenario, const RunResult& result) {
  std::vector<std::string> mocks;
  for (const spec::Expectation& expectation : scenario.expectations) {
    const std::string mock = breaker_of(expectation);
    const bool known = std::find(mocks.begin(), mocks.end(), mock) != mocks.end();
    if (!mock.empty() && !known) mocks.push_back(mock);
  }
  std::vector<Moment> moments;
  for (const std::string& mock : mocks) {
    const BreakerEvidence evidence = gather_evidence(scenario, result, mock);
    // Moments that are in doubt would be shown as facts.
    if (!evidence.unusable.empty()) continue;
    const std::vector<Moment> own = moments_of(evidence);
    moments.insert(moments.end(), own.begin(), own.end());
  }
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.at < b.at; });
  return moments;
}

}  // namespace firedrill
