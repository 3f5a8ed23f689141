#include "harness/aio/task_group.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <cstdio>
#include <exception>
#include <utility>

namespace firedrill {

TaskGroup::TaskGroup(boost::asio::io_context& io) : io_{io}, state_{std::make_shared<State>()} {}

void TaskGroup::spawn(std::string name, boost::asio::awaitable<void> task) {
  ++state_->running;
  boost::asio::co_spawn(io_, std::move(task),
                        [state = state_, name = std::move(name)](const std::exception_ptr& thrown) {
                          --state->running;
                          if (thrown) {
                            std::fprintf(stderr, "firedrill: bug: exception in task '%s'\n",
                                         name.c_str());
                            std::rethrow_exception(thrown);
                          }
                          if (state->running == 0 && state->idle) std::exchange(state->idle, {})();
                        });
}

std::size_t TaskGroup::running() const { return state_->running; }

void TaskGroup::when_idle(std::function<void()> done) {
  if (state_->running == 0) {
    boost::asio::post(io_, std::move(done));
  } else {
    state_->idle = std::move(done);
  }
}

}  // namespace firedrill
