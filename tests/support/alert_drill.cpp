#include "tests/support/alert_drill.hpp"

#include "tests/support/temp_folder.hpp"

#include <fstream>
#include <utility>

namespace firedrill::test {
namespace {

using namespace std::chrono_literals;
using alerts::SeriesKind;

constexpr int kPhaseSeconds = 20;
constexpr int kSeconds = 60;

std::string clock_text(Offset at) {
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(at).count();
  std::string out = s >= 60 ? std::to_string(s / 60) + "m" : "";
  if (s % 60 != 0 || s == 0) out += std::to_string(s % 60) + "s";
  return out;
}

std::string states_text(const AlertTimeline& timeline) {
  std::string out;
  const auto add = [&](const char* what, Offset at) {
    out += std::string{out.empty() ? "" : ", "} + what + " " + clock_text(at);
  };
  for (std::size_t i = 0; i < timeline.states.size(); ++i) {
    const AlertState& state = timeline.states[i];
    add(state.firing ? "firing" : "pending", state.from);
    const bool goes_on = i + 1 < timeline.states.size() && timeline.states[i + 1].from == state.to;
    if (state.ended && !goes_on) add("gone", state.to);
  }
  return out;
}

}  // namespace

AlertDrill::AlertDrill() {
  inquiry.phases = {
      {"steady", 0s, 20s, 10min}, {"outage", 20s, 40s, 20min}, {"recovery", 40s, 60s, 30min}};
  inquiry.scrape = 15s;
  inquiry.eval = 15s;
  inquiry.broken = 1;
  inquiry.run_id = "test";
  inquiry.recording.zero_unix_s = 1'780'000'000;
}

AlertDrill& AlertDrill::counter(const std::string& name, alerts::Labels labels,
                                std::vector<double> rates, double start) {
  alerts::RecordedSeries series{name, std::move(labels), SeriesKind::counter, {}};
  double value = start;
  for (int i = 0; i <= kSeconds; ++i) {
    if (i > 0) value += rates[static_cast<std::size_t>((i - 1) / kPhaseSeconds)];
    series.samples.push_back({std::chrono::seconds{i}, value, false});
  }
  inquiry.recording.series.push_back(std::move(series));
  return *this;
}

AlertDrill& AlertDrill::gauge(const std::string& name, alerts::Labels labels,
                              std::vector<double> values) {
  alerts::RecordedSeries series{name, std::move(labels), SeriesKind::gauge, {}};
  for (int i = 0; i < kSeconds; ++i) {
    const double value = values[static_cast<std::size_t>(i / kPhaseSeconds)];
    series.samples.push_back({std::chrono::seconds{i}, value, false});
  }
  inquiry.recording.series.push_back(std::move(series));
  return *this;
}

AlertDrill& AlertDrill::born(double at, double value) {
  std::vector<alerts::Sample> kept;
  std::optional<double> base;
  for (const alerts::Sample& sample : last().samples) {
    if (sample.at < from_seconds(at)) continue;
    if (!base) base = sample.value;
    kept.push_back({sample.at, sample.value - *base + value, false});
  }
  last().samples = std::move(kept);
  return *this;
}

AlertDrill& AlertDrill::dies(double at) {
  auto& samples = last().samples;
  std::erase_if(samples, [&](const alerts::Sample& s) { return s.at >= from_seconds(at); });
  samples.push_back({from_seconds(at), 0, true});
  return *this;
}

AlertDrill& AlertDrill::restarts(double at) {
  std::optional<double> base;
  for (alerts::Sample& sample : last().samples) {
    if (sample.at < from_seconds(at)) continue;
    if (!base) base = sample.value;
    sample.value -= *base;
  }
  return *this;
}

AlertDrill& AlertDrill::requests(std::vector<double> error_shares, double rate) {
  std::vector<double> good;
  std::vector<double> bad;
  for (const double share : error_shares) {
    good.push_back(rate * (1 - share));
    bad.push_back(rate * share);
  }
  counter("requests_total", {{"job", "clinic"}, {"status", "200"}}, good);
  return counter("requests_total", {{"job", "clinic"}, {"status", "500"}}, bad);
}

AlertRecord AlertDrill::evaluate(const std::string& rules) {
  const TempFolder folder;
  const std::string path = folder.path() + "/rules.yml";
  std::ofstream{path} << rules;
  inquiry.rule_files = {path};
  return alerts::evaluate(inquiry);
}

std::string text_of(const AlertRecord& record, const std::vector<std::string>& shown) {
  std::string out = record.unusable;
  for (const AlertTimeline& timeline : record.timelines) {
    if (!out.empty()) out += "\n";
    out += timeline.alert;
    alerts::Labels labels;
    for (const std::string& name : shown) {
      const auto label = timeline.labels.find(name);
      if (label != timeline.labels.end()) labels.insert(*label);
    }
    out += alerts::series_text("", labels) + ": " + states_text(timeline);
  }
  return out.empty() ? "silent" : out;
}

}  // namespace firedrill::test
