#include "harness/alerts/model/from_run.hpp"

#include "harness/text/metric_selector.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string>
#include <utility>

namespace firedrill::alerts {
namespace {

/// Of every series of one answer; more is a mistake in the labels, not a system.
constexpr std::size_t kStatusesMax = 64;

std::set<std::string> read_by_rate(const std::vector<RuleGroup>& groups) {
  std::set<std::string> names;
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      for (const SelectorUse& use : selectors_of(rule.expr)) {
        const bool grows =
            use.function == "rate" || use.function == "increase" || use.function == "irate";
        if (grows) names.insert(use.selector->name);
      }
    }
  }
  return names;
}

bool scraped(const Poll& poll) { return poll.failure.empty() && poll.status == 200; }

/// Points are kept where a value changed; Prometheus has a sample at every scrape.
std::vector<Sample> samples_of(const Track& track, const std::vector<Poll>& polls) {
  std::vector<Sample> out;
  std::size_t next = 0;
  const TrackPoint* now = nullptr;
  bool alive = false;
  for (std::uint32_t i = 0; i < polls.size(); ++i) {
    while (next < track.points.size() && track.points[next].poll <= i) now = &track.points[next++];
    const bool here = scraped(polls[i]) && now && now->present;
    if (here) {
      out.push_back({polls[i].at, now->number, false});
    } else if (alive) {
      out.push_back({polls[i].at, 0, true});
    }
    alive = here;
  }
  return out;
}

RecordedSeries up_of(const ProbeRecord& probe, const Labels& target) {
  RecordedSeries up{"up", target, SeriesKind::gauge, {}};
  for (const Poll& poll : probe.polls)
    up.samples.push_back({poll.at, scraped(poll) ? 1.0 : 0.0, false});
  return up;
}

/// A counter that is built up while slices go by.
class Counter {
 public:
  Counter(std::string name, Labels labels)
      : series_{std::move(name), std::move(labels), SeriesKind::counter, {}} {}

  void begin(Offset at) { series_.samples.push_back({at, 0, false}); }
  void add(Offset at, double grown) {
    value_ += grown;
    series_.samples.push_back({at, value_, false});
  }
  RecordedSeries take() { return std::move(series_); }

 private:
  RecordedSeries series_;
  double value_ = 0;
};

constexpr std::array<double, 12> kBounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                         0.5,   1,    2.5,   5,    10,  30};

std::string bound_text(double bound) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%g", bound);
  return buffer.data();
}

void append_stream(Recording& recording, const StreamSeries& stream) {
  std::set<int> statuses;
  for (const Slice& slice : stream.slices) {
    for (const auto& [status, count] : slice.status) {
      if (statuses.size() < kStatusesMax) statuses.insert(status);
    }
  }
  const Labels base{{"job", "firedrill"}, {"stream", stream.name}};
  const auto labelled = [&base](const std::string& name, const std::string& value) {
    Labels labels = base;
    labels[name] = value;
    return labels;
  };
  Counter ok{"firedrill_requests_total", labelled("outcome", "ok")};
  Counter failed{"firedrill_requests_total", labelled("outcome", "failed")};
  std::vector<std::pair<int, Counter>> answers;
  for (const int status : statuses) {
    answers.emplace_back(
        status, Counter{"firedrill_responses_total", labelled("status", std::to_string(status))});
  }
  std::vector<std::pair<double, Counter>> buckets;
  for (const double bound : kBounds) {
    buckets.emplace_back(
        bound, Counter{"firedrill_response_seconds_bucket", labelled("le", bound_text(bound))});
  }
  Counter all{"firedrill_response_seconds_bucket", labelled("le", "+Inf")};
  Counter count{"firedrill_response_seconds_count", base};
  Counter sum{"firedrill_response_seconds_sum", base};
  const auto each = [&](auto visit) {
    visit(ok);
    visit(failed);
    for (auto& [status, counter] : answers) visit(counter);
    for (auto& [bound, counter] : buckets) visit(counter);
    visit(all);
    visit(count);
    visit(sum);
  };
  const Offset begin = stream.slices.front().start;
  each([begin](Counter& counter) { counter.begin(begin); });
  for (const Slice& slice : stream.slices) {
    const Offset at = slice.start + slice.length;
    const auto add = [at](Counter& counter, std::uint64_t grown) {
      counter.add(at, static_cast<double>(grown));
    };
    add(failed, slice.failed());
    add(ok, slice.planned - std::min(slice.planned, slice.failed()));
    for (auto& [status, counter] : answers) {
      const auto found = slice.status.find(status);
      add(counter, found == slice.status.end() ? 0 : found->second);
    }
    for (auto& [bound, counter] : buckets) {
      add(counter, slice.response.count_at_or_below(from_seconds(bound)));
    }
    add(all, slice.response.count());
    add(count, slice.response.count());
    sum.add(at, seconds(slice.response.mean()) * static_cast<double>(slice.response.count()));
  }
  each([&](Counter& counter) { recording.series.push_back(counter.take()); });
}

}  // namespace

SeriesKind kind_of_name(const std::string& name) {
  for (const char* end : {"_total", "_count", "_sum", "_bucket"}) {
    if (name.ends_with(end)) return SeriesKind::counter;
  }
  const bool time = name.ends_with("_timestamp_seconds") || name.ends_with("_start_time_seconds");
  return time ? SeriesKind::timestamp : SeriesKind::gauge;
}

void append_scraped(Recording& recording, const ProbeRecord& probe, const Labels& target,
                    const std::vector<RuleGroup>& groups) {
  const std::set<std::string> rates = read_by_rate(groups);
  recording.series.push_back(up_of(probe, target));
  for (const Track& track : probe.tracks) {
    const auto name = parse_series(track.name);
    if (!name) continue;
    RecordedSeries series{name->metric, target, kind_of_name(name->metric), {}};
    if (rates.contains(series.name)) series.kind = SeriesKind::counter;
    // A label of the target wins; the system's own is kept beside it, as Prometheus does.
    for (const auto& [label, value] : name->labels) {
      const bool taken = target.contains(label);
      series.labels[taken ? "exported_" + label : label] = value;
    }
    series.samples = samples_of(track, probe.polls);
    recording.series.push_back(std::move(series));
  }
}

void append_client_side(Recording& recording, const std::vector<StreamSeries>& streams) {
  for (const StreamSeries& stream : streams) {
    if (!stream.slices.empty()) append_stream(recording, stream);
  }
}

}  // namespace firedrill::alerts
