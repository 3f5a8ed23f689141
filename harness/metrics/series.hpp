#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/histogram.hpp"
#include "harness/metrics/receipt.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Why a request that was due was never sent, and so whose doing it is.
enum class Drop : std::uint8_t {
  in_flight_limit,  ///< Every slot was held by a request the system had not answered: the system's.
  late,             ///< The generator came too late to it: ours.
  cpu,              ///< The generator's thread had no processor time left: ours.
  no_descriptor,    ///< No file descriptor left: ours.
  port_exhausted,   ///< No local port left: ours.
  not_reached,  ///< An earlier step of the same flow failed, or its turn never came: the system's.
  no_data,      ///< A feeder of unique rows had none left: ours.
};
inline constexpr std::size_t kDropKinds = 7;
[[nodiscard]] const char* name_of(Drop drop);
[[nodiscard]] constexpr bool is_generators(Drop drop) {
  return drop != Drop::in_flight_limit && drop != Drop::not_reached;
}

/// How a request that was sent ended.
enum class Ending : std::uint8_t {
  ok,            ///< Answered, and every check held.
  check_failed,  ///< Answered, but not as the stream's check demands.
  refused,       ///< No connection.
  reset,         ///< Connection lost before the answer was complete.
  timed_out,     ///< No complete answer within the stream's time-out, or before the drill ended.
  garbled,       ///< Answered with something that is not HTTP.
  cancelled,     ///< Cut off by us (Ctrl-C); never counted against the system.
  guarded,       ///< Not sent to where a redirect or a name led: the guard forbade it.
};
inline constexpr std::size_t kEndings = 8;
[[nodiscard]] const char* name_of(Ending ending);

/// The header that this drill's mocks and proxies mark what they broke with, so that injected
/// failures can be told from others wherever they come out.
inline constexpr const char* kInjectedHeader = "x-firedrill-fault";

/// What the wire told of one request beside its answer. Times count from sending.
struct Exchange {
  bool connected = false;  ///< Over a connection made for it; only then are the next three set.
  Duration dns{0};         ///< Until its host name was resolved.
  Duration connect{0};     ///< Until the connection was made.
  Duration tls{0};         ///< Until TLS was agreed on; 0 without TLS.
  Duration first_byte{0};  ///< Until the first byte of the answer; 0 without one.
  std::uint64_t bytes_out = 0;
  std::uint64_t bytes_in = 0;
};

/// One request among many, kept because it shows best what went wrong.
struct RequestSample {
  std::uint64_t index = 0;  ///< In its stream's schedule.
  std::string id;           ///< Its correlation id; "" when it had none.
  Offset due{0};
  Offset done{0};
  Ending how = Ending::ok;
  int status = 0;  ///< 0 without an answer.
  friend bool operator==(const RequestSample&, const RequestSample&) = default;
};

/// Kept of one slice: failed ones first, then the slowest.
inline constexpr std::size_t kSamplesOfSlice = 3;

/// True when `a` shows a failure better than `b`.
[[nodiscard]] bool shows_more(const RequestSample& a, const RequestSample& b);

/// Everything counted about the requests of one stream that were due in one short stretch of time.
/// Slices never straddle a phase. `planned == sent + sum(dropped)`, always, once a run is over.
struct Slice {
  Offset start{0};
  Duration length{0};
  std::uint32_t phase = 0;  ///< Index into RunResult::phases.

  std::uint64_t planned = 0;
  std::uint64_t sent = 0;
  std::array<std::uint64_t, kDropKinds> dropped{};
  std::array<std::uint64_t, kEndings> ended{};  ///< Of those sent; sums up to `sent` after the run.
  std::map<int, std::uint64_t> status;          ///< Answers by HTTP status.
  std::vector<std::uint64_t> matched;           ///< Answers that match StreamSeries::watches[i].
  /// Of those that failed, how many carried the mark of a fault of this drill's mocks or proxies.
  std::uint64_t injected = 0;
  std::uint64_t sent_here = 0;    ///< Sent during this stretch, whenever due: for throughput.
  std::uint64_t connections = 0;  ///< Made for its requests.
  std::uint64_t bytes_out = 0;
  std::uint64_t bytes_in = 0;

  LatencyHistogram response;  ///< Done minus due, of all requests that ended (not cancelled).
  LatencyHistogram service;   ///< Done minus sent, likewise.
  LatencyHistogram send_lag;  ///< Sent minus due, of all sent.
  /// Of streams of server-sent events. A request that ended without any event has no first one.
  LatencyHistogram first_event;  ///< First event minus due.
  LatencyHistogram per_event;    ///< Between one event and the next.
  // Parts of the service time, each from sending; the first three only of requests that made a
  // connection.
  LatencyHistogram dns;
  LatencyHistogram connect;
  LatencyHistogram tls;
  LatencyHistogram first_byte;

  /// Those that show best what went wrong, best first; kSamplesOfSlice at most.
  std::vector<RequestSample> samples;

  [[nodiscard]] std::uint64_t dropped_total() const;
  [[nodiscard]] std::uint64_t dropped_by_generator() const;
  [[nodiscard]] std::uint64_t dropped_by_system() const;
  /// Requests that count as failed in every rate: not ok, or dropped because of the system.
  [[nodiscard]] std::uint64_t failed() const;
  /// Of those, what was neither injected nor forbidden by our own guard: the system's doing.
  [[nodiscard]] std::uint64_t failed_by_peer() const;

  /// True when note() would keep it: its id need not be made otherwise.
  [[nodiscard]] bool would_keep(const RequestSample& sample) const;
  void note(RequestSample sample);

  void pack();  ///< All its histograms, see LatencyHistogram::pack().

  void merge(const Slice& other);  ///< Adds the counts; keeps own start, length and phase.
  friend bool operator==(const Slice&, const Slice&) = default;
};

/// A stream's history. A stream of several steps has one for each, named "stream.step".
struct StreamSeries {
  std::string name;
  std::vector<std::string> watches;  ///< Names of the fallback expectations counted in `matched`.
  std::vector<Slice> slices;         ///< Ascending by start, all phases, empty ones included.
  /// Requests still unanswered when each phase ended, by phase: counted, not forgotten.
  std::vector<std::uint64_t> in_flight_at_phase_end;
  /// Of every request that was sent and has ended, in no order; only when an expectation asks.
  std::vector<Receipt> receipts{};
  std::uint64_t receipts_not_kept = 0;  ///< Beyond kReceiptsMax.

  /// Adds what another thread or machine measured of the same stream in the same timeline.
  /// @pre same watches, phases and slices
  void merge(const StreamSeries& other);
  friend bool operator==(const StreamSeries&, const StreamSeries&) = default;
};

/// Does the series count towards `stream`: is it the stream, or one of its steps? Every series does
/// for "", which means all streams.
[[nodiscard]] bool belongs_to(std::string_view series, std::string_view stream);

/// Sum of the slices that lie wholly inside [from, to).
[[nodiscard]] Slice total_between(const StreamSeries& series, Offset from, Offset to);
/// Sum of one phase's slices.
[[nodiscard]] Slice total_of_phase(const StreamSeries& series, std::uint32_t phase);

}  // namespace firedrill
