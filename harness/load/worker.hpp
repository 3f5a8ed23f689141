#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/base/time.hpp"
#include "harness/load/arrival_schedule.hpp"
#include "harness/load/canary_ear.hpp"
#include "harness/load/recorder.hpp"
#include "harness/load/request_source.hpp"
#include "harness/metrics/generator.hpp"
#include "harness/metrics/series.hpp"
#include "harness/spec/feeder.hpp"
#include "harness/spec/traffic.hpp"
#include "harness/text/template.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// A fallback expectation that the load counts matching answers for.
struct Watch {
  std::string name;
  spec::ResponseMatch match;
  std::string series{};  ///< "booking.pay": the step it is about; "" for the stream.
};

/// What each answer of a stream, or of one of its steps, leaves behind for expectations that hold
/// the system to what it acknowledged.
struct ReceiptPlan {
  std::string series;  ///< "booking" or "booking.pay"
  std::string id;      ///< JSON Pointer into the answer; "" takes nothing out of it.
};

/// A feeder and the streams that share its rows.
struct FeederShare {
  spec::Feeder feeder;
  std::vector<std::string> streams;
};

/// What one stream did in the last second, for the live view and events.jsonl.
struct StreamSecond {
  std::string name;
  Slice slice;  ///< The whole second, by due time.
  std::uint64_t in_flight = 0;
  std::uint64_t sent_so_far = 0;
  std::uint64_t failed_so_far = 0;
  std::uint64_t dropped_so_far = 0;
};

/// One thread that releases requests when they are due, sends them and books what came of them.
///
/// Thread: construct, start(), stop() and join() on the owner's thread; callbacks come on the
/// worker's thread. Lifetime: the guard outlives the worker.
class LoadWorker final {
 public:
  struct StreamPlan {
    spec::Stream stream;
    std::vector<Watch> watches;
    /// Where its requests come from; unset, they are made from stream.request. Called on the
    /// worker's thread.
    std::shared_ptr<RequestSource> source{};
    Share share{};  ///< Of its schedule.
    Share slots{};  ///< Of its limit in flight.
    std::vector<ReceiptPlan> receipts{};
  };
  struct Options {
    std::vector<StreamPlan> streams;
    std::vector<PhaseSpan> phases;  ///< Contiguous from offset 0.
    TimePoint origin;               ///< Offset 0; may lie ahead.
    WallTime today{};               ///< Appointment slots are drawn after this day.
    std::vector<FeederShare> feeders{};
    std::string base_url;  ///< Of the system.
    TlsOptions tls{};
    std::string correlation_header;
    std::uint64_t seed = 0;
    bool watch_canaries = false;  ///< Somebody wants to know whose data went where.
    /// Set by the worker that it is for; nullptr when nobody wants to know.
    CanaryEar* ear = nullptr;
    Template::Lookup constants;  ///< Must be safe to call from the worker's thread.
    std::function<void(Offset, std::vector<StreamSecond>, const GeneratorSecond&)> on_second;
    /// All requests were released and have ended, or stop() is through. Called once.
    std::function<void()> on_finished;
  };

  LoadWorker(Options options, const EgressGuard& guard);
  ~LoadWorker();
  LoadWorker(const LoadWorker&) = delete;
  LoadWorker& operator=(const LoadWorker&) = delete;

  void start();
  /// Releases no more; what is under way is cancelled. on_finished follows.
  void stop();
  /// Copies of the series so far, delivered on the worker's thread.
  void snapshot(std::function<void(std::vector<StreamSeries>)> receiver);
  /// More requests of a stream; see ArrivalSchedule::extend(). Nothing for a stream that it does
  /// not have.
  void extend(std::string stream, std::vector<spec::RateStretch> stretches);
  /// The sum of one stream's slices wholly inside [from, to), delivered on the worker's thread.
  void total_between(std::string stream, Offset from, Offset to,
                     std::function<void(Slice)> receiver);
  /// Waits for the thread and hands over the series. Call once, after on_finished.
  [[nodiscard]] std::vector<StreamSeries> join();
  /// How the thread fared; after join().
  [[nodiscard]] ThreadHealth health() const;
  /// What it heard of canaries; after join(). Once.
  [[nodiscard]] TrafficCanaries take_canaries();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Requests that may be in flight at once: as the scenario says, or enough for the peak rate at the
/// time-out, between 100 and 5000.
[[nodiscard]] std::uint32_t in_flight_max_of(const spec::Stream& stream, Duration drill);

}  // namespace firedrill
