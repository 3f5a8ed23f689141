#include "harness/spec/breaker_expectation.hpp"

#include <array>

namespace firedrill::spec {
namespace {

using namespace std::chrono_literals;

/// What the libraries do unless told otherwise, as their sources of 2026 have it.
struct Defaults {
  BreakerPreset preset;
  std::optional<BreakerExpectation::Opens> opens;
  std::optional<Duration> reset;
  Duration reset_late{0};
  std::optional<std::uint32_t> trials_max;
};

BreakerExpectation::Opens rate_of(BreakerExpectation::FailureRate rate) {
  BreakerExpectation::Opens opens;
  opens.rate = rate;
  return opens;
}

const std::array<Defaults, 5>& all_defaults() {
  static const std::array<Defaults, 5> defaults{{
      {{"resilience4j", "half of the last 100 calls failed; open 60 s; 10 trials"},
       rate_of({.share = 0.5, .above = false, .over_calls = 100, .calls_min = 100}),
       60s,
       0s,
       10},
      {{"opossum", "more than half of the calls in 10 s failed; open 30 s; 1 trial"},
       rate_of({.share = 0.5, .above = true, .over_time = 10s, .calls_min = 1}),
       30s,
       0s,
       1},
      {{"cockatiel", "opens and resets as its caller says; 1 trial"}, {}, {}, 0s, 1},
      {{"polly", "a tenth of 100 or more calls in 30 s failed; open 5 s; 1 trial"},
       rate_of({.share = 0.1, .above = false, .over_time = 30s, .calls_min = 100}),
       5s,
       0s,
       1},
      // A host comes back with the next sweep, every 10 s, and at once with all of its traffic.
      {{"envoy", "5 server errors in a row; out for 30 s until the next sweep; no trials"},
       BreakerExpectation::Opens{},
       30s,
       10s,
       {}},
  }};
  return defaults;
}

/// It looks at what comes after the fault, or at a breaker that is not meant to open for good.
bool looks_elsewhere(const BreakerExpectation& breaker) {
  return breaker.closes || breaker.herd_max || breaker.stays_closed || breaker.openings_max;
}

}  // namespace

const std::vector<BreakerPreset>& breaker_presets() {
  static const std::vector<BreakerPreset> presets = [] {
    std::vector<BreakerPreset> all;
    for (const Defaults& defaults : all_defaults()) all.push_back(defaults.preset);
    return all;
  }();
  return presets;
}

std::vector<std::string> breaker_preset_names() {
  std::vector<std::string> names;
  for (const BreakerPreset& preset : breaker_presets()) names.emplace_back(preset.name);
  return names;
}

void apply_preset(BreakerExpectation& breaker) {
  if (looks_elsewhere(breaker)) return;
  for (const Defaults& defaults : all_defaults()) {
    if (defaults.preset.name != breaker.preset) continue;
    if (!breaker.opens) breaker.opens = defaults.opens;
    if (!breaker.reset) {
      breaker.reset = defaults.reset;
      breaker.reset_late = defaults.reset_late;
    }
    if (!breaker.trials_max) breaker.trials_max = defaults.trials_max;
    if (!breaker.while_open) breaker.while_open = BreakerExpectation::WhileOpen{0, {}};
  }
}

}  // namespace firedrill::spec
