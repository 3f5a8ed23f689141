#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/build_alerts.hpp"
#include "harness/scenario/build_observed.hpp"
#include "harness/scenario/build_state.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/slo_expression.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

spec::SloExpectation build_slo(Context& context, const Node& node) {
  spec::SloExpectation out;
  out.slo = slo_at(context, &node).value_or(spec::SloExpression{});
  out.window = positive_duration(context, child(&node, "window"), "'window'");
  if (const auto windows = parsed(child(&node, "for"), parse_windows)) out.windows = windows->count;
  out.requests_min = integer_at(&node, "min_requests").value_or(0);
  return out;
}

/// Whose breaker `from: breaker.open` means.
std::string breaker_of(Context& context, const Node& node, const Node& from) {
  if (node.find("breaker_of")) return reference_at(context, node, "breaker_of", context.mocks);
  return only_mock(context, from, "'from: breaker.open'", "breaker_of");
}

spec::FallbackExpectation build_fallback(Context& context, const Node& node) {
  spec::FallbackExpectation fallback;
  fallback.stream = reference_at(context, node, "fallback", context.streams);
  for (const spec::Stream& stream : context.out.traffic) {
    if (stream.name != fallback.stream || stream.flow.empty()) continue;
    context.problems.add(child(&node, "fallback")->place(),
                         "'" + stream.name + "' has several requests: say which, such as " +
                             stream.series_of(stream.flow.front()));
  }
  fallback.when = build_response_match(context, child(&node, "when"));
  if (const auto bound = parsed(child(&node, "share"), parse_share_bound)) {
    fallback.comparison = bound->comparison;
    fallback.share = bound->share;
  }
  const Node* from = child(&node, "from");
  if (from && from->text == "breaker.open") {
    fallback.from = spec::FallbackExpectation::From::breaker_open;
    fallback.breaker = breaker_of(context, node, *from);
  } else if (node.find("breaker_of")) {
    static_cast<void>(reference_at(context, node, "breaker_of", context.mocks));
  }
  return fallback;
}

spec::KneeExpectation build_knee(Context& context, const Node& node) {
  spec::KneeExpectation knee;
  knee.stream = reference_at(context, node, "knee", context.streams);
  knee.at_least = parsed(child(&node, "at_least"), parse_rate).value_or(Rate{});
  const auto& traffic = context.out.traffic;
  const auto stream =
      std::find_if(traffic.begin(), traffic.end(),
                   [&](const spec::Stream& candidate) { return candidate.name == knee.stream; });
  if (stream != traffic.end() && !stream->breakpoint) {
    context.problems.add(child(&node, "knee")->place(),
                         "the breaking point of '" + knee.stream +
                             "' is not searched for: its rate has no 'breakpoint'");
  }
  return knee;
}

std::vector<std::string> build_during(Context& context, const Node* node) {
  std::vector<std::string> phases;
  std::set<std::string> named;
  const auto add = [&](const Node& item) {
    std::string phase = text_of(context, &item, Scope::literal);
    check_reference(context, item, phase, context.phases);
    if (!named.insert(phase).second) {
      context.problems.add(item.place(), "the phase '" + phase + "' is named twice");
    }
    phases.push_back(std::move(phase));
  };
  if (!node) return phases;
  if (node->is_scalar()) add(*node);
  for (const Node& item : node->items) add(item);
  return phases;
}

/// A gate is judged before anything breaks, so nothing may break before or while it is measured.
class GateCheck {
 public:
  explicit GateCheck(const spec::Scenario& scenario) {
    std::set<std::string> broken;
    for (const spec::Fault& fault : scenario.faults) broken.insert(fault.phase);
    bool is_broken = false;
    for (const spec::Phase& phase : scenario.timeline) {
      is_broken = is_broken || broken.contains(phase.name);
      if (is_broken) too_late_.insert(phase.name);
    }
  }

  void check(Context& context, const Node& gate, const spec::Expectation& expectation) const {
    if (expectation.during.empty()) {
      context.problems.add(gate.place(),
                           "a gate needs 'during:' with a phase before anything breaks");
    }
    for (const std::string& phase : expectation.during) {
      if (!too_late_.contains(phase)) continue;
      context.problems.add(gate.place(), "a gate is judged before anything breaks, but at '" +
                                             phase + "' something is broken already");
      return;
    }
  }

 private:
  std::set<std::string> too_late_;  // phases from the first fault on
};

/// What is judged in mid-drill must not fail just because more is still to come.
void check_abort(Context& context, const Node& abort, const spec::Expectation& expectation) {
  const auto* slo = std::get_if<spec::SloExpectation>(&expectation.what);
  if (slo == nullptr) return;
  using Aggregate = spec::SloExpression::Aggregate;
  using spec::Comparison;
  const Comparison comparison = slo->slo.comparison;
  const bool upper = comparison == Comparison::less || comparison == Comparison::less_equal;
  const bool grows = slo->slo.aggregate == Aggregate::count;
  if (slo->slo.aggregate != Aggregate::per_second && (!grows || upper)) return;
  context.problems.add(abort.place(), "'abort' cannot be judged before the end for '" +
                                          slo->slo.text +
                                          "': use a share, a time, or a count with < or <=");
}

