#include "mocks/clinic/slots.hpp"

#include "harness/aio/tokens.hpp"
#include "harness/base/assert.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <deque>
#include <utility>

namespace firedrill::clinic {

namespace net = boost::asio;

struct Slots::State {
  std::size_t free = 0;
  std::size_t line_max = 0;
  /// One timer that never ends for each who waits; cancelled when a worker is handed over.
  std::deque<std::shared_ptr<net::steady_timer>> line;
};

Slots::Slot::Slot(std::shared_ptr<State> state) : state_{std::move(state)} {}

Slots::Slot::~Slot() {
  if (!state_) return;
  if (state_->line.empty()) {
    ++state_->free;
    return;
  }
  const std::shared_ptr<net::steady_timer> next = std::move(state_->line.front());
  state_->line.pop_front();
  next->cancel();
}

Slots::Slots(std::size_t workers, std::size_t line_max) : state_{std::make_shared<State>()} {
  FD_ASSERT(workers > 0);
  state_->free = workers;
  state_->line_max = line_max;
}

net::awaitable<std::optional<Slots::Slot>> Slots::take() {
  const std::shared_ptr<State> state = state_;
  if (state->free > 0) {
    --state->free;
    co_return Slot{state};
  }
  if (state->line.size() >= state->line_max) co_return std::nullopt;
  const auto timer = std::make_shared<net::steady_timer>(co_await net::this_coro::executor,
                                                         net::steady_timer::time_point::max());
  state->line.push_back(timer);
  co_await timer->async_wait(as_result);
  co_return Slot{state};
}

}  // namespace firedrill::clinic
