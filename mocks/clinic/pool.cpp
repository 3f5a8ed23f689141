#include "mocks/clinic/pool.hpp"

#include "harness/aio/tokens.hpp"

#include <algorithm>
#include <utility>

namespace firedrill::clinic {

namespace net = boost::asio;

Pool::Pool(net::io_context& io, const EgressGuard& guard, Options options)
    : io_{io}, guard_{guard}, options_{std::move(options)} {}

net::awaitable<Pool::Answer> Pool::acquire(Duration within) {
  while (!idle_.empty() && waiting_.empty()) {
    PgSession session = std::move(idle_.back());
    idle_.pop_back();
    if (!session.open()) continue;
    ++in_use_;
    co_return Loan{*this, std::move(session)};
  }
  if (in_use_ < options_.size && waiting_.empty()) {
    ++in_use_;
    co_return co_await open();
  }
  if (waiting_.size() >= options_.waiting_max) {
    ++refused_;
    co_return Refusal::exhausted;
  }
  const auto waiter = std::make_shared<Waiter>(io_);
  waiting_.push_back(waiter);
  if (within == Duration::max()) {
    waiter->timer.expires_at(TimePoint::max());
  } else {
    waiter->timer.expires_after(within);
  }
  co_await waiter->timer.async_wait(as_result);
  if (!waiter->granted) {
    std::erase(waiting_, waiter);
    ++timeouts_;
    co_return Refusal::exhausted;
  }
  if (waiter->given.empty()) co_return co_await open();
  co_return Loan{*this, std::move(waiter->given.front())};
}

/// A new connection for a place among in_use_ that is ours already.
net::awaitable<Pool::Answer> Pool::open() {
  PgSession session{io_.get_executor(), guard_};
  const auto failure = co_await session.connect(options_.login, options_.connect_timeout);
  if (!failure) co_return Loan{*this, std::move(session)};
  --in_use_;
  give_place({});
  co_return Refusal::unreachable;
}

void Pool::take_back(PgSession session) {
  --in_use_;
  std::vector<PgSession> with;
  if (session.open()) with.push_back(std::move(session));
  give_place(std::move(with));
}

/// A place is free, with a connection or without: the first in the queue gets it.
void Pool::give_place(std::vector<PgSession> with) {
  if (waiting_.empty()) {
    if (!with.empty()) idle_.push_back(std::move(with.front()));
    return;
  }
  const std::shared_ptr<Waiter> next = waiting_.front();
  waiting_.pop_front();
  next->granted = true;
  next->given = std::move(with);
  ++in_use_;
  next->timer.cancel();
}

void Pool::Loan::forget() {
  std::exchange(pool_, nullptr)->forgotten_.push_back(std::move(session_));
}

PoolStats Pool::stats() const {
  return {options_.size, in_use_, idle_.size(), waiting_.size(), timeouts_, refused_};
}

void Pool::close() {
  idle_.clear();
  for (const auto& waiter : std::exchange(waiting_, {})) waiter->timer.cancel();
}

}  // namespace firedrill::clinic
