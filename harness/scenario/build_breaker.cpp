#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/slo_expression.hpp"

#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

using Breaker = spec::BreakerExpectation;

std::optional<Duration> within_at(Context& context, const Node& map, std::string_view key) {
  return positive_duration(context, child(child(&map, key), "within"), "'within'");
}

std::optional<double> number_at(const Node* map, std::string_view key) {
  const Node* node = child(map, key);
  return node && node->is_scalar() ? number_of(node->text) : std::nullopt;
}

bool is_set(const Node& map, std::string_view key) {
  const Node* node = child(&map, key);
  return node && boolean_of(node->text).value_or(false);
}

std::optional<Breaker::FailureRate> rate_of(Context& context, const Node& opens) {
  const Node* node = child(&opens, "rate");
  const auto bound = parsed(node, parse_share_bound);
  if (!bound) return std::nullopt;
  using spec::Comparison;
  if (bound->comparison != Comparison::greater && bound->comparison != Comparison::greater_equal) {
    context.problems.add(node->place(),
                         "a breaker opens above a share: write > or >= in front of it");
  }
  Breaker::FailureRate rate;
  rate.share = bound->share;
  rate.above = bound->comparison == Comparison::greater;
  if (const auto over = parsed(child(&opens, "over"), parse_look_back)) {
    rate.over_time = over->time;
    rate.over_calls = over->calls;
  }
  if (const auto least = parsed(child(&opens, "minimum"), parse_calls)) {
    rate.calls_min = least->count;
  }
  return rate;
}

Breaker::Opens opens_of(Context& context, const Node& node) {
  Breaker::Opens opens;
  if (const auto after = parsed(child(&node, "after"), parse_failures)) {
    opens.after_failures = after->count;
  }
  opens.rate = rate_of(context, node);
  opens.within = positive_duration(context, child(&node, "within"), "'within'");
  return opens;
}

/// The mock, and the preset if there is one.
void name_it(Context& context, const Node& node, Breaker& breaker) {
  const Node* named = child(&node, "breaker");
  if (!named || !named->is_map()) {
    breaker.mock = reference_at(context, node, "breaker", context.mocks);
    return;
  }
  breaker.preset = text_of(context, child(named, "preset"), Scope::literal);
  breaker.mock = named->find("mock") ? reference_at(context, *named, "mock", context.mocks)
                                     : only_mock(context, *named, "'breaker'", "mock");
}

bool demands_something(const Breaker& breaker) {
  return breaker.opens || breaker.reset || breaker.while_open || breaker.trials_max ||
         breaker.hung_trial || breaker.reopens || breaker.closes || breaker.herd_max ||
         breaker.stays_closed || breaker.openings_max;
}

/// What cannot be wanted of one breaker in the same phases.
void check_sense(Context& context, const Node& node, const Breaker& breaker) {
  if (!demands_something(breaker)) {
    context.problems.add(node.place(),
                         "'breaker' demands nothing here: it needs 'opens', 'reset', 'while_open', "
                         "'trials', 'hung_trial', 'reopens', 'closes', 'herd', 'stays_closed' or "
                         "'openings' beside it");
  }
  const bool opens = breaker.opens || breaker.reset || breaker.while_open || breaker.trials_max ||
                     breaker.hung_trial || breaker.reopens || breaker.closes;
  if (breaker.stays_closed && opens) {
    context.problems.add(
        node.place(),
        "'stays_closed' and what is said about an open breaker cannot both hold in "
        "the same phases");
  }
  if (breaker.herd_max && *breaker.herd_max < 1) {
    context.problems.add(node.find("herd")->place(),
                         "'herd' is a number of times the healthy rate, 1 or more");
  }
}

}  // namespace

std::optional<spec::SloExpression> slo_at(Context& context, const Node* map) {
  const Node* node = child(map, "slo");
  const auto slo = parsed(node, parse_slo);
  if (slo) check_reference(context, *node, slo->stream, context.streams);
  return slo;
}

