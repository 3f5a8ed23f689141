// `sweep`: the same drill at several levels of load.
#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/build_rate.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

std::vector<Ratio> build_levels(Context& context, const Node* list) {
  if (!list) return {Ratio{0.30}, Ratio{0.60}, Ratio{0.80}, Ratio{0.95}};
  std::vector<Ratio> levels;
  for (const Node& item : list->items) {
    const auto level = parsed(&item, parse_ratio);
    if (!level) continue;
    if (level->value <= 0) {
      context.problems.add(item.place(), "a level is above 0 %");
    } else if (!levels.empty() && level->value <= levels.back().value) {
      context.problems.add(item.place(), "levels go up, each once");
    } else {
      levels.push_back(*level);
    }
  }
  return levels;
}

void build_capacity(Context& context, const Node& node, spec::Sweep& sweep) {
  if (const auto rate = parsed(&node, parse_rate)) {
    sweep.capacity = *rate;
    if (rate->per_second <= 0) context.problems.add(node.place(), "the capacity is above 0/s");
    return;
  }
  sweep.measure = build_breakpoint(context, &node);
  const auto length = positive_duration(context, child(&node, "for"), "the search");
  sweep.measure_for = length.value_or(Duration{0});
}

/// Only a stream with a rate can be sent at another; a step of a flow has none of its own.
void check_stream(Context& context, const Node& node, const std::string& name) {
  const auto& traffic = context.out.traffic;
  const auto stream = std::find_if(traffic.begin(), traffic.end(),
                                   [&](const spec::Stream& each) { return each.name == name; });
  const bool known = context.streams.index.contains(name);
  if (!known || (stream != traffic.end() && !stream->users)) return;
  context.problems.add(node.place(), "'" + name +
                                         "' has no rate that could be set: a sweep needs a "
                                         "stream with 'rate'");
}

/// Without an expectation about it nobody could tell whether the system has recovered.
void check_recovered(Context& context, const Node& node, const std::string& phase) {
  const auto& expectations = context.out.expectations;
  const bool any = std::any_of(
      expectations.begin(), expectations.end(), [&](const spec::Expectation& expectation) {
        const auto& during = expectation.during;
        return std::find(during.begin(), during.end(), phase) != during.end();
      });
  if (!any && context.phases.index.contains(phase)) {
    context.problems.add(node.place(), "no expectation is about '" + phase +
                                           "', so that nobody can tell whether the system has "
                                           "recovered: add one with 'during: " +
                                           phase + "'");
  }
}

}  // namespace

void build_sweep(Context& context, const Node& root) {
  const Node* node = child(&root, "sweep");
  if (!node || !node->is_map()) return;
  spec::Sweep sweep;
  sweep.place = node->place();
  if (const Node* stream = child(node, "stream")) {
    sweep.stream = text_of(context, stream, Scope::literal);
    check_reference(context, *stream, sweep.stream, context.streams);
    check_stream(context, *stream, sweep.stream);
  }
  if (const Node* capacity = child(node, "capacity")) build_capacity(context, *capacity, sweep);
  sweep.levels = build_levels(context, child(node, "levels"));
  if (const Node* recovered = child(node, "recovered")) {
    sweep.recovered = text_of(context, recovered, Scope::literal);
    check_reference(context, *recovered, sweep.recovered, context.phases);
    check_recovered(context, *recovered, sweep.recovered);
  }
  if (sweep.levels.empty()) return;
  const auto at_least = parsed(child(node, "at_least"), parse_ratio);
  sweep.at_least = at_least.value_or(sweep.levels.back());
  if (at_least &&
      std::find(sweep.levels.begin(), sweep.levels.end(), *at_least) == sweep.levels.end()) {
    context.problems.add(child(node, "at_least")->place(), "at_least is one of the levels");
  }
  context.out.sweep = std::move(sweep);
}

}  // namespace firedrill::scenario
