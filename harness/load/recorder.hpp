#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/series.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// A phase as the load sees it.
struct PhaseSpan {
  Offset start{0};
  Duration length{0};
};

/// Slices get longer with the drill, so that memory stays bounded: 50 ms up to two minutes (windows
/// such as "while the breaker was open" are cut to whole slices), 1 s up to 100 minutes, then a
/// 6000th of it.
[[nodiscard]] Duration slice_length(Duration drill);

/// Books every request of one stream into the slice that it was due in. Pure: times are passed in.
/// Keeps `planned == sent + dropped` true at every moment.
class StreamRecorder {
 public:
  StreamRecorder(std::string name, std::vector<std::string> watches,
                 const std::vector<PhaseSpan>& phases);

  void dropped(Offset due, Drop why);
  void sent(Offset due, Offset at);
  /// A request that sent() was told of has ended. `matched` says which watches its answer fits.
  void ended(Offset due, Offset sent_at, Offset at, Ending how, int status,
             const std::vector<bool>& matched);
  /// Server-sent events of a request that was due at `due`, ascending.
  void events(Offset due, const std::vector<Offset>& at);
  /// A request that failed bore the mark of one of this drill's faults.
  void injected(Offset due);
  /// For a request that has ended: would note() keep it, now that it is known?
  [[nodiscard]] bool would_keep(const RequestSample& sample) const;
  void note(RequestSample sample);
  /// Of a request that has ended. Bounded, and counted beyond.
  void keep(Receipt receipt);
  /// What the wire told of a request that was due at `due` and has ended.
  void exchanged(Offset due, const Exchange& exchange);
  /// It turned out that a request could not leave this machine after all.
  void sent_became_dropped(Offset due, Offset sent_at, Drop why);
  void phase_ended(std::size_t phase);

  [[nodiscard]] std::uint64_t in_flight() const { return in_flight_; }
  [[nodiscard]] const StreamSeries& series() const { return series_; }

 private:
  Slice& slice_at(Offset at);
  void pack_before(Offset due);
  [[nodiscard]] std::size_t slice_index(Offset at) const;

  std::vector<PhaseSpan> phases_;
  std::vector<std::size_t> first_slice_;  // of each phase
  Duration slice_length_;
  StreamSeries series_;
  std::size_t packed_ = 0;  // slices before this one are, but for what came late to them
  std::uint64_t in_flight_ = 0;
};

}  // namespace firedrill
