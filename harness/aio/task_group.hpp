#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace firedrill {

/// Owns concurrent coroutines: none is detached and none fails unseen. An exception that leaves a
/// child is a bug of ours; it is thrown again out of io.run(), with the child's name printed first.
///
/// Thread: use on the thread that runs `io`. Children may outlive the group; they then count for
/// nobody.
class TaskGroup final {
 public:
  explicit TaskGroup(boost::asio::io_context& io);

  /// Starts `task` at the next turn of the loop. `name` is for the message when it throws.
  void spawn(std::string name, boost::asio::awaitable<void> task);

  [[nodiscard]] std::size_t running() const;

  /// Calls `done` (from the loop) as soon as no child is running; at once when none is.
  void when_idle(std::function<void()> done);

 private:
  struct State {
    std::size_t running = 0;
    std::function<void()> idle;
  };

  boost::asio::io_context& io_;
  std::shared_ptr<State> state_;  // shared with the completion of each child
};

}  // namespace firedrill
