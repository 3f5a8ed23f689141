#pragma once

#include "faults/lease_journal.hpp"
#include "faults/service_fault.hpp"
#include "harness/clients/postgres.hpp"
#include "harness/clients/redis.hpp"
#include "harness/services/service.hpp"
#include "harness/services/service_folder.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace firedrill::test {

/// A private server, a victim that uses it, and faults that are done to it as a drill does them.
class ServiceBench {
 public:
  explicit ServiceBench(spec::Service spec)
      : service_{io_, guard_, options(std::move(spec))},
        journal_{LeaseJournal::open(folder_.path()).value()} {
    const auto started = run(service_.start());
    INFO((started ? "" : started.error().message));
    if (!started) static_cast<void>(run(service_.stop()));  // no destructor will do it
    REQUIRE(started.has_value());
    wait(std::chrono::milliseconds{100});  // the sessions that made the database are gone
  }
  ~ServiceBench() { CHECK(run(service_.stop()).has_value()); }

  /// Runs a coroutine to its end; what goes on beside it goes on.
  template <typename T>
  T run(boost::asio::awaitable<T> task) {
    std::optional<T> result;
    boost::asio::co_spawn(io_, keep(std::move(task), result), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    io_.restart();
    while (!result) io_.run_one();
    return std::move(*result);
  }

  template <typename T>
  static boost::asio::awaitable<void> keep(boost::asio::awaitable<T> task, std::optional<T>& into) {
    into.emplace(co_await std::move(task));
  }

  void wait(Duration length) {
    io_.restart();
    io_.run_for(length);
  }

  Result<void> begin(
      std::variant<spec::PostgresServerFault, spec::RedisServerFault, spec::Restart, spec::Stop>
          what,
      std::optional<double> strength = std::nullopt) {
    spec::ServiceFault fault{"it", std::move(what)};
    fault_ = make_service_fault(
        fault, {io_, service_, "firedrill/test/0", std::chrono::seconds{30},
                [this](Undo undo) {
                  const WallTime expires = std::chrono::system_clock::now() + std::chrono::hours{1};
                  auto lease = journal_.promise("test", std::move(undo), expires);
                  if (!lease) return Result<void>{lease.error()};
                  leases_.push_back(*std::move(lease));
                  return Result<void>{};
                },
                strength});
    return run(fault_->begin());
  }

  /// @pre begun with a strength
  void set_strength(double strength) { fault_->set_strength(strength); }

  /// As the director does it. What the fault has counted stays to be asked for.
  void heal() {
    REQUIRE(run(fault_->end(false)).has_value());
    for (std::size_t i = leases_.size(); i-- > 0;) {
      const auto undone = carry_out(leases_[i].undo);
      INFO((undone ? "" : undone.error().message));
      REQUIRE(undone.has_value());
      REQUIRE(journal_.release(leases_[i]).has_value());
    }
    leases_.clear();
    REQUIRE(open_leases(folder_.path()).value().empty());
  }

  /// As the guardian does it, with a runner that is gone: nothing but the journal tells what to do.
  Leftovers heal_from_journal() { return undo_all_leases(folder_.path()); }

  [[nodiscard]] std::uint64_t hits() const { return fault_->hits(); }
  [[nodiscard]] Service& service() { return service_; }
  [[nodiscard]] std::size_t promises() const { return leases_.size(); }

  [[nodiscard]] boost::asio::io_context& io() { return io_; }

  // The victim.

  PgSession pg() { return PgSession{io_.get_executor(), guard_}; }
  /// The state that the server refuses with: "" for a session, "gone" when nobody listens.
  std::string connect(PgSession& session, std::string options = "") {
    PgSession::Login login;
    login.endpoint = service_.endpoint();
    login.application = "victim";
    login.options = std::move(options);
    const auto failure = run(session.connect(std::move(login), std::chrono::seconds{2}));
    if (!failure) return "";
    return failure->sqlstate.empty() ? "gone" : failure->sqlstate;
  }
  /// Its value, or the state of its failure.
  std::string ask(PgSession& session, const std::string& sql) {
    const PgAnswer answer = run(session.run(sql, std::chrono::seconds{5}));
    if (const PgFailure* failure = failure_of(answer))
      return failure->sqlstate.empty() ? "gone" : failure->sqlstate;
    return std::get<PgRows>(answer).value();
  }
  /// In a session of its own.
  std::string ask(const std::string& sql, const std::string& options = "") {
    PgSession session = pg();
    const std::string refused = connect(session, options);
    return refused.empty() ? ask(session, sql) : refused;
  }

  RedisSession redis() { return RedisSession{io_.get_executor(), guard_}; }
  bool connect(RedisSession& session) {
    return run(session.connect(service_.endpoint(), std::chrono::seconds{2})).has_value();
  }
  /// The answer's text, or number; "silence" when there is none in time.
  std::string tell(RedisSession& session, std::vector<std::string> words,
                   Duration within = std::chrono::seconds{3}) {
    const auto answer = run(session.run(std::move(words), within));
    if (!answer) return "silence";
    if (answer->kind == RedisReply::Kind::integer) return std::to_string(answer->integer);
    if (answer->kind == RedisReply::Kind::list) return answer->items.at(1).text;
    return answer->text;
  }
  std::string tell(std::vector<std::string> words, Duration within = std::chrono::seconds{3}) {
    RedisSession session = redis();
    return connect(session) ? tell(session, std::move(words), within) : "refused";
  }

 private:
  static Service::Options options(spec::Service spec) {
    static int made = 0;
    Service::Options options;
    options.name = std::string{name_of(spec.kind)};
    options.spec = std::move(spec);
    options.run_id = "test-" + std::to_string(::getpid()) + "-" + std::to_string(++made);
    options.folder = service_folder(options.run_id, options.name);
    return options;
  }

  boost::asio::io_context io_{1};
  EgressGuard guard_;
  TempFolder folder_;
  Service service_;
  LeaseJournal journal_;
  std::vector<Lease> leases_;
  std::unique_ptr<ServiceFaultRun> fault_;
};

inline spec::Service postgres() {
  spec::Service spec;
  spec.kind = spec::ServiceKind::postgres;
  spec.settings = {{"max_connections", "10"}, {"statement_timeout", "7s"}};
  spec.init_file = "init.sql";
  spec.init_sql =
      "CREATE TABLE patients (id serial PRIMARY KEY, name text); "
      "INSERT INTO patients (name) VALUES ('a'), ('b')";
  return spec;
}

inline spec::Service redis_service() {
  spec::Service spec;
  spec.kind = spec::ServiceKind::redis;
  return spec;
}

}  // namespace firedrill::test
