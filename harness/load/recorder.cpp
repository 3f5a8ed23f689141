#include "harness/load/recorder.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {

Duration slice_length(Duration drill) {
  using namespace std::chrono_literals;
  if (drill <= 2min) return 50ms;
  if (drill <= 100min) return 1s;
  return drill / 6000;
}

StreamRecorder::StreamRecorder(std::string name, std::vector<std::string> watches,
                               const std::vector<PhaseSpan>& phases)
    : phases_{phases} {
  FD_ASSERT(!phases.empty());
  slice_length_ = slice_length(phases.back().start + phases.back().length);
  series_.name = std::move(name);
  series_.watches = std::move(watches);
  series_.in_flight_at_phase_end.resize(phases.size());
  for (std::size_t phase = 0; phase < phases.size(); ++phase) {
    first_slice_.push_back(series_.slices.size());
    const Offset end = phases[phase].start + phases[phase].length;
    for (Offset start = phases[phase].start; start < end; start += slice_length_) {
      Slice slice;
      slice.start = start;
      slice.length = std::min(slice_length_, end - start);
      slice.phase = static_cast<std::uint32_t>(phase);
      slice.matched.resize(series_.watches.size());
      series_.slices.push_back(std::move(slice));
    }
  }
}

std::size_t StreamRecorder::slice_index(Offset at) const {
  std::size_t phase = phases_.size() - 1;
  while (phase > 0 && at < phases_[phase].start) --phase;
  const Offset inside = std::max(Offset{0}, at - phases_[phase].start);
  const std::size_t last =
      phase + 1 < phases_.size() ? first_slice_[phase + 1] - 1 : series_.slices.size() - 1;
  const auto step = static_cast<std::size_t>(inside / slice_length_);
  return std::min(first_slice_[phase] + step, last);
}

/// Most requests end within this time, and so slices that old hardly change any more.
void StreamRecorder::pack_before(Offset due) {
  constexpr Duration kRest = std::chrono::seconds{2};
  while (packed_ < series_.slices.size()) {
    Slice& slice = series_.slices[packed_];
    if (slice.start + slice.length + kRest > due) return;
    slice.pack();
    ++packed_;
  }
}

Slice& StreamRecorder::slice_at(Offset at) { return series_.slices[slice_index(at)]; }

bool StreamRecorder::would_keep(const RequestSample& sample) const {
  return series_.slices[slice_index(sample.due)].would_keep(sample);
}

void StreamRecorder::note(RequestSample sample) { slice_at(sample.due).note(std::move(sample)); }

void StreamRecorder::keep(Receipt receipt) {
  if (series_.receipts.size() == kReceiptsMax) {
    ++series_.receipts_not_kept;
  } else {
    series_.receipts.push_back(std::move(receipt));
  }
}

void StreamRecorder::dropped(Offset due, Drop why) {
  pack_before(due);
  Slice& slice = slice_at(due);
  ++slice.planned;
  ++slice.dropped[static_cast<std::size_t>(why)];
}

void StreamRecorder::sent(Offset due, Offset at) {
  pack_before(due);
  Slice& slice = slice_at(due);
  ++slice.planned;
  ++slice.sent;
  slice.send_lag.record(at - due);
  ++slice_at(at).sent_here;
  ++in_flight_;
}

void StreamRecorder::ended(Offset due, Offset sent_at, Offset at, Ending how, int status,
                           const std::vector<bool>& matched) {
  FD_ASSERT(in_flight_ > 0);
  --in_flight_;
  Slice& slice = slice_at(due);
  ++slice.ended[static_cast<std::size_t>(how)];
  if (how == Ending::cancelled) return;
  slice.response.record(at - due);
  slice.service.record(at - sent_at);
  if (status != 0) ++slice.status[status];
  for (std::size_t i = 0; i < matched.size(); ++i) {
    if (matched[i]) ++slice.matched[i];
  }
}

void StreamRecorder::events(Offset due, const std::vector<Offset>& at) {
  if (at.empty()) return;
  Slice& slice = slice_at(due);
  slice.first_event.record(at.front() - due);
  for (std::size_t i = 1; i < at.size(); ++i) slice.per_event.record(at[i] - at[i - 1]);
}

void StreamRecorder::injected(Offset due) { ++slice_at(due).injected; }

void StreamRecorder::exchanged(Offset due, const Exchange& exchange) {
  Slice& slice = slice_at(due);
  slice.bytes_out += exchange.bytes_out;
  slice.bytes_in += exchange.bytes_in;
  if (exchange.first_byte > Duration{0}) slice.first_byte.record(exchange.first_byte);
  if (!exchange.connected) return;
  ++slice.connections;
  slice.dns.record(exchange.dns);
  slice.connect.record(exchange.connect);
  if (exchange.tls > Duration{0}) slice.tls.record(exchange.tls);
}

void StreamRecorder::sent_became_dropped(Offset due, Offset sent_at, Drop why) {
  FD_ASSERT(in_flight_ > 0);
  --in_flight_;
  Slice& slice = slice_at(due);
  --slice.sent;
  ++slice.dropped[static_cast<std::size_t>(why)];
  --slice_at(sent_at).sent_here;
}

void StreamRecorder::phase_ended(std::size_t phase) {
  series_.in_flight_at_phase_end[phase] = in_flight_;
}

}  // namespace firedrill
