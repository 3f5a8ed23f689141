#include "harness/alerts/model/play.hpp"

#include "harness/alerts/model/trace.hpp"
#include "harness/base/assert.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace firedrill::alerts {
namespace {

constexpr Duration kPlateauMax = std::chrono::seconds{60};

/// Prometheus adds the step of a lead-in again and again; multiples of 2^-10 stay exact, and so a
/// counter never seems to restart where its lead-in ends.
double exact(double value) { return std::round(value * 1024) / 1024; }

PlayedSample value_of(double value) { return {PlayedSample::Kind::value, value}; }

/// A sample in terms of the drill: as it was at `at`, plus `cycles` whole plateaus.
struct Instant {
  std::size_t phase = 0;
  Offset at{0};
  std::int64_t cycles = 0;
  bool held = false;
};

/// What is seen at its end already belongs to the next phase.
Offset last_of(const PlayPhase& phase) { return phase.to - Duration{1}; }

Duration plateau_length(const PlayPhase& phase) { return phase.to - plateau_of(phase); }

Instant instant_of(const PlayPlan& plan, const std::vector<PlayedPhase>& phases, Offset played) {
  std::size_t i = 0;
  while (i + 1 < phases.size() && played >= phases[i].to) ++i;
  const PlayPhase& phase = plan.phases[i];
  const Duration into = played - phases[i].from;
  if (into <= phase.to - phase.from) return {i, phase.from + into, 0, false};
  const Duration beyond = into - (phase.to - phase.from);
  const Duration cycle = plateau_length(phase);
  if (cycle <= Duration{0}) return {i, phase.to, 0, true};
  return {i, plateau_of(phase) + beyond % cycle, beyond / cycle, true};
}

void mark_deaths(PlayedSeries& out) {
  bool alive = out.leads_in;
  for (PlayedSample& sample : out.samples) {
    const bool now = sample.kind == PlayedSample::Kind::value;
    if (alive && !now) sample.kind = PlayedSample::Kind::stale;
    alive = now;
  }
}

/// Plays one series of counts or values. Counters carry a shift, so that they go on where the held
/// plateau before has left them.
class Player {
 public:
  Player(const RecordedSeries& series, const PlayPlan& plan)
      : series_{series}, trace_{series_}, plan_{plan} {
    if (!grows()) return;
    // Between its last sample in a phase and the first of the next, a counter may have grown by
    // what the next phase did: that stretch is played as the plateau.
    for (PlayPhase& phase : plan_.phases) {
      const Offset seen = trace_.last_seen(phase.from, phase.to);
      if (seen < phase.to) phase.to = seen + Duration{1};
    }
  }

  PlayedSeries run(const std::vector<PlayedPhase>& phases, std::uint64_t lead,
                   std::size_t samples) {
    PlayedSeries out;
    out.name = series_.name;
    out.labels = series_.labels;
    lead_in(out, lead);
    for (std::size_t i = 0; i < samples; ++i) {
      const Offset played = plan_.spacing * static_cast<std::int64_t>(i);
      const Instant instant = instant_of(plan_, phases, played);
      enter(instant.phase);
      out.samples.push_back(sample(instant));
    }
    mark_deaths(out);
    return out;
  }

 private:
  [[nodiscard]] bool grows() const { return series_.kind == SeriesKind::counter; }

  void lead_in(PlayedSeries& out, std::uint64_t lead) {
    const PlayPhase& steady = plan_.phases[0];
    const auto at_start = trace_.value(steady.from);
    anchor_ = steady.from;
    if (!at_start) return;
    out.leads_in = lead > 0;
    if (!grows()) {
      out.lead_start = middle_value(steady);
      return;
    }
    const double length = seconds(last_of(steady) - steady.from);
    const double rate = length > 0 ? trace_.increase(steady.from, last_of(steady)) / length : 0;
    out.lead_step = exact(rate * seconds(plan_.spacing));
    const double grown = out.lead_step * static_cast<double>(lead);
    // It begins its lead-in with what it has now, and so never below 0.
    out.lead_start = exact(*at_start);
    shift_ = out.lead_start + grown - *at_start;
  }

