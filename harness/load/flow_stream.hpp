#pragma once

#include "harness/load/feeder_rows.hpp"
#include "harness/load/flow_round.hpp"
#include "harness/load/later.hpp"
#include "harness/load/request_factory.hpp"
#include "harness/load/running_stream.hpp"
#include "harness/load/worker_stream.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace firedrill {

/// A stream whose releases are rounds: steps one after the other, by people with cookies, tokens
/// and rows of feeders; on a schedule (open model), or by users who wait for their answers and
/// think (closed model).
///
/// The first request of a round is due when the round is; a later one when it can be sent: after
/// the answer before it, the thinking, and the group that it waits for. A step that its round never
/// comes to is booked as dropped: for the reason that the generator had, or as `not_reached` when
/// an answer ended the round. Rounds that the end of the drill cuts off book nothing more.
///
/// Of a mix, each round is one of the steps, drawn by weight from the seed and the round's number.
///
/// On several machines each has its share of the rounds, the people and the rows, with the numbers
/// that they have in the whole.
///
/// Thread: the worker's. Lifetime: `options` and `loop` outlive it.
class FlowStream final : public WorkerStream {
 public:
  FlowStream(const LoadWorker::StreamPlan& plan, const LoadWorker::Options& options,
             boost::asio::io_context& io, CurlLoop& loop, std::function<void()> on_ended);
  ~FlowStream() override { cancel_all(); }
  FlowStream(const FlowStream&) = delete;
  FlowStream& operator=(const FlowStream&) = delete;

  void start() override;
  bool release(Offset due, std::uint64_t index, Offset at, const GeneratorHealth& health) override;
  void end() override;
  void cancel_all() override;
  [[nodiscard]] bool idle() const override;
  [[nodiscard]] std::vector<StreamRecorder*> recorders() override;

 private:
  /// A step with what makes and sends its requests.
  struct StepRunner {
    spec::Step step;
    std::shared_ptr<RequestFactory> factory;
    std::unique_ptr<RunningStream> sender;
  };

  [[nodiscard]] Offset now() const;
  [[nodiscard]] StepRunner runner_of(const LoadWorker::StreamPlan& plan, const spec::Step& step,
                                     CurlLoop& loop);

  // People.
  void take_feeders();
  [[nodiscard]] bool belongs_to_people(const FeederRows& feeder) const;
  [[nodiscard]] std::unique_ptr<FlowSession> new_session(std::uint64_t number);
  /// Why there is nobody for it, if so.
  std::optional<Drop> take_session(Round& round);
  void make_sessions();
  /// Rows of the feeders that belong to people, or of the others; false when one has none left.
  bool take_rows(FeederRow& rows, bool of_people);
  [[nodiscard]] RequestFactory::Values values_of(const Round& round) const;
  [[nodiscard]] std::optional<std::string> value_of(const Round& round,
                                                    std::string_view name) const;
  [[nodiscard]] std::optional<std::string> fed_value(const Round& round,
                                                     std::string_view name) const;

  // Rounds.
  std::optional<Drop> begin(std::unique_ptr<Round> round, Offset due);
  void come_to_step(Round& round, Offset due);
  void authenticate_and_send(Round& round, Offset due);
  void authenticate(Round& round, Offset due, const StepRunner& runner);
  void after_authentication(Round& round, const StepOutcome& outcome);
  void wait_for_group(Round& round, Offset due);
  void release_group(Group& group);
  void send(Round& round, Offset due);
  [[nodiscard]] OutgoingRequest request_of(const StepRunner& runner, const Round& round,
                                           std::uint64_t index, std::uint32_t attempt) const;
  void after_step(Round& round, const StepOutcome& outcome);
  void give_up(Round& round, std::size_t from_step, Drop why);
  void finish(Round& round);
  void leave_group(const std::shared_ptr<Group>& group);
  /// Of the round that is, or would have been, number `index`.
  void drop_round(std::uint64_t index, Offset due, Drop why);
  /// The step that a round begins with: the first, or of a mix the one that falls to it.
  [[nodiscard]] std::size_t first_step(std::uint64_t index) const;

  // The closed model.
  void user_begins_round(std::uint32_t user, Offset due);
  void user_goes_on(std::uint32_t user);
  void drop_rounds_left();

  const spec::Stream stream_;
  const LoadWorker::Options& options_;
  const Share share_;  // of its people and rows; the schedule has its own
  std::function<void()> on_ended_;
  Later later_;
  std::uint32_t rounds_max_;

  std::vector<StepRunner> steps_;
  std::uint32_t weights_ = 0;  // of all steps of a mix
  std::optional<StepRunner> log_in_;
  std::optional<StepRunner> refresh_;
  std::vector<FeederRows> feeders_;

  std::vector<std::unique_ptr<FlowSession>> sessions_;  // those who come back
  std::deque<FlowSession*> idle_sessions_;              // who has waited longest is next
  std::vector<std::uint64_t> rounds_of_user_;           // begun so far
  std::unordered_map<Round*, std::unique_ptr<Round>> rounds_;
  bool ended_ = false;
  bool out_of_rows_ = false;  // a feeder said that this ends the stream
};

}  // namespace firedrill
