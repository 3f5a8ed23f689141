#pragma once

#include "harness/load/curl_sender.hpp"
#include "harness/load/request_source.hpp"
#include "harness/load/worker.hpp"
#include "harness/load/worker_stream.hpp"
#include "harness/text/extract.hpp"
#include "harness/text/match.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace firedrill {

/// What came of one request of a flow.
struct StepOutcome {
  Ending how = Ending::ok;
  std::optional<Drop> dropped;  ///< It never left; `how` means nothing then.
  int status = 0;
  Offset done{0};
  bool token_rejected = false;    ///< The status says that the token is too old.
  bool expected_failure = false;  ///< The status is one that the step expects.
  Extractor::Values values;       ///< Of an answer that was good.
};

/// One series at work on one thread: a stream of single requests, or one step of a flow. Checks
/// and books every answer.
///
/// Thread: the worker's. Lifetime: `options` and `loop` outlive it.
class RunningStream final : public WorkerStream {
 public:
  /// `on_ended` is called after each request has been booked.
  RunningStream(const LoadWorker::StreamPlan& plan, const LoadWorker::Options& options,
                CurlLoop& loop, std::function<void()> on_ended);
  RunningStream(const RunningStream&) = delete;
  RunningStream& operator=(const RunningStream&) = delete;

  /// Sends request `index`, which was due at `due`, or drops it; both are booked. True when it was
  /// sent.
  bool release(Offset due, std::uint64_t index, Offset at, const GeneratorHealth& health) override;
  void cancel_all() override { sender_->cancel_all(); }
  [[nodiscard]] bool idle() const override { return recorder_.in_flight() == 0; }
  [[nodiscard]] std::vector<StreamRecorder*> recorders() override { return {&recorder_}; }

  using Then = std::function<void(const StepOutcome&)>;
  /// Sends one request and books it; `then` is called once, later. A status in `rejected` means
  /// that the token is too old: it is booked as good, and nothing is taken out of the answer.
  void send(Release release, OutgoingRequest request,
            const std::vector<spec::StatusRange>& rejected, Then then);
  /// Books that a request of this series was never sent.
  void drop(Offset due, Drop why, std::uint64_t count = 1);

 private:
  [[nodiscard]] Offset now() const;
  [[nodiscard]] SenderOptions sender_options(const spec::Stream& stream) const;
  /// For canaries, when somebody wants to know.
  void listen(const std::optional<PersonId>& asker, const SendResult& result) const;
  StepOutcome book(const Release& release, const SendResult& result,
                   const std::vector<spec::StatusRange>& rejected);
  void keep_receipt(const Release& release, const SendResult& result, std::string correlation_id);
  void book_answer(const Release& release, const SendResult& result,
                   const std::vector<spec::StatusRange>& rejected, StepOutcome& outcome);
  [[nodiscard]] Ending judge(const ResponseMatcher::View& view, const SendResult& result,
                             StepOutcome& outcome) const;
  StepOutcome drop_after_all(const Release& release, Drop why);
  void keep_sample(const Release& release, const StepOutcome& outcome);

  const LoadWorker::Options& options_;
  std::shared_ptr<RequestSource> source_;
  ResponseMatcher check_;
  Extractor extractor_;
  std::vector<spec::StatusRange> expected_;
  std::optional<spec::EventStream> events_;
  bool keeps_receipts_ = false;
  Extractor receipt_id_;  // of the answer; empty when nothing is to be taken out of it
  std::vector<ResponseMatcher> watches_;
  bool reads_headers_ = false;
  StreamRecorder recorder_;
  std::uint32_t in_flight_max_;
  std::unique_ptr<Sender> sender_;
  std::function<void()> on_ended_;
};

}  // namespace firedrill
