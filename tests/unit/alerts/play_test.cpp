#include "harness/alerts/model/play.hpp"

#include "harness/alerts/model/rates.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace firedrill::alerts;
using namespace std::chrono_literals;

namespace {

PlayPlan plan_of() {
  return {{{"steady", 0s, 4s, 10min}, {"outage", 4s, 8s, 20min}}, 15s, 1h, 15s};
}

/// Sampled every 250 ms, just not when a phase ends.
RecordedSeries sampled(const std::string& name, SeriesKind kind, double (*value)(double)) {
  RecordedSeries series{name, {}, kind, {}};
  for (Offset at = -150ms; at < 8s; at += 250ms) {
    series.samples.push_back({at, value(seconds(at)), false});
  }
  return series;
}

double value_at(const PlayedSeries& series, Duration played) {
  const PlayedSample& sample = series.samples.at(static_cast<std::size_t>(played / 15s));
  REQUIRE(sample.kind == PlayedSample::Kind::value);
  return sample.value;
}

}  // namespace

TEST_CASE("play: what the next phase did is not counted for the one before", "[alerts]") {
  Recording recording;
  recording.series.push_back(sampled("fallbacks_total", SeriesKind::counter,
                                     [](double t) { return t < 4 ? 0 : (t - 4) * 600; }));
  const Played played = play(recording, plan_of());
  const PlayedSeries& series = played.series.at(0);
  CHECK(series.leads_in);
  CHECK(series.lead_step == 0);
  CHECK(value_at(series, 0min) == 0);
  CHECK(value_at(series, 9min + 45s) == 0);
  // Twenty minutes at 600 a second, but for what fell between two samples.
  const double end = value_at(series, 30min);
  CHECK(end == Approx(1200 * 600).epsilon(0.01));
  const auto rate = rate_of(recording, **parse_promql("fallbacks_total"), 0s, 4s);
  CHECK(rate == 0.0);
}

TEST_CASE("play: counters go on at their rate, lead-in included, and never seem to restart",
          "[alerts]") {
  Recording recording;
  recording.series.push_back(
      sampled("requests_total", SeriesKind::counter, [](double t) { return 100 + t * 7.3; }));
  const Played played = play(recording, plan_of());
  const PlayedSeries& series = played.series.at(0);
  CHECK(played.lead_in() == 1h);
  CHECK(series.lead_step == Approx(7.3 * 15).epsilon(0.001));
  double before =
      series.lead_start + series.lead_step * static_cast<double>(played.lead_samples - 1);
  for (const PlayedSample& sample : series.samples) {
    CHECK(sample.value >= before);
    CHECK(sample.value - before == Approx(7.3 * 15).epsilon(0.05));
    before = sample.value;
  }
}

TEST_CASE("play: gauges repeat their plateau, what died stays dead, what was born was not before",
          "[alerts]") {
  Recording recording;
  recording.series.push_back(
      sampled("open", SeriesKind::gauge, [](double t) { return t < 4 ? 0.0 : 2.0; }));
  RecordedSeries dead = recording.series[0];
  dead.name = "dead";
  std::erase_if(dead.samples, [](const Sample& s) { return s.at > 6s; });
  dead.samples.push_back({6s, 0, true});
  RecordedSeries born = recording.series[0];
  born.name = "born";
  std::erase_if(born.samples, [](const Sample& s) { return s.at < 7s; });
  recording.series.push_back(dead);
  recording.series.push_back(born);
  const Played played = play(recording, plan_of());
  CHECK(value_at(played.series[0], 9min + 45s) == 0);
  CHECK(value_at(played.series[0], 10min + 15s) == 2);
  CHECK(value_at(played.series[0], 29min) == 2);
  CHECK(played.series[1].samples.back().kind == PlayedSample::Kind::none);
  std::size_t stale = 0;
  for (const PlayedSample& sample : played.series[1].samples) {
    if (sample.kind == PlayedSample::Kind::stale) ++stale;
  }
  CHECK(stale == 1);
  CHECK_FALSE(played.series[2].leads_in);
  CHECK(played.series[2].samples.at(0).kind == PlayedSample::Kind::none);
  CHECK(value_at(played.series[2], 29min) == 2);
}

TEST_CASE("play: a lead-in is whole evaluations long, and no shorter than asked", "[alerts]") {
  PlayPlan plan = plan_of();
  plan.spacing = 10s;
  plan.align = 15s;
  plan.lead_in = 61s;
  const Played played = play({}, plan);
  CHECK(played.lead_in() == 90s);
  CHECK(played.length() == 30min);
}
