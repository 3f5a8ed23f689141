#include "harness/load/flow_stream.hpp"

#include "harness/base/assert.hpp"
#include "harness/load/user_clock.hpp"
#include "harness/spec/draw.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

/// A step as a stream of its own: what RunningStream needs to send and check its requests.
spec::Stream stream_of(const spec::Stream& stream, const spec::Step& step, std::uint32_t max) {
  spec::Stream out;
  out.name = stream.series_of(step);
  out.request = step.request;
  out.check = step.check;
  out.expect_status = step.expect_status;
  out.extract = step.extract;
  out.events = step.events;
  out.redirects_max = step.redirects_max;
  out.timeout = step.timeout;
  out.http = stream.http;
  out.compressed = stream.compressed;
  out.in_flight_max = max;
  return out;
}

std::uint32_t rounds_max_of(const spec::Stream& stream, const LoadWorker::Options& options) {
  if (stream.users) return stream.users->most();
  const PhaseSpan& last = options.phases.back();
  const std::uint32_t max = in_flight_max_of(stream, last.start + last.length);
  return std::max(max, stream.in_flight_max > 0 ? max : 2 * stream.together);
}

}  // namespace

FlowStream::FlowStream(const LoadWorker::StreamPlan& plan, const LoadWorker::Options& options,
                       boost::asio::io_context& io, CurlLoop& loop, std::function<void()> on_ended)
    : stream_{plan.stream},
      options_{options},
      share_{plan.share},
      on_ended_{std::move(on_ended)},
      later_{io, options.origin},
      rounds_max_{rounds_max_of(plan.stream, options)} {
  for (const spec::Step& step : stream_.steps()) {
    steps_.push_back(runner_of(plan, step, loop));
    weights_ += step.weight;
  }
  if (stream_.log_in) log_in_ = runner_of(plan, *stream_.log_in, loop);
  if (stream_.refresh) refresh_ = runner_of(plan, stream_.refresh->step, loop);
  take_feeders();
  make_sessions();
}

FlowStream::StepRunner FlowStream::runner_of(const LoadWorker::StreamPlan& plan,
                                             const spec::Step& step, CurlLoop& loop) {
  const std::string series = stream_.series_of(step);
  const auto factory =
      std::make_shared<RequestFactory>(series, step.request,
                                       RequestSetting{options_.correlation_header, options_.seed,
                                                      options_.constants, options_.today});
  LoadWorker::StreamPlan own{stream_of(stream_, step, rounds_max_), {}, factory};
  for (const Watch& watch : plan.watches) {
    if (watch.series.empty() ? step.name.empty() : watch.series == series)
      own.watches.push_back(watch);
  }
  own.receipts = plan.receipts;
  auto sender = std::make_unique<RunningStream>(own, options_, loop, [this] { on_ended_(); });
  return {step, factory, std::move(sender)};
}

Offset FlowStream::now() const { return std::chrono::steady_clock::now() - options_.origin; }

bool FlowStream::idle() const { return rounds_.empty() && later_.empty(); }

std::vector<StreamRecorder*> FlowStream::recorders() {
  std::vector<StreamRecorder*> all;
  const auto add = [&](const StepRunner& runner) {
    for (StreamRecorder* recorder : runner.sender->recorders()) all.push_back(recorder);
  };
  if (log_in_) add(*log_in_);
  if (refresh_) add(*refresh_);
  for (const StepRunner& step : steps_) add(step);
  return all;
}

// Rounds begin.

bool FlowStream::release(Offset due, std::uint64_t index, Offset at,
                         const GeneratorHealth& health) {
  if (out_of_rows_ || ended_) return false;
  const std::uint32_t count = stream_.together;
  const auto why = drop_reason(due, at, rounds_.size() + count - 1, rounds_max_, health);
  if (why) {
    for (std::uint32_t i = 0; i < count; ++i) drop_round(index * count + i, due, *why);
    return false;
  }
  std::shared_ptr<Group> group;
  if (count > 1) group = std::make_shared<Group>(Group{index, count, {}});
  bool sent = false;
  for (std::uint32_t rival = 0; rival < count; ++rival) {
    auto round = std::make_unique<Round>();
    round->index = index * count + rival;
    round->group = group;
    round->rival = rival;
    const auto dropped = begin(std::move(round), due);
    sent = sent || !dropped;
    if (!dropped) continue;
    if (!out_of_rows_) drop_round(index * count + rival, due, *dropped);
    if (group) leave_group(group);
  }
  return sent;
}

