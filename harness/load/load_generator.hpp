#pragma once

#include "harness/load/worker.hpp"
#include "harness/metrics/generator.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// What a generator measured, of itself too.
struct LoadOutcome {
  std::vector<StreamSeries> streams;  ///< In the order of the plan.
  GeneratorRecord generator;
  TrafficCanaries canaries;  ///< Empty unless somebody wanted to know.
};

/// Threads worth having for these streams on a machine with `cores` physical cores, of which
/// `reserved` are for mocks and a local system: one for each kRatePerWorker, and as many slots in
/// flight for each that sharing them out changes nothing. At least 1.
[[nodiscard]] unsigned workers_for(const std::vector<spec::Stream>& streams, Duration drill,
                                   unsigned cores, unsigned reserved);
inline constexpr double kRatePerWorker = 5000;

/// Physical cores of this machine that the process may use; at least 1.
[[nodiscard]] unsigned physical_cores();

/// The load of a drill: one or several workers that share nothing. Each takes its share of every
/// schedule; what they measured is added up when it is asked for.
///
/// A stream with a source of its own stays whole, on the first worker: a source lives on one
/// thread.
///
/// Thread: all calls on the thread of `io`; callbacks come there too. Lifetime: `io` and `guard`
/// outlive it.
class LoadGenerator final {
 public:
  /// `share` is this machine's part of every schedule.
  LoadGenerator(boost::asio::io_context& io, LoadWorker::Options options, unsigned workers,
                Share share, const EgressGuard& guard);
  ~LoadGenerator();
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;

  void start();
  /// Releases no more; what is under way is cancelled. on_finished follows.
  void stop();
  /// The series so far; waits for each worker to copy its own.
  [[nodiscard]] std::vector<StreamSeries> snapshot();
  /// More requests of a stream; see ArrivalSchedule::extend().
  void extend(const std::string& stream, const std::vector<spec::RateStretch>& stretches);
  /// The sum of one stream's slices wholly inside [from, to); waits for each worker.
  [[nodiscard]] Slice total_between(const std::string& stream, Offset from, Offset to);
  /// Waits for the threads and hands over what they measured. Call once, after on_finished.
  [[nodiscard]] LoadOutcome join();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace firedrill
