#pragma once

#include "harness/load/curl_sender.hpp"
#include "harness/load/recorder.hpp"
#include "harness/load/release_plan.hpp"
#include "harness/load/request_source.hpp"
#include "harness/load/worker.hpp"
#include "harness/text/match.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace firedrill {

/// One stream at work on one thread: what a release does, and how its answer is checked and booked.
///
/// Thread: the worker's. Lifetime: `options` and `loop` outlive it.
class RunningStream final {
 public:
  /// `on_ended` is called after each request that release() sent has been booked.
  RunningStream(const LoadWorker::StreamPlan& plan, const LoadWorker::Options& options,
                CurlLoop& loop, std::function<void()> on_ended);
  RunningStream(const RunningStream&) = delete;
  RunningStream& operator=(const RunningStream&) = delete;

  /// Sends request `index`, which was due at `due`, or drops it; both are booked. True when it was
  /// sent.
  bool release(Offset due, std::uint64_t index, Offset at, const GeneratorHealth& health);
  /// Ends what is under way as cancelled.
  void cancel_all() { sender_->cancel_all(); }

  [[nodiscard]] StreamRecorder& recorder() { return recorder_; }
  [[nodiscard]] const StreamRecorder& recorder() const { return recorder_; }

 private:
  [[nodiscard]] Offset now() const;
  [[nodiscard]] SenderOptions sender_options(const spec::Stream& stream) const;
  void book(const Release& release, const SendResult& result);
  void book_answer(const Release& release, const SendResult& result, Offset done);
  void drop_after_all(const Release& release, Drop why);

  const LoadWorker::Options& options_;
  std::shared_ptr<RequestSource> source_;
  ResponseMatcher check_;
  std::vector<ResponseMatcher> watches_;
  bool reads_headers_ = false;
  StreamRecorder recorder_;
  std::uint32_t in_flight_max_;
  std::unique_ptr<Sender> sender_;
  std::function<void()> on_ended_;
};

}  // namespace firedrill
