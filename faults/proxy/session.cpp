// Moving bytes, once both ends are there; session_setup.cpp has what comes before.
#include "faults/proxy/session.hpp"

#include "harness/aio/steady_now.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace firedrill {
namespace {

using boost::system::error_code;
using tcp = boost::asio::ip::tcp;

/// Full buffers taken from one connection before the others get their turn.
constexpr int kReadsInARow = 4;

}  // namespace

Session::Session(std::shared_ptr<ProxyShared> shared, std::uint64_t number, tcp::socket client)
    : shared_{std::move(shared)},
      number_{number},
      accepted_{steady_now()},
      client_{std::make_unique<PlainStream>(std::move(client))},
      dialled_{shared_->io},
      timer_{shared_->io} {}

void Session::begin() {
  ProxyShared& shared = *shared_;
  const TimePoint now = steady_now();
  if (shared.make_conversation) {
    conversation_ = shared.make_conversation(
        number_, Rng::derive(shared.options.seed, "conversation", number_));
  }
  up_.emplace(Direction::upstream, *client_, *server_,
              shared.faults.chain(number_, Direction::upstream, now), shared.counts.upstream,
              shared.queued);
  down_.emplace(Direction::downstream, *server_, *client_,
                shared.faults.chain(number_, Direction::downstream, now), shared.counts.downstream,
                shared.queued);
  set_timer();
  readable(*up_);
  if (!ended_) wait_to_read(*down_);
}

bool Session::has_room(const Flow& flow) const {
  if (flow.held() >= shared_->options.queue_max) return false;
  return shared_->queued < ProxyShared::kQueuedMax || flow.held() < ProxyShared::kQueuedLeast;
}

void Session::wait_to_read(Flow& flow) {
  if (ended_ || flow.reading || flow.read_ended || closing_ || !has_room(flow)) return;
  flow.reading = true;
  const auto go_on = [self = shared_from_this(), at = &flow](const error_code& ec) {
    at->reading = false;
    if (!ec && !self->ended_) self->readable(*at);
  };
  if (flow.from().has_unread()) {
    boost::asio::post(shared_->io, [go_on] { go_on({}); });
  } else {
    flow.from().socket().async_wait(tcp::socket::wait_read, go_on);
  }
}

void Session::readable(Flow& flow) {
  const std::span<char> buffer{shared_->buffer};
  for (int reads = 0; reads < kReadsInARow && has_room(flow); ++reads) {
    const ByteStream::Moved got = flow.from().read_some(buffer);
    if (got.status == Status::end || got.status == Status::broken) {
      flow.read_ended = true;
      if (got.status == Status::end) return sender_ended(flow);
      // What came before goes first; then the other side sees what we saw.
      flow.add(Parcel::Kind::reset, steady_now());
      return pump(flow);
    }
    if (got.status != Status::done) break;
    flow.note_received(got.bytes);
    if (!take(flow, {buffer.data(), got.bytes})) return;
    if (got.bytes < buffer.size() && !flow.from().has_unread()) break;
  }
  wait_to_read(flow);
}

/// False when that was the end of it.
bool Session::take(Flow& flow, std::string_view bytes) {
  if (conversation_) {
    conversation_->received(flow.direction(), bytes, steady_now(), acts_);
    perform_acts();
  } else if (flow.is_clear()) {
    const Flow::Step step = flow.hand_on(bytes, steady_now);
    if (step != Flow::Step::idle) go_on(flow, step);
  } else {
    flow.add(bytes, steady_now());
    count_hits(flow);
    pump(flow);
  }
  return !ended_ && !closing_;
}

void Session::sender_ended(Flow& flow) {
  const TimePoint now = steady_now();
  if (conversation_) {
    conversation_->ended(flow.direction(), now, acts_);
    perform_acts();
    return;
  }
  flow.add(Parcel::Kind::end, now);
  count_hits(flow);
  pump(flow);
}

void Session::perform_acts() {
  const TimePoint now = steady_now();
  for (const ProxyAct& act : std::exchange(acts_, {})) {
    Flow& flow = act.direction == Direction::upstream ? *up_ : *down_;
    const TimePoint at = std::max(act.at, now);
    switch (act.kind) {
      case ProxyAct::Kind::send:
        if (!act.bytes.empty()) flow.add(act.bytes, at);
        break;
      case ProxyAct::Kind::end:
        flow.add(Parcel::Kind::end, at);
        break;
      case ProxyAct::Kind::close:
        closing_ = true;
        up_->add_untouched(Parcel::Kind::end, at);
        down_->add_untouched(Parcel::Kind::end, at);
        break;
      case ProxyAct::Kind::reset:
        closing_ = true;
        down_->add_untouched(Parcel::Kind::reset, at);
        break;
    }
  }
  count_hits(*up_);
  count_hits(*down_);
  pump(*up_);
  if (!ended_) pump(*down_);
}

void Session::pump(Flow& flow) {
  if (ended_ || flow.writing) return;
  go_on(flow, flow.write_due(steady_now()));
}

