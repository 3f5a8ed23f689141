#pragma once

#include "harness/aio/http_server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace firedrill {

/// What large request bodies may take of memory at a time, all connections of a server together.
/// Small ones are not counted: the number of connections bounds them. Not thread-safe.
class BodyBudget {
 public:
  /// Bodies up to this size need no leave.
  static constexpr std::uint64_t kSmall = 64 * 1024;

  explicit BodyBudget(std::uint64_t bytes) : left_{bytes} {}

  /// A share of the budget; given back when it goes.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept : of_{other.of_}, bytes_{other.bytes_} { other.bytes_ = 0; }
    Share& operator=(Share&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (of_ != nullptr) of_->left_ += bytes_;
    }
    [[nodiscard]] bool empty() const { return bytes_ == 0; }

   private:
    friend class BodyBudget;
    Share(BodyBudget& of, std::uint64_t bytes) : of_{&of}, bytes_{bytes} {}
    BodyBudget* of_ = nullptr;
    std::uint64_t bytes_ = 0;
  };

  /// An empty share when there is not enough left.
  [[nodiscard]] Share take(std::uint64_t bytes) {
    if (bytes > left_) return {};
    left_ -= bytes;
    return Share{*this, bytes};
  }

 private:
  std::uint64_t left_;
};

/// One connection of an HttpServer: reads requests in order, answers them in order.
///
/// It has no timer of its own for its deadlines: setting one costs a system call, and a mock sets
/// four for each request. Whoever owns it calls expire() every now and then instead.
class HttpConnection final {
 public:
  /// `options` and `budget` outlive it.
  HttpConnection(boost::asio::ip::tcp::socket socket, const HttpServer::Options& options,
                 BodyBudget& budget);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  /// Until the peer or the handler ends it, or a deadline passes.
  boost::asio::awaitable<void> serve(const HttpServer::Handler& handler);

  /// Ends it from outside.
  void close();

  /// Ends what should have been over by `now`: a request that arrives too slowly is answered 408,
  /// a peer that does not read or stays idle is closed.
  void expire(TimePoint now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
