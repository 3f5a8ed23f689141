// What libpq sees of a real PostgreSQL through a proxy that knows its protocol.
#include "tests/support/proof.hpp"
#include "tests/support/real_servers.hpp"
#include "tests/support/wire_relay.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <libpq-fe.h>
#include <memory>
#include <string>

namespace firedrill {
namespace {

using namespace std::chrono_literals;
using Kind = spec::PostgresFault::Kind;

struct Close {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Close>;
using Outcome = std::unique_ptr<PGresult, Close>;

RealPostgres& server() {
  static RealPostgres postgres;
  return postgres;
}

Connection connect(std::uint16_t port) {
  const std::string text = "host=127.0.0.1 port=" + std::to_string(port) +
                           " user=drill dbname=postgres connect_timeout=5 sslmode=prefer";
  return Connection{PQconnectdb(text.c_str())};
}

Outcome run(const Connection& connection, const char* text) {
  return Outcome{PQexec(connection.get(), text)};
}

bool succeeds(const Connection& connection, const char* text) {
  const ExecStatusType status = PQresultStatus(run(connection, text).get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

std::string state_of(const Outcome& outcome) {
  const char* state = PQresultErrorField(outcome.get(), PG_DIAG_SQLSTATE);
  return state == nullptr ? "" : state;
}

spec::WireFault fault(Kind kind, std::string table = "") {
  spec::PostgresFault postgres;
  postgres.kind = kind;
  postgres.table = std::move(table);
  return {postgres, {}};
}

/// A proxy before the server, with a table to write to.
struct Bench {
  Bench() : relay{WireProtocol::postgres, server().port()}, connection{connect(relay.port())} {
    REQUIRE(server().port() != 0);
    REQUIRE(PQstatus(connection.get()) == CONNECTION_OK);
    REQUIRE(succeeds(connection,
                     "DROP TABLE IF EXISTS leads, others; CREATE TABLE leads (id int); "
                     "CREATE TABLE others (id int)"));
  }

  long rows(const char* table) {
    const Outcome outcome = run(connection, (std::string{"SELECT count(*) FROM "} + table).c_str());
    return PQresultStatus(outcome.get()) == PGRES_TUPLES_OK
               ? std::stol(PQgetvalue(outcome.get(), 0, 0))
               : -1;
  }

  WireRelay relay;
  Connection connection;
};

TEST_CASE("writes fail with PostgreSQL's own errors, and nothing is written", "[wire][postgres]") {
  Bench bench;
  struct Case {
    Kind kind;
    const char* state;
    const char* name;
  };
  for (const Case& one : {Case{Kind::disk_full, "53100", "proxy postgres: disk_full"},
                          Case{Kind::read_only, "25006", "proxy postgres: read_only"}}) {
    CAPTURE(one.name);
    bench.relay.inject("f", fault(one.kind, "leads"));
    REQUIRE(state_of(run(bench.connection, "INSERT INTO leads VALUES (1)")) == one.state);
    REQUIRE(PQtransactionStatus(bench.connection.get()) == PQTRANS_IDLE);
    REQUIRE(succeeds(bench.connection, "INSERT INTO others VALUES (1)"));
    REQUIRE(bench.rows("leads") == 0);
    const WireFaultCounts counts = bench.relay.heal("f");
    REQUIRE(counts.hits == 1);
    REQUIRE(succeeds(bench.connection, "INSERT INTO leads VALUES (1)"));
    REQUIRE(bench.rows("leads") == 1);
    REQUIRE(succeeds(bench.connection, "TRUNCATE leads"));
    proved(one.name, {"injected", "counted", "healed"}, "wire_postgres_test");
  }
}

TEST_CASE("a transaction is spoilt by the server itself", "[wire][postgres]") {
  Bench bench;
  bench.relay.inject("f", fault(Kind::disk_full, "leads"));
  REQUIRE(succeeds(bench.connection, "BEGIN"));
  REQUIRE(succeeds(bench.connection, "INSERT INTO others VALUES (1)"));
  REQUIRE(state_of(run(bench.connection, "INSERT INTO leads VALUES (1)")) == "53100");
  REQUIRE(PQtransactionStatus(bench.connection.get()) == PQTRANS_INERROR);
  REQUIRE(state_of(run(bench.connection, "SELECT 1")) == "25P02");
  // What fails already fails for its own reason, and is no hit.
  REQUIRE(state_of(run(bench.connection, "INSERT INTO leads VALUES (1)")) == "25P02");
  REQUIRE(succeeds(bench.connection, "ROLLBACK"));
  REQUIRE(PQtransactionStatus(bench.connection.get()) == PQTRANS_IDLE);
  REQUIRE(bench.rows("others") == 0);
  REQUIRE(bench.relay.heal("f").hits == 1);
}

TEST_CASE("several statements at once: those before the one that fails count", "[wire][postgres]") {
  Bench bench;
  bench.relay.inject("f", fault(Kind::disk_full, "leads"));
  REQUIRE(state_of(run(bench.connection,
                       "BEGIN; INSERT INTO others VALUES (1); "
                       "INSERT INTO leads VALUES (1); COMMIT")) == "53100");
  REQUIRE(PQtransactionStatus(bench.connection.get()) == PQTRANS_INERROR);
  REQUIRE(succeeds(bench.connection, "ROLLBACK"));
  REQUIRE(bench.rows("others") == 0);
}

TEST_CASE("prepared statements and pipelines stay in step", "[wire][postgres]") {
  Bench bench;
  PGconn* const connection = bench.connection.get();
  REQUIRE(PQresultStatus(Outcome{
              PQprepare(connection, "ins", "INSERT INTO leads VALUES ($1::int)", 0, nullptr)}
                             .get()) == PGRES_COMMAND_OK);
  bench.relay.inject("f", fault(Kind::disk_full, "leads"));
  const char* values[] = {"7"};
  REQUIRE(state_of(Outcome{PQexecPrepared(connection, "ins", 1, values, nullptr, nullptr, 0)}) ==
          "53100");
  REQUIRE(PQtransactionStatus(connection) == PQTRANS_IDLE);

  REQUIRE(PQenterPipelineMode(connection) == 1);
  REQUIRE(PQsendQueryParams(connection, "SELECT 1", 0, nullptr, nullptr, nullptr, nullptr, 0) == 1);
  REQUIRE(PQsendQueryPrepared(connection, "ins", 1, values, nullptr, nullptr, 0) == 1);
  REQUIRE(PQsendQueryParams(connection, "SELECT 2", 0, nullptr, nullptr, nullptr, nullptr, 0) == 1);
  REQUIRE(PQpipelineSync(connection) == 1);
  std::string seen;
  for (int nothing = 0; nothing < 2 && seen.size() < 200;) {
    const Outcome outcome{PQgetResult(connection)};
    if (!outcome) {
      ++nothing;
      continue;
    }
    nothing = 0;
    seen += std::string{PQresStatus(PQresultStatus(outcome.get()))} + state_of(outcome) + " ";
    if (PQresultStatus(outcome.get()) == PGRES_PIPELINE_SYNC) break;
  }
  REQUIRE(seen ==
          "PGRES_TUPLES_OK PGRES_FATAL_ERROR53100 PGRES_PIPELINE_ABORTED PGRES_PIPELINE_SYNC ");
  REQUIRE(PQexitPipelineMode(connection) == 1);
  REQUIRE(bench.relay.heal("f").hits == 2);
  REQUIRE(PQresultStatus(
              Outcome{PQexecPrepared(connection, "ins", 1, values, nullptr, nullptr, 0)}.get()) ==
          PGRES_COMMAND_OK);
  REQUIRE(bench.rows("leads") == 1);
}

TEST_CASE("a statement time-out comes in time and leaves the session usable", "[wire][postgres]") {
  Bench bench;
  spec::WireFault slow = fault(Kind::statement_timeout, "leads");
  std::get<spec::PostgresFault>(slow.what).time = {spec::Delay::Kind::fixed, 200ms, 0ms};
  bench.relay.inject("f", slow);
  const auto began = std::chrono::steady_clock::now();
  REQUIRE(state_of(run(bench.connection, "SELECT * FROM leads")) == "57014");
  REQUIRE(std::chrono::steady_clock::now() - began >= 200ms);
  REQUIRE(succeeds(bench.connection, "SELECT * FROM others"));
  REQUIRE(bench.relay.heal("f").hits == 1);
  REQUIRE(succeeds(bench.connection, "SELECT * FROM leads"));
  proved("proxy postgres: statement_timeout", {"injected", "counted", "healed"},
         "wire_postgres_test");
}

TEST_CASE("whoever connects is refused, sessions that are open go on", "[wire][postgres]") {
  Bench bench;
  for (const auto& [kind, words, name] :
       {std::tuple{Kind::too_many_connections, "sorry, too many clients already",
                   "proxy postgres: too_many_connections"},
        std::tuple{Kind::starting_up, "the database system is starting up",
                   "proxy postgres: starting_up"}}) {
    bench.relay.inject("f", fault(kind));
    const Connection refused = connect(bench.relay.port());
    REQUIRE(PQstatus(refused.get()) == CONNECTION_BAD);
    REQUIRE(std::string{PQerrorMessage(refused.get())}.find(words) != std::string::npos);
    REQUIRE(succeeds(bench.connection, "SELECT 1"));
    REQUIRE(bench.relay.heal("f").hits == 1);
    REQUIRE(PQstatus(connect(bench.relay.port()).get()) == CONNECTION_OK);
    proved(name, {"injected", "counted", "healed"}, "wire_postgres_test");
  }
}

TEST_CASE("an administrator ends a session", "[wire][postgres]") {
  Bench bench;
  bench.relay.inject("f", fault(Kind::admin_shutdown));
  REQUIRE(state_of(run(bench.connection, "SELECT 1")) == "57P01");
  REQUIRE_FALSE(succeeds(bench.connection, "SELECT 1"));
  REQUIRE(PQstatus(bench.connection.get()) == CONNECTION_BAD);
  REQUIRE(bench.relay.heal("f").hits == 1);
  PQreset(bench.connection.get());
  REQUIRE(succeeds(bench.connection, "SELECT 1"));
  proved("proxy postgres: admin_shutdown", {"injected", "counted", "healed"}, "wire_postgres_test");
}

TEST_CASE("rows are slow, and a result is cut in its midst", "[wire][postgres]") {
  Bench bench;
  spec::WireFault slow = fault(Kind::slow_rows);
  std::get<spec::PostgresFault>(slow.what).time = {spec::Delay::Kind::fixed, 20ms, 0ms};
  bench.relay.inject("f", slow);
  const auto began = std::chrono::steady_clock::now();
  REQUIRE(PQntuples(run(bench.connection, "SELECT generate_series(1, 10)").get()) == 10);
  REQUIRE(std::chrono::steady_clock::now() - began >= 200ms);
  REQUIRE(bench.relay.heal("f").hits == 1);
  proved("proxy postgres: slow_rows", {"injected", "counted", "healed"}, "wire_postgres_test");

  spec::WireFault cut = fault(Kind::cut_rows);
  std::get<spec::PostgresFault>(cut.what).rows = 5;
  bench.relay.inject("f", cut);
  REQUIRE_FALSE(succeeds(bench.connection, "SELECT generate_series(1, 10)"));
  REQUIRE(PQstatus(bench.connection.get()) == CONNECTION_BAD);
  REQUIRE(bench.relay.heal("f").hits == 1);
  PQreset(bench.connection.get());
  REQUIRE(PQntuples(run(bench.connection, "SELECT generate_series(1, 10)").get()) == 10);
  proved("proxy postgres: cut_rows", {"injected", "counted", "healed"}, "wire_postgres_test");
}

TEST_CASE("statements are late", "[wire][postgres]") {
  Bench bench;
  spec::WireFault late = fault(Kind::latency, "leads");
  std::get<spec::PostgresFault>(late.what).time = {spec::Delay::Kind::fixed, 150ms, 0ms};
  bench.relay.inject("f", late);
  const auto began = std::chrono::steady_clock::now();
  REQUIRE(succeeds(bench.connection, "INSERT INTO leads VALUES (1)"));
  REQUIRE(std::chrono::steady_clock::now() - began >= 150ms);
  REQUIRE(bench.relay.heal("f").hits == 1);
  REQUIRE(bench.rows("leads") == 1);
  proved("proxy postgres: latency", {"injected", "counted", "healed"}, "wire_postgres_test");
}

TEST_CASE("COPY passes, and fails when it must", "[wire][postgres]") {
  Bench bench;
  PGconn* const connection = bench.connection.get();
  bench.relay.inject("f", fault(Kind::disk_full, "others"));
  REQUIRE(PQresultStatus(run(bench.connection, "COPY leads FROM STDIN").get()) == PGRES_COPY_IN);
  REQUIRE(PQputCopyData(connection, "1\n2\n", 4) == 1);
  REQUIRE(PQputCopyEnd(connection, nullptr) == 1);
  while (const Outcome outcome{PQgetResult(connection)})
    REQUIRE(PQresultStatus(outcome.get()) == PGRES_COMMAND_OK);
  REQUIRE(bench.rows("leads") == 2);
  REQUIRE(state_of(run(bench.connection, "COPY others FROM STDIN")) == "53100");
  REQUIRE(bench.relay.heal("f").hits == 1);
}

}  // namespace
}  // namespace firedrill