void Session::go_on(Flow& flow, Flow::Step step) {
  switch (step) {
    case Flow::Step::idle:
    case Flow::Step::ended:
      break;
    case Flow::Step::blocked:
      wait_to_write(flow);
      break;
    case Flow::Step::close:
      ++shared_->counts.closed_by_fault;
      return close();
    case Flow::Step::reset:
    case Flow::Step::broken:
      return reset();
  }
  const auto is_over = [](const Flow& one) { return one.write_ended && !one.writing; };
  if (is_over(*up_) && is_over(*down_)) return close();
  set_timer();
  wait_to_read(flow);
}

void Session::wait_to_write(Flow& flow) {
  if (flow.writing) return;
  flow.writing = true;
  flow.to().socket().async_wait(tcp::socket::wait_write,
                                [self = shared_from_this(), at = &flow](const error_code& ec) {
                                  at->writing = false;
                                  if (!ec && !self->ended_) self->pump(*at);
                                });
}

/// For whatever is next: something to write, or the time that a fault leaves the connection.
void Session::set_timer() {
  std::optional<TimePoint> first;
  for (const Flow* flow : {&*up_, &*down_}) {
    if (flow->writing) continue;
    const auto next = flow->next_at();
    if (next && (!first || *next < *first)) first = next;
  }
  for (Flow* flow : {&*up_, &*down_}) {
    if (flow->chain().empty()) continue;
    const auto deadline = flow->chain().deadline();
    if (deadline && (!first || deadline->when.at < *first)) first = deadline->when.at;
  }
  if (!first || timer_at_ == first) return;
  timer_at_ = first;
  timer_.expires_at(*first);
  timer_.async_wait([self = shared_from_this()](const error_code& ec) {
    if (!ec && !self->ended_) self->timer_fired();
  });
}

void Session::timer_fired() {
  timer_at_.reset();
  if (!keep_deadlines(steady_now())) return;
  pump(*up_);
  if (!ended_) pump(*down_);
  if (!ended_) set_timer();  // also when neither side takes anything
}

/// False when the connection has ended.
bool Session::keep_deadlines(TimePoint now) {
  for (Flow* flow : {&*up_, &*down_}) {
    const auto deadline = flow->chain().deadline();
    if (!deadline || deadline->when.at > now) continue;
    count_hit(deadline->fault, {1, 0});
    if (deadline->when.reset) {
      ++shared_->counts.reset_by_fault;
      reset();
    } else {
      ++shared_->counts.closed_by_fault;
      close();
    }
    return false;
  }
  return true;
}

void Session::count_hits(Flow& flow) {
  if (flow.chain().empty()) return;
  hits_.clear();
  flow.chain().take_hits(hits_);
  for (const auto& hit : hits_) count_hit(hit.fault, hit.tally);
}

bool Session::was_hit_by(std::uint64_t fault) const {
  return std::find(hit_by_.begin(), hit_by_.end(), fault) != hit_by_.end();
}

void Session::count_hit(std::uint64_t number, ProxyStage::Tally tally) {
  ActiveFault* const fault = shared_->faults.find(number);
  if (fault == nullptr) return;
  fault->hit(tally.hits, steady_now());
  fault->counts.bytes += tally.bytes;
  if (was_hit_by(number)) return;
  hit_by_.push_back(number);
  ++fault->counts.connections;
}

void Session::fault_added(ActiveFault& fault, TimePoint now) {
  if (!up_) return;
  for (Flow* flow : {&*up_, &*down_}) {
    const auto stage =
        shared_->faults.stage(fault, number_, flow->direction(), {now, true, nullptr});
    if (stage) flow->chain().add(fault.number, *stage);
  }
}

void Session::fault_changed(const ActiveFault& fault) {
  if (!up_) return;
  for (Flow* flow : {&*up_, &*down_}) flow->chain().change(fault.number, fault.action());
}

bool Session::share_changed(ActiveFault& fault, TimePoint now) {
  if (!up_) return true;
  if (!ProxyStage::works_on_bytes(fault.action())) return false;
  const bool works = up_->chain().has(fault.number) || down_->chain().has(fault.number);
  if (works == shared_->faults.picks(fault, number_)) return false;
  if (works) {
    fault_removed(fault);
  } else {
    fault_added(fault, now);
  }
  return true;
}

void Session::fault_removed(const ActiveFault& fault) {
  if (!up_) return;
  bool lost = false;
  for (Flow* flow : {&*up_, &*down_}) lost |= flow->chain().remove(fault.number);
  if (!lost) return;
  ++shared_->counts.closed_by_fault;
  close();
}

void Session::retime(TimePoint now) {
  if (ended_) return;
  if (!up_) {
    if (sleeping_) timer_.cancel();  // it looks again whether it still has to wait
    return;
  }
  up_->retime(now);
  down_->retime(now);
  set_timer();
  pump(*up_);
  if (!ended_) pump(*down_);
}

void Session::close() {
  if (ended_) return;
  client_->close();
  if (server_) server_->close();
  end();
}

void Session::reset() {
  if (ended_) return;
  client_->reset();
  if (server_) server_->reset();
  end();
}

void Session::end() {
  ended_ = true;
  timer_.cancel();
  error_code ignored;
  dialled_.close(ignored);
  --shared_->counts.open;
  const auto self = shared_from_this();  // the list may hold the last reference
  shared_->sessions.erase(number_);
}

}  // namespace firedrill
