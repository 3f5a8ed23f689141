#pragma once

#include "harness/metrics/probe_record.hpp"
#include "harness/spec/probe.hpp"
#include "harness/text/metric_selector.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace firedrill {

/// Writes down what one probe sees, within the bounds of ProbeRecord. Pure: times are passed in.
class ProbeRecorder {
 public:
  /// Bounds, to be made small in tests.
  struct Bounds {
    std::size_t polls = kPollsMax;
    std::size_t points = kTrackPointsMax;
  };

  /// `url` is what is asked. `wanted`: selectors of the series that expectations name, which may
  /// use the half of the points that is reserved for them; ill-formed ones are passed over.
  ProbeRecorder(const spec::Probe& probe, std::string url, const std::vector<std::string>& wanted,
                Bounds bounds);
  ProbeRecorder(const spec::Probe& probe, std::string url, const std::vector<std::string>& wanted)
      : ProbeRecorder{probe, std::move(url), wanted, Bounds{}} {}

  void answered(Offset asked, Offset at, int status, std::string_view body);
  /// Of a probe that reads values itself.
  void sampled(Offset asked, Offset at, const std::vector<std::pair<std::string, double>>& values);
  void failed(Offset asked, Offset at, std::string why);

  [[nodiscard]] const ProbeRecord& record() const { return record_; }

 private:
  struct Slot {
    std::size_t track = 0;
    bool wanted = false;
  };

  bool add_poll(Poll poll);
  void read_metrics(std::string_view text);
  void read_json(std::string_view body);
  void see(const std::string& name, const SeriesName* series, double number, std::string text);
  /// Counts what was turned away and, of an answer that was read as a whole, notes what was there
  /// before and is no more.
  void end_answer(bool whole);
  void add_point(Track& track, bool wanted, TrackPoint point);
  [[nodiscard]] bool is_wanted(const SeriesName* series) const;
  [[nodiscard]] std::uint32_t poll() const;

  spec::Probe::Kind kind_;
  std::size_t tracks_max_;
  Bounds bounds_;
  std::vector<MetricSelector> wanted_;
  ProbeRecord record_;
  std::unordered_map<std::string, Slot> slots_;
  std::vector<std::uint32_t> seen_in_;  // poll that saw each track last
  std::size_t points_ = 0;
  std::uint64_t turned_away_ = 0;  // values of one answer that found no room
};

/// "health", "metrics", "breakers" or "resources".
[[nodiscard]] const char* name_of(spec::Probe::Kind kind);

}  // namespace firedrill
