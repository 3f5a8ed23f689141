#include "harness/scenario/build_rate.hpp"

#include "harness/base/units.hpp"
#include "harness/scenario/replay_file.hpp"
#include "harness/scenario/slo_expression.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

using spec::RateStretch;

std::optional<spec::RateShape> ramp(Context& context, const Node& node) {
  const auto from = parsed(child(&node, "from"), parse_rate);
  const auto to = parsed(child(&node, "to"), parse_rate);
  const auto over =
      positive_duration(context, child(&node, "over"), "the way from one rate to the other");
  if (!from || !to || !over) return std::nullopt;
  return spec::RateShape{*from, *to, *over};
}

/// One step, which begins where the one before ended.
std::optional<RateStretch> step(Context& context, const Node& node, Rate before) {
  if (const Node* constant = child(&node, "rate")) {
    const auto rate = parsed(constant, parse_rate);
    const auto length = positive_duration(context, child(&node, "for"), "a step");
    if (!rate || !length) return std::nullopt;
    return RateStretch{*rate, *rate, *length};
  }
  const auto to = parsed(child(&node, "to"), parse_rate);
  const auto over = positive_duration(context, child(&node, "over"), "the way to a rate");
  if (!to || !over) return std::nullopt;
  return RateStretch{before, *to, *over};
}

std::optional<spec::RateShape> steps(Context& context, const Node& node) {
  spec::StretchedRate rate;
  for (const Node& item : node.items) {
    const auto stretch = step(context, item, rate.then);
    if (!stretch) return std::nullopt;
    rate.then = stretch->to;
    rate.stretches.push_back(*stretch);
  }
  return spec::RateShape{std::move(rate)};
}

std::optional<spec::RateShape> spike(Context& context, const Node& node) {
  const auto base = parsed(child(&node, "base"), parse_rate);
  const auto to = parsed(child(&node, "to"), parse_rate);
  const auto at = positive_duration(context, child(&node, "at"), "the time before a spike");
  const auto length = positive_duration(context, child(&node, "for"), "a spike");
  if (!base || !to || !at || !length) return std::nullopt;
  return spec::RateShape{spec::StretchedRate{{{*base, *base, *at}, {*to, *to, *length}}, *base}};
}

std::optional<spec::RateShape> sine(Context& context, const Node& node) {
  const auto mean = parsed(child(&node, "mean"), parse_rate);
  const auto swing = parsed(child(&node, "swing"), parse_rate);
  const auto period = positive_duration(context, child(&node, "period"), "a period");
  if (!mean || !swing || !period) return std::nullopt;
  if (swing->per_second > mean->per_second) {
    context.problems.add(child(&node, "swing")->place(),
                         "a swing of " + to_text(*swing) + " around a mean of " + to_text(*mean) +
                             " would go below 0/s; at most the mean is accepted");
    return std::nullopt;
  }
  return spec::RateShape{spec::SineRate{*mean, *swing, *period}};
}

std::optional<spec::RateShape> replay(Context& context, const Node& node) {
  const std::string name = text_of(context, &node, Scope::literal);
  if (name.empty()) return std::nullopt;
  const std::filesystem::path folder = std::filesystem::path{node.place().file}.parent_path();
  auto times = read_replay_file((folder / name).lexically_normal().string());
  if (!times) {
    context.problems.add(node.place(), times.error().message);
    return std::nullopt;
  }
  return spec::RateShape{spec::ReplayedRate{std::move(*times)}};
}

std::optional<spec::RateShape> rate_of(Context& context, const Node& node) {
  if (!node.is_map()) {
    const auto rate = parsed(&node, parse_rate);
    if (!rate) return std::nullopt;
    return spec::RateShape{*rate, *rate, Duration{0}};
  }
  if (const Node* list = child(&node, "steps")) return steps(context, *list);
  if (const Node* map = child(&node, "spike")) return spike(context, *map);
  if (const Node* map = child(&node, "sine")) return sine(context, *map);
  if (const Node* file = child(&node, "replay")) return replay(context, *file);
  return ramp(context, node);
}

}  // namespace

spec::RateShape build_rate(Context& context, const Node* node) {
  if (!node || child(node, "breakpoint")) return {};
  const auto shape = rate_of(context, *node);
  if (!shape) return {};
  if (spec::peak_rate(*shape, Offset{0}, kDurationMax).per_second <= 0) {
    context.problems.add(node->place(), "a stream at 0/s never sends anything");
  }
  return *shape;
}

namespace {

/// Whether a window at the lowest rate has enough requests for an objective.
void check_samples(Context& context, const Node& node, const spec::BreakpointSearch& search,
                   const spec::SloExpression& slo) {
  if (slo.aggregate != spec::SloExpression::Aggregate::quantile) return;
  const double planned = search.from.per_second * seconds(search.window);
  const double needed = std::ceil(10 / std::max(1e-9, 1 - std::max(slo.quantile, 0.5)) - 1e-6);
  if (planned >= needed) return;
  context.problems.add(node.place(), slo.text + " needs " + std::to_string(std::llround(needed)) +
                                         " requests in a window, and at " + to_text(search.from) +
                                         " one of " + to_text(search.window) + " has only " +
                                         std::to_string(std::llround(planned)) +
                                         ": begin higher or make the window longer");
}

void build_objective(Context& context, const Node& node, spec::BreakpointSearch& search) {
  auto slo = parsed(&node, parse_slo);
  if (!slo) return;
  if (!slo->stream.empty()) {
    context.problems.add(node.place(), "objectives of a search are about its own stream: write '" +
                                           slo->text.substr(slo->text.find('.') + 1) + "'");
    return;
  }
  check_samples(context, node, search, *slo);
  search.slo.push_back(std::move(*slo));
}

}  // namespace

std::optional<spec::BreakpointSearch> build_breakpoint(Context& context, const Node* node) {
  const Node* const map = node ? child(node, "breakpoint") : nullptr;
  if (!map) return std::nullopt;
  spec::BreakpointSearch search;
  const auto from = parsed(child(map, "from"), parse_rate);
  const auto to = parsed(child(map, "to"), parse_rate);
  const Node* const slo = child(map, "slo");
  if (!from || !to || !slo) return std::nullopt;
  if (from->per_second <= 0 || from->per_second >= to->per_second) {
    context.problems.add(map->place(),
                         "a search goes from a rate above 0/s to a higher one, not from " +
                             to_text(*from) + " to " + to_text(*to));
    return std::nullopt;
  }
  search.from = *from;
  search.to = *to;
  if (const auto share = parsed(child(map, "achieved"), parse_ratio))
    search.achieved = share->value;
  if (const auto share = parsed(child(map, "precision"), parse_ratio)) {
    search.precision = std::max(0.001, share->value);
  }
  const auto window = positive_duration(context, child(map, "window"), "a window");
  if (window) search.window = *window;
  if (const auto rest = parsed(child(map, "cool_down"), parse_duration)) search.cool_down = *rest;
  search.breaches = static_cast<std::uint32_t>(integer_at(map, "breaches").value_or(2));
  if (const Node* during = child(map, "during")) {
    search.phase = text_of(context, during, Scope::literal);
    check_reference(context, *during, search.phase, context.phases);
  }
  if (slo->is_scalar()) build_objective(context, *slo, search);
  for (const Node& item : slo->items) build_objective(context, item, search);
  return search;
}

}  // namespace firedrill::scenario