std::optional<Drop> FlowStream::begin(std::unique_ptr<Round> round, Offset due) {
  if (const auto why = take_session(*round)) return why;
  if (!take_rows(round->rows, false)) {
    if (!round->own_session && !stream_.users) idle_sessions_.push_back(round->session);
    return Drop::no_data;
  }
  Round* const begun = round.get();
  begun->step = first_step(begun->index);
  rounds_.emplace(begun, std::move(round));
  come_to_step(*begun, due);
  return std::nullopt;
}

void FlowStream::drop_round(std::uint64_t index, Offset due, Drop why) {
  if (stream_.mixes) return steps_[first_step(index)].sender->drop(due, why);
  for (const StepRunner& step : steps_) step.sender->drop(due, why);
}

std::size_t FlowStream::first_step(std::uint64_t index) const {
  if (!stream_.mixes) return 0;
  std::uint64_t drawn = Rng::derive(options_.seed, stream_.name + ":mix", index).below(weights_);
  std::size_t step = 0;
  while (drawn >= steps_[step].step.weight) drawn -= steps_[step++].step.weight;
  return step;
}

// One step after the other.

void FlowStream::come_to_step(Round& round, Offset due) {
  const auto& think = steps_[round.step].step.think;
  if (!think) return authenticate_and_send(round, due);
  Rng rng = Rng::derive(options_.seed, stream_.series_of(steps_[round.step].step) + ":think",
                        round.index);
  const Offset ready = now() + draw(*think, rng);
  later_.at(ready, [this, &round, ready] { authenticate_and_send(round, ready); });
}

void FlowStream::authenticate_and_send(Round& round, Offset due) {
  const FlowSession& session = *round.session;
  if (ended_) return finish(round);
  if (log_in_ && !session.logged_in) return authenticate(round, due, *log_in_);
  const Duration every = stream_.refresh ? stream_.refresh->every : Duration{0};
  const bool too_old = every > Duration{0} && now() - session.token_since >= every;
  if (refresh_ && (session.token_rejected || too_old)) return authenticate(round, due, *refresh_);
  wait_for_group(round, due);
}

void FlowStream::authenticate(Round& round, Offset due, const StepRunner& runner) {
  FlowSession& session = *round.session;
  std::uint32_t& attempt = &runner == &*log_in_ ? session.log_ins : session.refreshes;
  round.in_flight = true;
  runner.sender->send(
      {session.number, due, due}, request_of(runner, round, session.number, attempt++), {},
      [this, &round](const StepOutcome& outcome) { after_authentication(round, outcome); });
}

void FlowStream::after_authentication(Round& round, const StepOutcome& outcome) {
  round.in_flight = false;
  if (outcome.dropped) return give_up(round, round.step, *outcome.dropped);
  if (ended_ || outcome.how == Ending::cancelled || outcome.expected_failure) return finish(round);
  FlowSession& session = *round.session;
  session.logged_in = outcome.how == Ending::ok;
  session.token_rejected = false;
  if (!session.logged_in) return give_up(round, round.step, Drop::not_reached);
  session.token_since = outcome.done;
  for (const auto& [name, value] : outcome.values) session.values[name] = value;
  authenticate_and_send(round, outcome.done);
}

void FlowStream::wait_for_group(Round& round, Offset due) {
  if (!round.group || !steps_[round.step].step.together) return send(round, due);
  Group& group = *round.group;
  group.waiting.push_back(&round);
  if (group.waiting.size() == group.alive) release_group(group);
}

void FlowStream::release_group(Group& group) {
  const std::vector<Round*> rounds = std::exchange(group.waiting, {});
  const Offset together = now();
  for (Round* const round : rounds) send(*round, together);
}

void FlowStream::send(Round& round, Offset due) {
  static const std::vector<spec::StatusRange> none;
  const StepRunner& runner = steps_[round.step];
  // A second refusal is not the token's age.
  const bool may_refresh = refresh_ && round.attempt == 0;
  round.in_flight = true;
  runner.sender->send({round.index, due, due},
                      request_of(runner, round, round.index, round.attempt),
                      may_refresh ? stream_.refresh->on_status : none,
                      [this, &round](const StepOutcome& outcome) { after_step(round, outcome); });
}

OutgoingRequest FlowStream::request_of(const StepRunner& runner, const Round& round,
                                       std::uint64_t index, std::uint32_t attempt) const {
  OutgoingRequest request = runner.factory->make(index, values_of(round), attempt);
  request.jar = round.session->jar.get();
  if (options_.ear != nullptr) request.person = PersonId{stream_.name, round.session->number};
  return request;
}

