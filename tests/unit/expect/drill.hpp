#pragma once

#include "tests/support/breaker_sim.hpp"

namespace firedrill::testing {

/// A drill of one stream, "score", in phases "steady" (2 s) and "outage" (2 s), one slice a second,
/// without any requests yet.
inline SimulatedDrill empty_drill() {
  using namespace std::chrono_literals;
  SimulatedDrill drill;
  StreamSeries series;
  series.name = "score";
  series.watches = {"fallback"};
  Offset start{0};
  for (const char* name : {"steady", "outage"}) {
    const auto phase = static_cast<std::uint32_t>(drill.result.phases.size());
    drill.scenario.timeline.push_back({name, 2s, {}});
    drill.result.phases.push_back({name, start, 2s, start + 2s, true});
    for (int i = 0; i < 2; ++i, start += 1s) {
      Slice slice;
      slice.start = start;
      slice.length = 1s;
      slice.phase = phase;
      slice.matched.resize(1);
      series.slices.push_back(slice);
    }
  }
  drill.result.streams.push_back(std::move(series));
  spec::Stream stream;
  stream.name = "score";
  stream.rate = {Rate{100}, Rate{100}, 0ns};
  drill.scenario.traffic.push_back(stream);
  return drill;
}

/// `count` requests in slice `index`, all ending in the same way after the same time.
inline void add(SimulatedDrill& drill, std::size_t index, std::uint64_t count, Ending ending,
                Duration response, int status = 200, Duration lag = Duration{0}) {
  Slice& slice = drill.result.streams.front().slices[index];
  slice.planned += count;
  slice.sent += count;
  slice.sent_here += count;
  slice.ended[static_cast<std::size_t>(ending)] += count;
  if (ending == Ending::cancelled) return;
  if (status != 0) slice.status[status] += count;
  slice.response.record(response, count);
  slice.service.record(response - lag, count);
  slice.send_lag.record(lag, count);
}

inline void drop(SimulatedDrill& drill, std::size_t index, std::uint64_t count, Drop why) {
  Slice& slice = drill.result.streams.front().slices[index];
  slice.planned += count;
  slice.dropped[static_cast<std::size_t>(why)] += count;
}

}  // namespace firedrill::testing
