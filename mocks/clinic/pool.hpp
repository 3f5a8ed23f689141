#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/base/time.hpp"
#include "harness/clients/postgres.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace firedrill::clinic {

/// How many connections there are, and who wants one.
struct PoolStats {
  std::size_t size = 0;
  std::size_t in_use = 0;  ///< Handed out, or being opened for somebody.
  std::size_t idle = 0;
  std::size_t waiting = 0;
  std::uint64_t timeouts = 0;  ///< Nobody gave one back in time, since the start.
  std::uint64_t refused = 0;   ///< Too many were waiting already.
};

/// Connections to the database, opened when they are first needed and used again.
///
/// Thread: one. Lifetime: outlives the connections that it hands out.
class Pool final {
 public:
  struct Options {
    PgSession::Login login;
    std::size_t size = 10;
    std::size_t waiting_max = 1000;
    Duration connect_timeout = std::chrono::seconds{1};
  };

  Pool(boost::asio::io_context& io, const EgressGuard& guard, Options options);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// A connection on loan; it goes back when this goes away.
  class Loan final {
   public:
    Loan(Pool& pool, PgSession session) : pool_{&pool}, session_{std::move(session)} {}
    Loan(Loan&& other) noexcept
        : pool_{std::exchange(other.pool_, nullptr)}, session_{std::move(other.session_)} {}
    Loan& operator=(Loan&&) = delete;
    ~Loan() {
      if (pool_) pool_->take_back(std::move(session_));
    }
    [[nodiscard]] PgSession& session() { return session_; }
    /// It never goes back, as if whoever had it forgot to. Only a planted defect does this.
    void forget();

   private:
    Pool* pool_;
    PgSession session_;
  };

  enum class Refusal { exhausted, unreachable };
  using Answer = std::variant<Loan, Refusal>;
  /// A connection, within `within`; in the order of asking.
  boost::asio::awaitable<Answer> acquire(Duration within);

  [[nodiscard]] PoolStats stats() const;
  /// Closes what is idle and lets nobody wait any longer.
  void close();

 private:
  friend class Loan;
  struct Waiter {
    explicit Waiter(boost::asio::io_context& io) : timer{io} {}
    boost::asio::steady_timer timer;
    bool granted = false;          // a place among in_use_ is its own …
    std::vector<PgSession> given;  // … with a connection, or to open one
  };

  boost::asio::awaitable<Answer> open();
  void take_back(PgSession session);
  void give_place(std::vector<PgSession> with);

  boost::asio::io_context& io_;
  const EgressGuard& guard_;
  const Options options_;
  std::vector<PgSession> idle_;
  std::vector<PgSession> forgotten_;  // by a defect; at most as many as the pool has
  std::deque<std::shared_ptr<Waiter>> waiting_;
  std::size_t in_use_ = 0;
  std::uint64_t timeouts_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace firedrill::clinic
