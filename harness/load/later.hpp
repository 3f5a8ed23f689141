#pragma once

#include "harness/base/time.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <utility>

namespace firedrill {

/// Things to do at times of their own, in order, on one loop. Holds one entry for each user or
/// round that waits, and so is bounded by their number.
///
/// Thread: the thread that runs `io`.
class Later {
 public:
  /// `origin` is offset 0.
  Later(boost::asio::io_context& io, TimePoint origin) : timer_{io}, origin_{origin} {}

  void at(Offset when, std::function<void()> what) {
    const auto added = waiting_.emplace(when, std::move(what));
    if (added == waiting_.begin()) arm();
  }
  void clear() {
    waiting_.clear();
    timer_.cancel();
  }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
  void arm() {
    if (waiting_.empty()) return;
    timer_.expires_at(origin_ + waiting_.begin()->first);
    timer_.async_wait([this](const boost::system::error_code& ec) {
      if (!ec) run();
    });
  }
  void run() {
    const Offset now = std::chrono::steady_clock::now() - origin_;
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
      const auto what = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      what();
    }
    arm();
  }

  boost::asio::steady_timer timer_;
  TimePoint origin_;
  std::multimap<Offset, std::function<void()>> waiting_;
};

}  // namespace firedrill