std::optional<std::uint32_t> small_integer(const Node* map, std::string_view key) {
  const auto value = integer_at(map, key);
  if (!value || *value > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::string reference_at(Context& context, const Node& map, std::string_view key,
                         const Known& known) {
  const Node* node = child(&map, key);
  if (!node) return "";
  std::string name = text_of(context, node, Scope::literal);
  check_reference(context, *node, name, known);
  return name;
}

std::string only_mock(Context& context, const Node& node, const std::string& who,
                      const std::string& key) {
  const auto& mocks = context.mocks;
  if (mocks.names.size() == 1) return mocks.names.front();
  if (!mocks.complete) return "";
  context.problems.add(node.place(),
                       mocks.names.empty()
                           ? who + " needs a mock, and none is declared"
                           : "there are several mocks: say whose breaker with '" + key + ":'");
  return "";
}

spec::BreakerExpectation build_breaker(Context& context, const Node& node) {
  Breaker breaker;
  name_it(context, node, breaker);
  if (const Node* opens = child(&node, "opens")) breaker.opens = opens_of(context, *opens);
  breaker.slow = positive_duration(context, child(&node, "slow"), "'slow'");
  breaker.reset =
      positive_duration(context, child(&node, "reset"), "the time a breaker stays open");
  if (const Node* open = child(&node, "while_open")) {
    breaker.while_open.emplace();
    breaker.while_open->upstream_calls_max = small_integer(open, "upstream_calls");
    breaker.while_open->slo = slo_at(context, open);
  }
  breaker.trials_max = small_integer(&node, "trials");
  breaker.hung_trial = within_at(context, node, "hung_trial");
  breaker.reopens = is_set(node, "reopens");
  if (child(&node, "closes")) {
    breaker.closes = Breaker::Closes{within_at(context, node, "closes").value_or(Duration{0})};
  }
  breaker.herd_max = number_at(&node, "herd");
  breaker.stays_closed = is_set(node, "stays_closed");
  breaker.openings_max = small_integer(&node, "openings");
  breaker.instances = small_integer(&node, "instances").value_or(1);
  if (!breaker.preset.empty()) spec::apply_preset(breaker);
  if (child(&node, "breaker")) check_sense(context, node, breaker);
  return breaker;
}

spec::CallsExpectation build_calls(Context& context, const Node& node) {
  spec::CallsExpectation calls;
  calls.mock = reference_at(context, node, "calls", context.mocks);
  calls.tries_max = small_integer(&node, "tries");
  if (const Node* backoff = child(&node, "backoff")) {
    calls.backoff.emplace();
    calls.backoff->first =
        positive_duration(context, child(backoff, "first"), "'first'").value_or(Duration{0});
    calls.backoff->factor = number_at(backoff, "factor").value_or(1);
    if (calls.backoff->factor < 1 || calls.backoff->factor > 100) {
      context.problems.add(child(backoff, "factor")->place(), "'factor' is a number 1..100");
    }
  }
  if (const auto jitter = parsed(child(&node, "jitter"), parse_ratio)) {
    calls.jitter_min = jitter->value;
  }
  calls.honours_retry_after = child(&node, "retry_after") != nullptr;
  calls.never_again_after = build_statuses(child(&node, "never_again_after"));
  calls.same_key = child(&node, "idempotency_key") != nullptr;
  calls.gives_up_within = within_at(context, node, "gives_up");
  calls.last_try_within = within_at(context, node, "last_try");
  calls.in_flight_max = small_integer(&node, "in_flight");
  if (const auto rate = parsed(child(&node, "at_most"), parse_rate)) calls.at_most = *rate;
  if (const Node* share = child(&node, "correlated")) {
    const auto bound = parsed(share, parse_share_bound);
    if (bound) calls.correlated_min = bound->share;
    if (bound && bound->comparison != spec::Comparison::greater_equal) {
      context.problems.add(share->place(),
                           "'correlated' is the least share: write >= in front of it");
    }
  }
  return calls;
}

}  // namespace firedrill::scenario
