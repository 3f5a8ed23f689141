#include "harness/observe/probe_recorder.hpp"

#include "harness/observe/json_leaves.hpp"
#include "harness/observe/prometheus_text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace firedrill {
namespace {

bool same_value(const TrackPoint& point, double number, const std::string& text) {
  const bool both_nan = std::isnan(point.number) && std::isnan(number);
  return point.present && point.text == text && (both_nan || point.number == number);
}

/// Long texts are no states. They are not cut either: half a secret would not be known as one.
std::string kept_text(const std::string& text) {
  if (text.size() <= kTrackTextMax) return text;
  return "\"(" + std::to_string(text.size()) + " bytes)\"";
}

}  // namespace

const char* name_of(spec::Probe::Kind kind) {
  switch (kind) {
    case spec::Probe::Kind::health:
      return "health";
    case spec::Probe::Kind::metrics:
      return "metrics";
    case spec::Probe::Kind::breakers:
      return "breakers";
    case spec::Probe::Kind::resources:
      return "resources";
  }
  return "?";
}

ProbeRecorder::ProbeRecorder(const spec::Probe& probe, std::string url,
                             const std::vector<std::string>& wanted, Bounds bounds)
    : kind_{probe.kind}, tracks_max_{probe.series_max}, bounds_{bounds} {
  record_.name = probe.name;
  record_.kind = name_of(probe.kind);
  record_.url = std::move(url);
  for (const std::string& text : wanted) {
    auto selector = MetricSelector::parse(text);
    if (selector) wanted_.push_back(std::move(selector).value());
  }
}

std::uint32_t ProbeRecorder::poll() const {
  return static_cast<std::uint32_t>(record_.polls.size() - 1);
}

bool ProbeRecorder::add_poll(Poll poll) {
  if (record_.polls.size() == bounds_.polls) {
    ++record_.polls_not_kept;
    return false;
  }
  record_.polls.push_back(std::move(poll));
  return true;
}

void ProbeRecorder::failed(Offset asked, Offset at, std::string why) {
  ++record_.failed;
  why.resize(std::min(why.size(), kTrackTextMax));
  (void)add_poll({asked, at, 0, std::move(why)});
}

void ProbeRecorder::answered(Offset asked, Offset at, int status, std::string_view body) {
  ++record_.answered;
  if (!add_poll({asked, at, status, ""})) return;
  if (kind_ == spec::Probe::Kind::metrics) {
    read_metrics(body);
  } else {
    read_json(body);
  }
}

void ProbeRecorder::sampled(Offset asked, Offset at,
                            const std::vector<std::pair<std::string, double>>& values) {
  ++record_.answered;
  if (!add_poll({asked, at, 200, ""})) return;
  for (const auto& [name, value] : values) see(name, nullptr, value, "");
  end_answer(true);
}

void ProbeRecorder::read_metrics(std::string_view text) {
  // An error page is no scrape: what was there is not gone.
  if (record_.polls.back().status >= 300) {
    record_.polls.back().failure =
        "answered " + std::to_string(record_.polls.back().status) + " instead of metrics";
    return;
  }
  const Scrape scrape = read_prometheus_text(text, 100 * tracks_max_);
  if (scrape.samples.empty()) {
    record_.polls.back().failure = "no line of the answer is a sample";
    return;
  }
  turned_away_ = scrape.not_kept;
  for (const MetricSample& sample : scrape.samples) {
    see(sample.series.text(), &sample.series, sample.value, "");
  }
  end_answer(scrape.not_kept == 0);
}

void ProbeRecorder::read_json(std::string_view body) {
  const auto document = read_json_leaves(body, tracks_max_);
  if (!document) {
    record_.polls.back().failure = "the answer is no JSON";
    return;
  }
  turned_away_ = document->not_kept;
  for (const JsonLeaf& leaf : document->leaves) {
    see(leaf.pointer, nullptr, leaf.number, kept_text(leaf.text));
  }
  end_answer(document->not_kept == 0);
}

bool ProbeRecorder::is_wanted(const SeriesName* series) const {
  if (series == nullptr) return true;
  return std::any_of(wanted_.begin(), wanted_.end(),
                     [&](const MetricSelector& selector) { return selector.fits(*series); });
}

void ProbeRecorder::see(const std::string& name, const SeriesName* series, double number,
                        std::string text) {
  auto found = slots_.find(name);
  if (found == slots_.end()) {
    const bool wanted = is_wanted(series);
    // Series that an expectation names are kept even when the others fill the table.
    const std::size_t most = series != nullptr && wanted ? 2 * tracks_max_ : tracks_max_;
    if (record_.tracks.size() >= most) {
      ++turned_away_;
      return;
    }
    found = slots_.emplace(name, Slot{record_.tracks.size(), wanted}).first;
    record_.tracks.push_back({name, {}, true});
    seen_in_.push_back(0);
  }
  Track& track = record_.tracks[found->second.track];
  seen_in_[found->second.track] = poll();
  if (!track.points.empty() && same_value(track.points.back(), number, text)) return;
  add_point(track, found->second.wanted, {poll(), true, number, std::move(text)});
}

void ProbeRecorder::end_answer(bool whole) {
  record_.tracks_not_kept = std::max(record_.tracks_not_kept, turned_away_);
  if (!whole) return;  // what stood behind the bound is not gone
  for (std::size_t i = 0; i < record_.tracks.size(); ++i) {
    Track& track = record_.tracks[i];
    if (seen_in_[i] == poll() || track.points.empty() || !track.points.back().present) continue;
    add_point(track, true, {poll(), false, 0, ""});
  }
}

void ProbeRecorder::add_point(Track& track, bool wanted, TrackPoint point) {
  const std::size_t most = wanted ? bounds_.points : bounds_.points / 2;
  if (points_ >= most) {
    track.whole = false;
    ++record_.points_not_kept;
    return;
  }
  ++points_;
  track.points.push_back(std::move(point));
}

}  // namespace firedrill
