#include "harness/expect/judge.hpp"

#include "harness/base/overloaded.hpp"
#include "harness/expect/breaker.hpp"
#include "harness/expect/calls.hpp"
#include "harness/expect/fallback.hpp"
#include "harness/expect/knee.hpp"
#include "harness/expect/moments.hpp"
#include "harness/expect/slo.hpp"
#include "harness/spec/names.hpp"

#include <algorithm>
#include <map>

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
  return std::visit(Overloaded{[](const spec::SloExpectation&) { return std::string{}; },
                               [](const spec::BreakerExpectation& breaker) { return breaker.mock; },
                               [](const spec::FallbackExpectation& fallback) {
                                 const bool from_open =
                                     fallback.from == spec::FallbackExpectation::From::breaker_open;
                                 return from_open ? fallback.breaker : std::string{};
                               },
                               [](const spec::KneeExpectation&) { return std::string{}; },
                               [](const spec::CallsExpectation&) { return std::string{}; }},
                    expectation.what);
}

std::vector<Finding> findings_of(const spec::Scenario& scenario,
                                 const spec::Expectation& expectation, const Window& window,
                                 const RunResult& result, const BreakerEvidence* evidence) {
  using Findings = std::vector<Finding>;
  return std::visit(Overloaded{[&](const spec::SloExpectation& slo) {
                                 return Findings{judge_slo(slo.slo, window, result)};
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
                                 return judge_calls(calls, window, scenario, result);
                               }},
                    expectation.what);
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
  const std::string mock = breaker_of(expectation);
  const BreakerEvidence* const evidence = mock.empty() ? nullptr : &room.of(mock);
  const Window window = window_of(expectation, scenario, result);
  Judgement judgement;
  judgement.name = expectation.name;
  judgement.kind = spec::kind_of(expectation);
  judgement.file = expectation.place.file;
  judgement.line = expectation.place.line;
  judgement.column = expectation.place.column;
  judgement.gate = expectation.gate;
  judgement.findings = findings_of(scenario, expectation, window, result, evidence);
  if (judgement.findings.empty()) judgement.findings.push_back(nothing_demanded(window));
  judgement.moments = explaining_moments(window, result, evidence);
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
