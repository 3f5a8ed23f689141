#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/clients/endpoint.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// One answer of a Redis server. An error that the server sent is an answer too.
struct RedisReply {
  enum class Kind { nil, text, integer, list, error };
  Kind kind = Kind::nil;
  std::string text;  ///< Of text (status replies too) and error: "OOM command not allowed …".
  std::int64_t integer = 0;
  std::vector<RedisReply> items;

  [[nodiscard]] bool is_error() const { return kind == Kind::error; }
};

/// One connection to a Redis server. One call at a time.
///
/// Thread: the one that runs the executor. Lifetime: the guard outlives it; it outlives its calls.
class RedisSession final {
 public:
  RedisSession(boost::asio::any_io_executor executor, const EgressGuard& guard);
  ~RedisSession();
  RedisSession(RedisSession&&) noexcept;
  RedisSession& operator=(RedisSession&&) noexcept;

  /// Logs in and selects the database when the endpoint says so.
  boost::asio::awaitable<Result<void>> connect(Endpoint endpoint, Duration within);

  /// The server's answer, or why there is none; then the connection is closed. Answers are at most
  /// 64 MiB.
  boost::asio::awaitable<Result<RedisReply>> run(std::vector<std::string> command, Duration within);

  [[nodiscard]] bool open() const;
  /// Cuts it now; a call under way ends with an error.
  void close();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with a call under way
};

}  // namespace firedrill