void FlowStream::after_step(Round& round, const StepOutcome& outcome) {
  round.in_flight = false;
  if (outcome.dropped) return give_up(round, round.step + 1, *outcome.dropped);
  if (ended_ || outcome.how == Ending::cancelled) return finish(round);
  if (outcome.token_rejected) {
    ++round.attempt;
    round.session->token_rejected = true;
    return authenticate_and_send(round, outcome.done);
  }
  if (outcome.how != Ending::ok) return give_up(round, round.step + 1, Drop::not_reached);
  for (const auto& [name, value] : outcome.values) round.values[name] = value;
  round.attempt = 0;
  ++round.step;
  const bool over = stream_.mixes || round.step == steps_.size();
  if (outcome.expected_failure || over) return finish(round);
  come_to_step(round, outcome.done);
}

void FlowStream::give_up(Round& round, std::size_t from_step, Drop why) {
  const std::size_t end = stream_.mixes ? round.step + 1 : steps_.size();
  for (std::size_t i = from_step; i < end; ++i) steps_[i].sender->drop(now(), why);
  finish(round);
}

// Rounds end.

void FlowStream::finish(Round& round) {
  const auto node = rounds_.extract(&round);
  FD_ASSERT(!node.empty());
  const std::uint32_t user = round.user;
  if (!round.own_session && !stream_.users) idle_sessions_.push_back(round.session);
  if (round.group) leave_group(round.group);
  if (stream_.users) user_goes_on(user);
}

void FlowStream::leave_group(const std::shared_ptr<Group>& group) {
  --group->alive;
  const bool complete = !group->waiting.empty() && group->waiting.size() == group->alive;
  if (complete && !ended_) release_group(*group);
}

void FlowStream::end() {
  if (std::exchange(ended_, true)) return;
  later_.clear();
  std::vector<Round*> waiting;
  for (const auto& [round, owner] : rounds_) {
    if (!round->in_flight) waiting.push_back(round);
  }
  for (Round* const round : waiting) finish(*round);
  drop_rounds_left();
}

void FlowStream::cancel_all() {
  ended_ = true;
  later_.clear();
  if (log_in_) log_in_->sender->cancel_all();
  if (refresh_) refresh_->sender->cancel_all();
  for (const StepRunner& step : steps_) step.sender->cancel_all();
  rounds_.clear();
}

// The closed model.

void FlowStream::start() {
  if (!stream_.users) return;
  rounds_of_user_.resize(stream_.users->most());
  for (std::uint64_t number = share_.index; number < rounds_of_user_.size();
       number += share_.count) {
    const auto user = static_cast<std::uint32_t>(number);
    const Offset first = user_begins(*stream_.users, user).value_or(Offset{0});
    later_.at(first, [this, user, first] { user_begins_round(user, first); });
  }
}

void FlowStream::user_begins_round(std::uint32_t user, Offset due) {
  const spec::Users& users = *stream_.users;
  std::uint64_t& begun = rounds_of_user_[user];
  const bool had_all = users.iterations_each > 0 && begun >= users.iterations_each;
  if (ended_ || out_of_rows_ || had_all || users_at(users, due) <= user) return on_ended_();
  auto round = std::make_unique<Round>();
  round->index = user + begun * users.most();
  round->user = user;
  ++begun;
  const std::uint64_t index = round->index;
  const auto dropped = begin(std::move(round), due);
  if (dropped && !out_of_rows_) drop_round(index, due, *dropped);
}

void FlowStream::user_goes_on(std::uint32_t user) {
  if (ended_) return;
  const auto& think = stream_.users->think;
  Rng rng = Rng::derive(options_.seed, stream_.name + ":user:" + std::to_string(user),
                        rounds_of_user_[user]);
  const Offset due = now() + (think ? draw(*think, rng) : Duration{0});
  later_.at(due, [this, user, due] { user_begins_round(user, due); });
}

void FlowStream::drop_rounds_left() {
  if (!stream_.users || stream_.users->iterations_each == 0 || out_of_rows_) return;
  const spec::Users& users = *stream_.users;
  const Offset at = now();
  for (std::uint64_t user = share_.index; user < users.most(); user += share_.count) {
    for (std::uint64_t round = rounds_of_user_[user]; round < users.iterations_each; ++round)
      drop_round(user + round * users.most(), at, Drop::not_reached);
  }
}

}  // namespace firedrill
