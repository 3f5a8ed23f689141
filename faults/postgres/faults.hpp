#pragma once

#include "faults/service_fault.hpp"
#include "harness/clients/postgres.hpp"
#include "harness/spec/service_fault.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// The fault of a PostgreSQL that a scenario describes.
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_postgres_fault(
    const spec::PostgresServerFault& fault, ServiceFaultRun::Context context);

// One of these each; every one is a file of its own.
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_held_sessions(const spec::HoldConnections& what,
                                                                  ServiceFaultRun::Context context);
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_held_sessions(
    const spec::IdleInTransaction& what, ServiceFaultRun::Context context);
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_held_sessions(const spec::LongQueries& what,
                                                                  ServiceFaultRun::Context context);
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_terminator(const spec::TerminateBackends& what,
                                                               ServiceFaultRun::Context context);
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_setting(const spec::StatementTimeout& what,
                                                            ServiceFaultRun::Context context);
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_setting(const spec::ReadOnly& what,
                                                            ServiceFaultRun::Context context);
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_no_space(const spec::NoSpace& what,
                                                             ServiceFaultRun::Context context);

/// What all of them share: a session of the administrator, open while the fault lasts, so that
/// healing needs no new one.
class PostgresFaultRun : public ServiceFaultRun {
 public:
  explicit PostgresFaultRun(Context context);

 protected:
  /// As the administrator; nothing that a fault sets holds for it.
  Awaitable open_admin();
  /// One value of an answer, or why there is none.
  boost::asio::awaitable<Result<std::string>> ask_admin(std::string sql);
  boost::asio::awaitable<Result<std::string>> ask_admin(std::string sql,
                                                        std::vector<std::string> parameters);
  /// How a session of ours introduces itself.
  [[nodiscard]] PgSession::Login login_as(const Endpoint& endpoint) const;
  [[nodiscard]] PgSession new_session() const;
  /// Errors with these states that others have had since a private server began; 0 for a given one.
  [[nodiscard]] std::uint64_t errors_so_far(const std::vector<std::string>& states) const;

  PgSession admin_;
};

/// As text in SQL: 'it''s'.
[[nodiscard]] std::string sql_quoted(const std::string& text);

}  // namespace firedrill