  /// A value that the gauge really had, in the middle of those of the phase.
  [[nodiscard]] double middle_value(const PlayPhase& phase) const {
    std::vector<double> values{*trace_.value(phase.from)};
    for (const Sample& sample : series_.samples) {
      const bool inside = sample.at > phase.from && sample.at < phase.to;
      if (inside && !sample.stale && !std::isnan(sample.value)) values.push_back(sample.value);
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  /// Passes over the ends of all phases before `phase`, and gathers what their plateaus added.
  void enter(std::size_t phase) {
    while (phase_ < phase) {
      const PlayPhase& over = plan_.phases[phase_];
      const Duration held = over.length - (over.to - over.from);
      if (grows() && held > Duration{0}) {
        settle(last_of(over));
        // The stretch up to the next phase was played as the plateau, and must not count twice.
        const Offset next = plan_.phases[phase_ + 1].from;
        shift_ += held_growth(over, held) - trace_.increase(last_of(over), next);
      }
      ++phase_;
    }
  }

  [[nodiscard]] double held_growth(const PlayPhase& phase, Duration held) const {
    const Duration cycle = plateau_length(phase);
    if (cycle <= Duration{0} || held <= Duration{0}) return 0;
    const Offset from = plateau_of(phase);
    return static_cast<double>(held / cycle) * trace_.increase(from, last_of(phase)) +
           trace_.increase(from, from + held % cycle);
  }

  /// A restart throws away what was added before it.
  void settle(Offset at) {
    if (at > anchor_ && trace_.restarted(anchor_, at)) shift_ = 0;
    anchor_ = std::max(anchor_, at);
  }

  PlayedSample sample(const Instant& instant) {
    if (!instant.held) {
      const auto value = trace_.value(instant.at);
      if (!value) return {};
      if (!grows()) return value_of(*value);
      settle(instant.at);
      return value_of(*value + shift_);
    }
    const PlayPhase& phase = plan_.phases[instant.phase];
    const auto value = held_value(phase, instant.at);
    if (!value) return {};
    if (!grows()) return value_of(*value);
    settle(last_of(phase));
    const Duration held = instant.at - plateau_of(phase) + instant.cycles * plateau_length(phase);
    const auto end = trace_.value(last_of(phase));
    return value_of((end ? *end : *value) + shift_ + held_growth(phase, held));
  }

  /// The value that repeats: a birth inside the plateau happens once, a death at its end stays, and
  /// what died and came back goes on doing so.
  [[nodiscard]] std::optional<double> held_value(const PlayPhase& phase, Offset at) const {
    const Offset from = plateau_of(phase);
    const auto end = trace_.value(last_of(phase));
    const bool comes_and_goes = trace_.deaths(from, last_of(phase)) > (end ? 0 : 1);
    if (comes_and_goes) return trace_.value(at);
    if (!end) return std::nullopt;
    const auto now = trace_.value(at);
    return now ? now : trace_.value(*trace_.born(last_of(phase)));
  }

  const RecordedSeries& series_;
  Trace trace_;
  PlayPlan plan_;
  double shift_ = 0;
  Offset anchor_{0};
  std::size_t phase_ = 0;
};

/// Plays a series of timestamps: what matters is how old they are. One that moves keeps its age;
/// one that stands still ages as long as the play has it stand. Second 0 is promtool's: the
/// beginning of the lead-in.
class ClockPlayer {
 public:
  ClockPlayer(const RecordedSeries& series, const PlayPlan& plan, double zero_unix_s,
              Duration lead_in)
      : series_{series}, trace_{series_}, plan_{plan}, zero_{zero_unix_s}, lead_in_{lead_in} {}

  PlayedSeries run(const std::vector<PlayedPhase>& phases, std::uint64_t lead,
                   std::size_t samples) {
    PlayedSeries out;
    out.name = series_.name;
    out.labels = series_.labels;
    const Offset begin = plan_.phases[0].from;
    if (const auto first = trace_.value(begin)) {
      out.leads_in = lead > 0;
      const bool moves = trace_.value(last_of(plan_.phases[0])) != first;
      out.lead_step = moves ? seconds(plan_.spacing) : 0;
      out.lead_start = *first - zero_ - seconds(begin) + (moves ? 0 : seconds(lead_in_));
    }
    for (std::size_t i = 0; i < samples; ++i) {
      const Offset played = plan_.spacing * static_cast<std::int64_t>(i);
      out.samples.push_back(sample(instant_of(plan_, phases, played), played));
    }
    mark_deaths(out);
    return out;
  }

 private:
  PlayedSample sample(const Instant& instant, Offset played) {
    const PlayPhase& phase = plan_.phases[instant.phase];
    const bool moves = trace_.value(plateau_of(phase)) != trace_.value(last_of(phase));
    const Offset at = instant.held && !moves ? last_of(phase) : instant.at;
    const auto value = trace_.value(at);
    if (!value) return {};
    const bool stands_still = raw_ == value && !(instant.held && moves);
    if (!stands_still) {
      // The phase has just been played to its end when its plateau is entered.
      const double age = zero_ + seconds(at) - *value;
      shown_ = seconds(lead_in_ + played) - age;
      raw_ = value;
    }
    return value_of(shown_);
  }

  const RecordedSeries& series_;
  Trace trace_;
  const PlayPlan& plan_;
  double zero_;
  Duration lead_in_;
  std::optional<double> raw_;
  double shown_ = 0;
};

std::vector<PlayedPhase> played_phases(const PlayPlan& plan) {
  std::vector<PlayedPhase> phases;
  Offset at{0};
  for (const PlayPhase& phase : plan.phases) {
    const Duration recorded = phase.to - phase.from;
    const Offset to = at + std::max(recorded, phase.length);
    phases.push_back({phase.name, at, to, at + recorded});
    at = to;
  }
  return phases;
}

}  // namespace

Offset plateau_of(const PlayPhase& phase) {
  return phase.to - std::min((phase.to - phase.from) / 2, kPlateauMax);
}

Played play(const Recording& recording, const PlayPlan& plan) {
  FD_ASSERT(plan.spacing > Duration{0} && !plan.phases.empty());
  PlayPlan whole = plan;
  for (PlayPhase& phase : whole.phases) {
    phase.length = std::max(phase.length, phase.to - phase.from);
  }
  Played out;
  out.spacing = plan.spacing;
  out.phases = played_phases(whole);
  const Duration align{std::lcm(std::max(plan.align, plan.spacing).count(), plan.spacing.count())};
  const std::int64_t aligned = (plan.lead_in + align - Duration{1}) / align;
  out.lead_samples = static_cast<std::uint64_t>(aligned * (align / plan.spacing));
  const auto samples = static_cast<std::size_t>(out.length() / plan.spacing) + 1;
  for (const RecordedSeries& series : recording.series) {
    out.series.push_back(series.kind == SeriesKind::timestamp
                             ? ClockPlayer{series, whole, recording.zero_unix_s, out.lead_in()}.run(
                                   out.phases, out.lead_samples, samples)
                             : Player{series, whole}.run(out.phases, out.lead_samples, samples));
  }
  return out;
}

}  // namespace firedrill::alerts
