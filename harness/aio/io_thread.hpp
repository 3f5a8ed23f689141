#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <thread>
#include <type_traits>
#include <utility>

namespace firedrill {

/// A thread that runs one io_context. Whatever lives on it is made, used and destroyed through
/// call().
///
/// Thread: use from the owner's thread only.
class IoThread final {
 public:
  IoThread() : work_{io_.get_executor()}, thread_{[this] { io_.run(); }} {}

  ~IoThread() {
    work_.reset();
    io_.stop();
    thread_.join();
  }
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  [[nodiscard]] boost::asio::io_context& io() { return io_; }

  /// Runs `work` on the thread and waits for its result. Exceptions come out here.
  /// @pre not called from the thread itself
  template <typename F>
  auto call(F work) -> std::invoke_result_t<F> {
    std::packaged_task<std::invoke_result_t<F>()> task{std::move(work)};
    auto result = task.get_future();
    boost::asio::post(io_, [&task] { task(); });  // `task` lives until the result is there
    return result.get();
  }

 private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace firedrill