std::string default_name(const spec::Expectation& expectation) {
  std::string name;
  if (const auto* slo = std::get_if<spec::SloExpectation>(&expectation.what)) {
    name = slo->slo.text;
  } else if (const auto* breaker = std::get_if<spec::BreakerExpectation>(&expectation.what)) {
    name = "breaker " + breaker->mock;
  } else if (const auto* fallback = std::get_if<spec::FallbackExpectation>(&expectation.what)) {
    name = "fallback " + fallback->stream;
  } else if (const auto* knee = std::get_if<spec::KneeExpectation>(&expectation.what)) {
    name = "knee of " + knee->stream + " >= " + to_text(knee->at_least);
  } else if (const auto* calls = std::get_if<spec::CallsExpectation>(&expectation.what)) {
    name = "calls " + calls->mock;
  } else if (const auto* alert = std::get_if<spec::AlertExpectation>(&expectation.what)) {
    name = "alert " + alert->alert + (alert->never_fires ? " never fires" : "");
  }
  if (name.empty()) name = observed_name(expectation);
  if (name.empty()) name = state_name(expectation);
  const auto& during = expectation.during;
  for (std::size_t i = 0; i < during.size(); ++i) {
    name += (i == 0 ? " during " : i + 1 == during.size() ? " and " : ", ") + during[i];
  }
  return name;
}

spec::Expectation build_expectation(Context& context, const Node& node, const GateCheck& gates) {
  spec::Expectation out;
  out.place = node.place();
  out.name = text_of(context, child(&node, "name"), Scope::literal);
  out.during = build_during(context, child(&node, "during"));
  if (child(&node, "breaker")) {
    out.what = build_breaker(context, node);
  } else if (child(&node, "fallback")) {
    out.what = build_fallback(context, node);
  } else if (child(&node, "knee")) {
    out.what = build_knee(context, node);
  } else if (child(&node, "calls")) {
    out.what = build_calls(context, node);
  } else if (child(&node, "alert")) {
    out.what = build_alert(context, node);
  } else if (!build_observed(context, node, out) && !build_on_state(context, node, out)) {
    out.what = build_slo(context, node);
  }
  out.runbook = text_of(context, child(&node, "runbook"), Scope::literal);
  out.abort_after = parsed(child(&node, "abort"), parse_duration);
  if (out.abort_after) check_abort(context, *child(&node, "abort"), out);
  const Node* gate = child(&node, "gate");
  out.gate = gate && boolean_of(gate->text).value_or(false);
  if (out.gate) gates.check(context, *gate, out);
  return out;
}

void build_k6(Context& context, const Node* k6) {
  if (!k6) return;
  for (const Entry& metric : k6->entries) {
    for (const Node& node : metric.value.items) {
      if (context.problems.full()) return;
      if (!node.is_scalar() || node.broken || !has_k6_form(metric.key, node.text)) continue;
      const Result<spec::SloExpression> slo = parse_k6_threshold(metric.key, node.text);
      if (!slo) {
        context.problems.add(node.place(), slo.error().message);
        continue;
      }
      check_reference(context, node, slo->stream, context.streams);
      spec::Expectation expectation;
      expectation.name = "k6: " + slo->text;
      spec::SloExpectation whole;
      whole.slo = *slo;
      expectation.what = whole;
      expectation.place = node.place();
      context.out.expectations.push_back(std::move(expectation));
    }
  }
}

/// Names given by the scenario must differ; the others give way.
void make_names_unique(Context& context) {
  std::map<std::string, const spec::Expectation*> taken;
  auto& expectations = context.out.expectations;
  for (const spec::Expectation& expectation : expectations) {
    if (expectation.name.empty()) continue;
    const auto [first, fresh] = taken.try_emplace(expectation.name, &expectation);
    if (fresh) continue;
    context.problems.add(expectation.place, "a second expectation named '" + expectation.name +
                                                "'; the first is at line " +
                                                std::to_string(first->second->place.line));
  }
  std::map<std::string, int> last_number;  // of each base: thousands may share one
  for (spec::Expectation& expectation : expectations) {
    if (!expectation.name.empty()) continue;
    const std::string base = default_name(expectation);
    std::string name = base;
    int& number = last_number[base];
    if (number == 0) number = 1;
    while (!taken.try_emplace(name, &expectation).second) {
      name = base + " (" + std::to_string(++number) + ")";
    }
    expectation.name = name;
  }
}

}  // namespace

void build_expectations(Context& context, const Node& root) {
  const GateCheck gates{context.out};
  if (const Node* expect = child(&root, "expect")) {
    for (const Node& node : expect->items) {
      if (context.problems.full()) return;
      if (node.is_map())
        context.out.expectations.push_back(build_expectation(context, node, gates));
    }
  }
  build_k6(context, child(&root, "k6_thresholds"));
  make_names_unique(context);
}

}  // namespace firedrill::scenario
