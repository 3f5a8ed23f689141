#include "harness/expect/sweep.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

/// "95 %" as a name may say it: "95", "12-5".
std::string name_of_level(Ratio level) {
  std::string text = to_text(level);
  text.erase(std::min(text.find(' '), text.size()));
  std::replace(text.begin(), text.end(), '.', '-');
  return text;
}

spec::Stream& stream_of(spec::Scenario& scenario) {
  const auto found = std::find_if(
      scenario.traffic.begin(), scenario.traffic.end(),
      [&](const spec::Stream& stream) { return stream.name == scenario.sweep->stream; });
  FD_ASSERT(found != scenario.traffic.end());
  return *found;
}

bool is_about(const spec::Expectation& expectation, const std::string& phase) {
  const auto& during = expectation.during;
  return std::find(during.begin(), during.end(), phase) != during.end();
}

std::string reason_of(const Judgement& judgement) {
  const auto finding =
      std::find_if(judgement.findings.begin(), judgement.findings.end(),
                   [&](const Finding& each) { return each.verdict == judgement.verdict(); });
  FD_ASSERT(finding != judgement.findings.end());
  return judgement.name + ": " + (finding->why.empty() ? finding->observed : finding->why);
}

}  // namespace

spec::Scenario drill_at(const spec::Scenario& scenario, Ratio level, Rate capacity) {
  FD_ASSERT(scenario.sweep);
  spec::Scenario drill = scenario;
  const Rate rate{capacity.per_second * level.value};
  spec::Stream& stream = stream_of(drill);
  stream.rate = spec::RateShape{rate, rate, Duration{0}};
  stream.breakpoint.reset();
  drill.name += "-at-" + name_of_level(level);
  drill.title += ", at " + to_text(level) + " of " + to_text(capacity);
  return drill;
}

spec::Scenario capacity_drill(const spec::Scenario& scenario) {
  FD_ASSERT(scenario.sweep && scenario.sweep->measure);
  spec::Scenario drill = scenario;
  drill.name += "-capacity";
  drill.title += ": what the system can do";
  drill.timeline = {{"capacity", scenario.sweep->measure_for, scenario.sweep->place}};
  drill.faults.clear();
  spec::Expectation knee;
  knee.name = "the capacity of " + scenario.sweep->stream;
  knee.what = spec::KneeExpectation{scenario.sweep->stream, scenario.sweep->measure->from};
  knee.place = scenario.sweep->place;
  drill.expectations = {std::move(knee)};
  spec::Stream& stream = stream_of(drill);
  stream.rate = {};
  stream.breakpoint = scenario.sweep->measure;
  stream.breakpoint->phase = "capacity";
  std::swap(drill.traffic.front(), stream);
  drill.traffic.resize(1);
  return drill;
}

std::pair<Recovery, std::string> judge_recovery(const spec::Scenario& drill,
                                                const RunResult& result) {
  FD_ASSERT(drill.sweep);
  if (!result.not_ready_reason.empty()) return {Recovery::unknown, result.not_ready_reason};
  if (!result.not_healed.empty()) return {Recovery::unknown, result.not_healed.front()};
  if (result.interrupted) return {Recovery::unknown, "the drill was interrupted"};
  const Judgement* doubt = nullptr;
  bool any = false;
  for (const Judgement& judgement : result.judgements) {
    const auto expectation =
        std::find_if(drill.expectations.begin(), drill.expectations.end(),
                     [&](const spec::Expectation& each) { return each.name == judgement.name; });
    if (expectation == drill.expectations.end()) continue;
    if (!is_about(*expectation, drill.sweep->recovered)) continue;
    any = true;
    if (judgement.verdict() == Verdict::fail) return {Recovery::no, reason_of(judgement)};
    if (judgement.verdict() == Verdict::inconclusive && doubt == nullptr) doubt = &judgement;
  }
  if (!result.problems.empty()) return {Recovery::unknown, result.problems.front()};
  if (doubt != nullptr) return {Recovery::unknown, reason_of(*doubt)};
  if (!any) return {Recovery::unknown, "nothing was judged about " + drill.sweep->recovered};
  return {Recovery::yes, ""};
}

}  // namespace firedrill
