#include "harness/expect/breaker_witness.hpp"

#include "harness/base/strings.hpp"
#include "harness/expect/checks.hpp"
#include "harness/expect/metric_reading.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/text/metric_selector.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill {
namespace {

/// Where the state of the breaker stands, when the scenario says so.
const std::string* told_place(const spec::Probe& probe, const std::string& mock) {
  const auto found =
      std::find_if(probe.breakers.begin(), probe.breakers.end(),
                   [&](const spec::Probe::Breaker& breaker) { return breaker.mock == mock; });
  return found == probe.breakers.end() ? nullptr : &found->where;
}

const Track* track_of(const ProbeRecord& record, const spec::Probe& probe,
                      const std::string& mock) {
  if (const std::string* told = told_place(probe, mock)) return record.track(*told);
  for (const std::string& pointer : {"/" + mock + "/state", "/" + mock + "/status", "/" + mock}) {
    if (const Track* track = record.track(pointer)) return track;
  }
  return nullptr;
}

BreakerWitness ask_endpoint(const ProbeRecord& record, const spec::Probe& probe,
                            const std::string& mock) {
  BreakerWitness witness{probe.name, "", {}, ""};
  const Track* const track = track_of(record, probe, mock);
  if (track == nullptr) {
    witness.unusable = "probe " + probe.name + " never told of a breaker of " + mock;
    return witness;
  }
  witness.where = track->name;
  for (std::uint32_t i = 0; i < record.polls.size(); ++i) {
    // Some are told of only after their first call.
    if (!is_readable(record.polls[i]) || track->at(i) == nullptr) continue;
    const std::string word = said_at(*track, i);
    const auto state = breaker_state_of(word);
    if (!state) {
      witness.unusable = "probe " + probe.name + " says '" + word + "' at " + track->name +
                         ", which is no state of a breaker";
      return witness;
    }
    witness.statements.push_back({record.polls[i].asked, record.polls[i].at, *state});
  }
  return witness;
}

/// One series a state that is 1 when it is the breaker's, or one number for all: 0 closed,
/// 1 half-open, 2 open.
std::optional<BreakerState> state_at(const SelectedSeries& series, std::uint32_t poll) {
  for (const Track* track : series.tracks) {
    const TrackPoint* const point = track->at(poll);
    const auto name = parse_series(track->name);
    if (point == nullptr || !name) continue;
    if (const std::string* state = name->label("state")) {
      if (point->number != 0) return breaker_state_of(*state);
    } else if (point->number == 0) {
      return BreakerState::closed;
    } else {
      return point->number == 1 ? BreakerState::half_open : BreakerState::open;
    }
  }
  return std::nullopt;
}

std::optional<BreakerWitness> ask_metrics(const RunResult& result, const spec::Probe& probe,
                                          const std::string& mock) {
  const std::string* const told = told_place(probe, mock);
  std::vector<std::string> places{"circuit_breaker_state{dependency=\"" + mock + "\"}",
                                  "resilience4j_circuitbreaker_state{name=\"" + mock + "\"}"};
  if (told != nullptr) places = {*told};
  for (const std::string& place : places) {
    const SelectedSeries series = select_series(result, place);
    if (!series.missing.empty() || series.probe->name != probe.name) continue;
    BreakerWitness witness{probe.name, place, {}, ""};
    for (std::uint32_t i = 0; i < series.probe->polls.size(); ++i) {
      const Poll& poll = series.probe->polls[i];
      if (!is_readable(poll)) continue;
      if (const auto state = state_at(series, i)) {
        witness.statements.push_back({poll.asked, poll.at, *state});
      }
    }
    return witness;
  }
  // Metrics without such a series are no witness, unless the scenario says that there is one.
  if (told == nullptr) return std::nullopt;
  return BreakerWitness{probe.name, *told, {}, "no series " + *told + " was scraped"};
}

}  // namespace

std::optional<BreakerState> breaker_state_of(std::string_view word) {
  std::string plain;
  for (const char c : to_lower(word)) {
    if (c != '_' && c != '-' && c != ' ') plain += c;
  }
  static constexpr std::array<std::pair<std::string_view, BreakerState>, 9> words{
      {{"closed", BreakerState::closed},
       {"open", BreakerState::open},
       {"opened", BreakerState::open},
       {"forcedopen", BreakerState::open},
       {"isolated", BreakerState::open},
       {"circuitopen", BreakerState::open},
       {"halfopen", BreakerState::half_open},
       {"half", BreakerState::half_open},
       {"circuithalfopen", BreakerState::half_open}}};
  for (const auto& [known, state] : words) {
    if (plain == known) return state;
  }
  return std::nullopt;
}

const char* name_of(BreakerState state) {
  switch (state) {
    case BreakerState::closed:
      return "closed";
    case BreakerState::half_open:
      return "half-open";
    case BreakerState::open:
      return "open";
  }
  return "?";
}

std::vector<BreakerWitness> breaker_witnesses(const spec::Scenario& scenario,
                                              const RunResult& result, const std::string& mock) {
  std::vector<BreakerWitness> witnesses;
  for (const spec::Probe& probe : scenario.probes) {
    using Kind = spec::Probe::Kind;
    if (probe.kind == Kind::health || probe.kind == Kind::resources) continue;
    if (std::string reason = unusable_probe(result, probe.name); !reason.empty()) {
      witnesses.push_back({probe.name, "", {}, std::move(reason)});
    } else if (probe.kind == spec::Probe::Kind::breakers) {
      witnesses.push_back(ask_endpoint(*find_probe(result, probe.name), probe, mock));
    } else if (auto witness = ask_metrics(result, probe, mock)) {
      witnesses.push_back(std::move(*witness));
    }
  }
  return witnesses;
}

}  // namespace firedrill
