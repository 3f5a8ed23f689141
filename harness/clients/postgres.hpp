#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/clients/endpoint.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace firedrill {

/// What a statement that succeeded brought back.
struct PgRows {
  std::vector<std::vector<std::optional<std::string>>> rows;  ///< Unset is NULL.
  std::uint64_t affected = 0;                                 ///< By INSERT, UPDATE, DELETE.
  std::vector<std::string> columns{};                         ///< Their names.

  /// The first value of the first row; "" when there is none, or NULL.
  [[nodiscard]] std::string value() const;
};

/// Why one did not.
struct PgFailure {
  std::string sqlstate;  ///< "53300"; "" when the server did not say (no connection, a time-out).
  std::string message;   ///< In one line; holds no parameter's value that we put there.
  bool lost = false;     ///< The session is gone: connect again.
};

using PgAnswer = std::variant<PgRows, PgFailure>;

[[nodiscard]] inline const PgFailure* failure_of(const PgAnswer& answer) {
  return std::get_if<PgFailure>(&answer);
}

/// One session of a PostgreSQL server, over libpq. One call at a time.
///
/// Thread: the one that runs the executor. Lifetime: the guard outlives it; it outlives its calls.
/// Going away (or close()) cuts the connection: the server ends the session as soon as it notices,
/// which for a statement under way may be when that ends.
class PgSession final {
 public:
  PgSession(boost::asio::any_io_executor executor, const EgressGuard& guard);
  ~PgSession();
  PgSession(PgSession&&) noexcept;
  PgSession& operator=(PgSession&&) noexcept;

  struct Login {
    Endpoint endpoint;
    std::string application = "firedrill";  ///< `application_name`
    /// Settings of the session: "-c statement_timeout=2000".
    std::string options;
  };

  /// Unset when there is a session; otherwise why not. Ends within `within`.
  boost::asio::awaitable<std::optional<PgFailure>> connect(Login login, Duration within);

  /// One statement with parameters $1, $2, …, or several without. A session that does not answer in
  /// time is closed.
  boost::asio::awaitable<PgAnswer> run(std::string sql, std::vector<std::string> parameters,
                                       Duration within);
  boost::asio::awaitable<PgAnswer> run(std::string sql, Duration within);

  [[nodiscard]] bool open() const;
  /// The server's process for this session; 0 without one.
  [[nodiscard]] int backend() const;
  /// Cuts it now; a call under way ends with a failure.
  void close();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with a call under way
};

}  // namespace firedrill
