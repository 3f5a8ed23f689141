// How a fault changes while it lasts: its ramp and its flapping.
#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/forms.hpp"

#include <chrono>
#include <string>
#include <variant>

namespace firedrill::scenario {
namespace {

/// How long it lasts, as far as that can be told.
Duration life_of(const spec::Fault& fault, Duration phase) {
  return fault.length ? *fault.length : phase - fault.after;
}

/// Why there is no less of the fault that a ramp could begin with; "" when there is.
std::string why_no_ramp(const spec::ProxiedFault& fault) {
  const auto* bytes = std::get_if<spec::ProxyFault>(&fault.what);
  if (bytes == nullptr || !std::holds_alternative<spec::ProxyDown>(bytes->action)) return "";
  return "a proxy is down for all connections or for none; 'refuse' can be ramped";
}

std::string why_no_ramp(const spec::ServiceFault& fault) {
  if (std::holds_alternative<spec::Restart>(fault.what)) return "there is no half of a restart";
  const auto* postgres = std::get_if<spec::PostgresServerFault>(&fault.what);
  if (postgres == nullptr) return "";
  const auto* held = std::get_if<spec::HoldConnections>(postgres);
  if (held != nullptr && !held->count)
    return "'all' is no number that could grow; say how many connections";
  const auto* ended = std::get_if<spec::TerminateBackends>(postgres);
  if (ended != nullptr && !ended->every)
    return "sessions that are ended once know no strength; say 'every'";
  const auto* idle = std::get_if<spec::IdleInTransaction>(postgres);
  const auto* busy = std::get_if<spec::LongQueries>(postgres);
  const bool one = (held != nullptr && held->count == 1U) ||
                   (idle != nullptr && idle->sessions == 1) ||
                   (busy != nullptr && busy->sessions == 1);
  return one ? "one session cannot become more by and by; say how many" : "";
}

/// Other kinds can be ramped, or their keys stand together with no ramp.
template <typename Other>
std::string why_no_ramp(const Other& /*fault*/) {
  return "";
}

}  // namespace

void build_ramp(Context& context, const Node& node, Duration phase, spec::Fault& fault) {
  const Node* ramp = child(&node, "ramp");
  if (!ramp) return;
  const Node* time = ramp->is_scalar() ? ramp : child(ramp, "over");
  const auto over = positive_duration(context, time, "a ramp");
  if (!over) return;
  spec::Ramp& out = fault.ramp.emplace();
  out.over = *over;
  if (const auto from = parsed(child(ramp, "from"), parse_ratio)) out.from = *from;
  if (const auto to = parsed(child(ramp, "to"), parse_ratio)) out.to = *to;
  if (out.from.value == out.to.value) {
    context.problems.add(ramp->place(), "a ramp leads from one strength to another");
  }
  const std::string why_not =
      std::visit([](const auto& what) { return why_no_ramp(what); }, fault.what);
  if (!why_not.empty()) {
    context.problems.add(ramp->place(), "a ramp would do nothing: " + why_not);
  }
  const Duration life = life_of(fault, phase);
  if (life > Duration{0} && out.over > life) {
    context.problems.add(time->place(),
                         "the fault would be over before its ramp: it lasts " + to_text(life));
  }
}

void build_flap(Context& context, const Node& node, Duration phase, spec::Fault& fault) {
  constexpr Duration kShortest = std::chrono::milliseconds{20};
  constexpr int kTimesMax = 1000;
  const Node* flap = child(&node, "flap");
  const auto on = positive_duration(context, child(flap, "on"), "the time that a fault is on");
  const auto off = positive_duration(context, child(flap, "off"), "the time that a fault is off");
  if (!on || !off) return;
  fault.flap = spec::Flap{*on, *off};
  const Duration life = life_of(fault, phase);
  if (*on < kShortest || *off < kShortest) {
    context.problems.add(flap->place(), "a fault is on, and off, for at least 20ms at a time");
  } else if (life > Duration{0} && *on >= life) {
    context.problems.add(flap->place(), "the fault would never be off: it lasts " + to_text(life));
  } else if (life / (*on + *off) > kTimesMax) {
    context.problems.add(flap->place(), "a fault comes and goes at most 1000 times");
  }
}

}  // namespace firedrill::scenario
