#include "harness/metrics/series.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace firedrill {
namespace {

template <typename T, std::size_t N>
void add_each(std::array<T, N>& to, const std::array<T, N>& from) {
  for (std::size_t i = 0; i < N; ++i) to[i] += from[i];
}

/// Sum of the slices that `belongs` picks: begins with the first of them, ends with the last.
template <typename Belongs>
Slice total_where(const StreamSeries& series, Belongs belongs) {
  Slice total;
  total.matched.resize(series.watches.size());
  bool first = true;
  for (const Slice& slice : series.slices) {
    if (!belongs(slice)) continue;
    if (first) {
      total.start = slice.start;
      total.phase = slice.phase;
      first = false;
    }
    total.length = std::max(total.length, slice.start + slice.length - total.start);
    total.merge(slice);
  }
  return total;
}

}  // namespace

std::uint64_t Slice::dropped_total() const {
  std::uint64_t total = 0;
  for (const std::uint64_t count : dropped) total += count;
  return total;
}

std::uint64_t Slice::dropped_by_generator() const {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < kDropKinds; ++i) {
    if (is_generators(static_cast<Drop>(i))) total += dropped[i];
  }
  return total;
}

std::uint64_t Slice::dropped_by_system() const { return dropped_total() - dropped_by_generator(); }

std::uint64_t Slice::failed() const {
  std::uint64_t total = dropped_by_system();
  for (std::size_t i = 0; i < kEndings; ++i) {
    const auto ending = static_cast<Ending>(i);
    if (ending != Ending::ok && ending != Ending::cancelled) total += ended[i];
  }
  return total;
}

std::uint64_t Slice::failed_by_peer() const {
  return failed() - injected - ended[static_cast<std::size_t>(Ending::guarded)];
}

bool shows_more(const RequestSample& a, const RequestSample& b) {
  const auto rank = [](const RequestSample& sample) {
    return std::tuple{sample.how != Ending::ok, sample.done - sample.due, ~sample.index};
  };
  return rank(a) > rank(b);
}

bool Slice::would_keep(const RequestSample& sample) const {
  return samples.size() < kSamplesOfSlice || shows_more(sample, samples.back());
}

void Slice::note(RequestSample sample) {
  const auto place = std::upper_bound(samples.begin(), samples.end(), sample, shows_more);
  samples.insert(place, std::move(sample));
  if (samples.size() > kSamplesOfSlice) samples.pop_back();
}

void Slice::pack() {
  for (LatencyHistogram* histogram : {&response, &service, &send_lag, &first_event, &per_event,
                                      &dns, &connect, &tls, &first_byte}) {
    histogram->pack();
  }
}

void Slice::merge(const Slice& other) {
  planned += other.planned;
  sent += other.sent;
  add_each(dropped, other.dropped);
  add_each(ended, other.ended);
  for (const auto& [code, count] : other.status) status[code] += count;
  matched.resize(std::max(matched.size(), other.matched.size()));
  for (std::size_t i = 0; i < other.matched.size(); ++i) matched[i] += other.matched[i];
  injected += other.injected;
  sent_here += other.sent_here;
  connections += other.connections;
  bytes_out += other.bytes_out;
  bytes_in += other.bytes_in;
  response.merge(other.response);
  service.merge(other.service);
  send_lag.merge(other.send_lag);
  first_event.merge(other.first_event);
  per_event.merge(other.per_event);
  dns.merge(other.dns);
  connect.merge(other.connect);
  tls.merge(other.tls);
  first_byte.merge(other.first_byte);
  for (const RequestSample& sample : other.samples) {
    if (would_keep(sample)) note(sample);
  }
}

void StreamSeries::merge(const StreamSeries& other) {
  FD_ASSERT(watches == other.watches && slices.size() == other.slices.size());
  FD_ASSERT(in_flight_at_phase_end.size() == other.in_flight_at_phase_end.size());
  for (std::size_t i = 0; i < slices.size(); ++i) {
    FD_ASSERT(slices[i].start == other.slices[i].start);
    slices[i].merge(other.slices[i]);
  }
  for (std::size_t i = 0; i < in_flight_at_phase_end.size(); ++i) {
    in_flight_at_phase_end[i] += other.in_flight_at_phase_end[i];
  }
  receipts.insert(receipts.end(), other.receipts.begin(), other.receipts.end());
  receipts_not_kept += other.receipts_not_kept;
}

bool belongs_to(std::string_view series, std::string_view stream) {
  if (stream.empty() || series == stream) return true;
  return series.size() > stream.size() && series.starts_with(stream) &&
         series[stream.size()] == '.';
}

Slice total_between(const StreamSeries& series, Offset from, Offset to) {
  return total_where(series, [&](const Slice& slice) {
    return slice.start >= from && slice.start + slice.length <= to;
  });
}

Slice total_of_phase(const StreamSeries& series, std::uint32_t phase) {
  return total_where(series, [&](const Slice& slice) { return slice.phase == phase; });
}

}  // namespace firedrill
