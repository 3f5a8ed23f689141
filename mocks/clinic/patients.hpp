#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "mocks/clinic/defects.hpp"
#include "mocks/clinic/log.hpp"
#include "mocks/clinic/pool.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace firedrill::clinic {

/// Somebody who wants to be treated.
struct Patient {
  std::string name;
  std::string phone;
};

/// What `/ready` says of the database.
struct DatabaseView {
  bool ok = true;
  std::string why;  ///< When it is not; quotes nothing of a patient.
  PoolStats pool;
};

/// The patients that are kept in the database, through a pool of connections. Every call ends: an
/// empty pool, a database that is away and a statement that hangs each have their time.
///
/// Thread: one. Lifetime: everything given outlives it, it outlives its calls.
class Patients final {
 public:
  struct Options {
    Endpoint database;
    std::size_t pool_size = 10;
    Duration acquire_timeout = std::chrono::seconds{1};
    Duration statement_timeout = std::chrono::seconds{2};
  };

  Patients(boost::asio::io_context& io, const EgressGuard& guard, Options options, Log& log,
           Defects defects);

  /// Why it could not be done; the status to answer with.
  struct Failure {
    int status = 503;
    std::string error;
  };
  using Stored = std::variant<std::int64_t, Failure>;
  using Recent = std::variant<std::vector<std::int64_t>, Failure>;

  boost::asio::awaitable<Stored> store(Patient patient, std::string correlation_id);
  /// The ids of the ten that came last.
  boost::asio::awaitable<Recent> recent(std::string correlation_id);
  /// Asks the database whether it is there, briefly, through the same pool.
  boost::asio::awaitable<DatabaseView> check();

  [[nodiscard]] PoolStats pool() const { return pool_.stats(); }
  void close() { pool_.close(); }

 private:
  using Rows = std::variant<PgRows, Failure>;
  boost::asio::awaitable<Rows> run(std::string sql, std::vector<std::string> parameters,
                                   std::string correlation_id);
  boost::asio::awaitable<Result<void>> make_table(PgSession& session);
  Failure failed(const std::string& why, const std::string& sqlstate,
                 const std::string& correlation_id);

  const Options options_;
  Log& log_;
  const Defects defects_;
  Pool pool_;
  bool has_table_ = false;
};

}  // namespace firedrill::clinic
