#pragma once

#include "harness/alerts/model/series.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill::alerts {

// From what a drill recorded in seconds to what Prometheus would have scraped in an hour.
//
// Each phase is played as it was, then its plateau (the second half of it, 60 s at most) is held
// for as long as production would have had it: gauges repeat, counters go on at the same rate.
// Stretching everything instead would turn a transient of five seconds into five minutes. Before
// the first phase lies a lead-in in which everything goes on as in that phase, so that no rule
// looks back into nothing.

/// A phase of the drill. The first is the steady one.
struct PlayPhase {
  std::string name;
  Offset from{0};  ///< As recorded.
  Offset to{0};
  Duration length{0};  ///< When played; the recorded length where that is longer.
};

struct PlayPlan {
  std::vector<PlayPhase> phases;  ///< At least one; without gaps.
  Duration spacing{0};            ///< Between samples: the scrape interval of production. Above 0.
  Duration lead_in{0};            ///< At least this much; rounded up to whole `align`.
  Duration align{0};              ///< Evaluation interval; 0 for `spacing`.
};

/// A sample of the play: nothing, the end of the series, or a value.
struct PlayedSample {
  enum class Kind : std::uint8_t { none, stale, value };
  Kind kind = Kind::none;
  double value = 0;
  friend bool operator==(const PlayedSample&, const PlayedSample&) = default;
};

struct PlayedSeries {
  std::string name;
  Labels labels;
  bool leads_in = false;  ///< Alive in the lead-in: `lead_start + i * lead_step`.
  double lead_start = 0;
  double lead_step = 0;
  std::vector<PlayedSample> samples;  ///< One every `spacing`, from played time 0 to the end.
};

struct PlayedPhase {
  std::string name;
  Offset from{0};  ///< Played time; 0 is the beginning of the steady phase.
  Offset to{0};
  Offset held_from{0};  ///< From here on the plateau repeats.
};

struct Played {
  std::vector<PlayedPhase> phases;
  Duration spacing{0};
  std::uint64_t lead_samples = 0;  ///< How many samples of lead-in each series has.
  std::vector<PlayedSeries> series;

  [[nodiscard]] Duration lead_in() const {
    return spacing * static_cast<std::int64_t>(lead_samples);
  }
  [[nodiscard]] Duration length() const { return phases.empty() ? Duration{0} : phases.back().to; }
};

/// @pre plan.spacing > 0 and plan.phases is not empty
[[nodiscard]] Played play(const Recording& recording, const PlayPlan& plan);

/// Where the held plateau of a phase begins, in recorded time.
[[nodiscard]] Offset plateau_of(const PlayPhase& phase);

}  // namespace firedrill::alerts
