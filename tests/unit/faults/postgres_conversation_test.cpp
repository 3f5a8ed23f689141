#include "faults/model/postgres_message.hpp"
#include "tests/unit/faults/wire_bench.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using Kind = spec::PostgresFault::Kind;
using spec::StatementKind;

std::string int32(std::uint32_t value) {
  std::string text;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) text.push_back(static_cast<char>(value >> shift));
  return text;
}

const std::string kSslRequest = int32(8) + int32(80877103);
const std::string kStartup = int32(23) + int32(196608) + "user\0bob\0dtest\0\0"s.substr(0, 15);
const std::string kReady = postgres_message('Z', "I");
const std::string kReadyFailed = postgres_message('Z', "E");
const std::string kHello =
    postgres_message('R', int32(0)) + postgres_message('K', int32(1) + int32(2)) + kReady;
const std::string kRow = postgres_message('D', "\0\1\0\0\0\4abcd"s);
const std::string kSync = postgres_message('S', "");

std::string query(std::string text) { return postgres_message('Q', text + '\0'); }
std::string parse(const std::string& name, const std::string& text) {
  return postgres_message('P', name + '\0' + text + "\0\0\0"s);
}
std::string bind(const std::string& portal, const std::string& name) {
  return postgres_message('B', portal + '\0' + name + "\0\0\0\0\0\0\0"s);
}
std::string execute(const std::string& portal) {
  return postgres_message('E', portal + "\0\0\0\0\0"s);
}
std::string done(std::string tag) { return postgres_message('C', tag + '\0'); }
std::string error(const std::string& code, const std::string& message) {
  return postgres_message('E', "SERROR\0C"s + code + "\0M"s + message + "\0\0"s);
}
const std::string kFailingQuery = query("SELECT firedrill_fault");
const std::string kFailingParse = parse("firedrill_fault", "SELECT firedrill_fault");
const std::string kFailed = error("42703", "column \"firedrill_fault\" does not exist");

spec::WireFault fault(Kind kind, std::string table = "", std::vector<StatementKind> kinds = {}) {
  spec::PostgresFault postgres;
  postgres.kind = kind;
  postgres.table = std::move(table);
  postgres.statements = std::move(kinds);
  return {postgres, {}};
}

/// After the start of a session.
struct Session : WireBench {
  Session() : WireBench{WireProtocol::postgres, GENERATE(from_range(kPieces))} {
    client(kStartup);
    server(kHello);
    REQUIRE(to_server() == kStartup);
    REQUIRE(to_client() == kHello);
  }
};

std::string code_of(std::string_view message) {
  return std::string{postgres_error_field(message.substr(5), 'C')};
}

TEST_CASE("a session passes unchanged without faults", "[postgres]") {
  WireBench wire{WireProtocol::postgres, GENERATE(from_range(kPieces))};
  wire.client(kSslRequest);
  CHECK(wire.to_client() == "N");
  CHECK(wire.to_server().empty());
  const std::string asked = kStartup + postgres_message('p', "secret\0"s) + query("SELECT 1") +
                            parse("s", "SELECT 2") + bind("", "s") + execute("") + kSync +
                            postgres_message('X', "");
  const std::string answered = kHello + kRow + done("SELECT 1") + kReady +
                               postgres_message('1', "") + postgres_message('2', "") + kRow +
                               done("SELECT 1") + kReady;
  wire.client(asked);
  CHECK(wire.to_server() == asked);
  wire.server(answered);
  CHECK(wire.to_client() == answered);
}

TEST_CASE("whoever connects is refused", "[postgres]") {
  WireBench wire{WireProtocol::postgres, GENERATE(from_range(kPieces))};
  const auto [kind, code] = GENERATE(std::pair{Kind::too_many_connections, "53300"},
                                     std::pair{Kind::starting_up, "57P03"});
  wire.inject("f", fault(kind));
  wire.client(kSslRequest);
  CHECK(wire.to_client() == "N");
  CHECK_FALSE(wire.closed());
  wire.client(kStartup);
  CHECK(wire.to_server().empty());
  const std::string told = wire.to_client();
  CHECK(code_of(told) == code);
  CHECK(postgres_error_field(std::string_view{told}.substr(5), 'S') == "FATAL");
  CHECK(wire.closed());
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("cancelling a query passes", "[postgres]") {
  WireBench wire{WireProtocol::postgres, GENERATE(from_range(kPieces))};
  wire.inject("f", fault(Kind::too_many_connections));
  const std::string cancel = int32(16) + int32(80877102) + int32(1) + int32(2);
  wire.client(cancel);
  CHECK(wire.to_server() == cancel);
  CHECK(wire.counts("f").seen == 0);
}

TEST_CASE("a statement fails with PostgreSQL's own error, and no other does", "[postgres]") {
  Session wire;
  const auto [kind, code] =
      GENERATE(std::pair{Kind::disk_full, "53100"}, std::pair{Kind::read_only, "25006"});
  wire.inject("f", fault(kind));
  wire.client(query("SELECT * FROM leads"));
  CHECK(wire.to_server() == query("SELECT * FROM leads"));
  wire.server(kRow + done("SELECT 1") + kReady);
  CHECK(wire.to_client() == kRow + done("SELECT 1") + kReady);

  wire.client(query("INSERT INTO leads VALUES (1)"));
  CHECK(wire.to_server() == kFailingQuery);
  wire.server(kFailed + kReadyFailed);
  const std::string told = wire.to_client();
  CHECK(code_of(told) == code);
  CHECK(told.ends_with(kReadyFailed));
  if (kind == Kind::read_only)
    CHECK(told.find("cannot execute INSERT in a read-only transaction") != std::string::npos);
  const WireFaultCounts counts = wire.heal("f");
  CHECK(counts.seen == 1);
  CHECK(counts.hits == 1);

  wire.client(query("INSERT INTO leads VALUES (1)"));
  CHECK(wire.to_server() == query("INSERT INTO leads VALUES (1)"));
}

TEST_CASE("only the kinds and the tables that are named", "[postgres]") {
  Session wire;
  wire.inject("f", fault(Kind::disk_full, "lead*", {StatementKind::update}));
  for (const char* text : {"INSERT INTO leads VALUES (1)", "UPDATE calls SET a = 1"}) {
    wire.client(query(text));
    CHECK(wire.to_server() == query(text));
    wire.server(done("OK 1") + kReady);
    CHECK(wire.to_client() == done("OK 1") + kReady);
  }
  wire.client(query("UPDATE app.leads SET a = 1"));
  CHECK(wire.to_server() == kFailingQuery);
  CHECK(wire.counts("f").seen == 1);
}

TEST_CASE("what stands before the statement is carried out", "[postgres]") {
  Session wire;
  wire.inject("f", fault(Kind::disk_full));
  wire.client(query("BEGIN; INSERT INTO a VALUES (1); COMMIT"));
  CHECK(wire.to_server() == query("BEGIN; SELECT firedrill_fault"));
  wire.server(done("BEGIN") + kFailed + kReadyFailed);
  const std::string told = wire.to_client();
  CHECK(told.starts_with(done("BEGIN")));
  CHECK(code_of(std::string_view{told}.substr(done("BEGIN").size())) == "53100");
}

TEST_CASE("in a transaction that has failed already the server's own error stays", "[postgres]") {
  Session wire;
  wire.inject("f", fault(Kind::disk_full));
  wire.client(query("INSERT INTO a VALUES (1)"));
  const std::string own = error("25P02", "current transaction is aborted");
  wire.server(own + kReadyFailed);
  CHECK(wire.to_client() == own + kReadyFailed);
  CHECK(wire.counts("f").seen == 1);
  CHECK(wire.counts("f").hits == 0);
}

TEST_CASE("a prepared statement fails when it is executed, up to the Sync", "[postgres]") {
  Session wire;
  wire.inject("f", fault(Kind::disk_full));
  const std::string prepare = parse("ins", "INSERT INTO a VALUES ($1)") + parse("", "SELECT 1");
  const std::string sync = kSync;
  wire.client(prepare + bind("", "") + execute("") + bind("p", "ins") + execute("p") +
              bind("", "") + execute("") + sync);
  CHECK(wire.to_server() == prepare + bind("", "") + execute("") + bind("p", "ins") +
                                kFailingParse + bind("", "") + execute("") + sync);
  const std::string before = postgres_message('1', "") + postgres_message('1', "") +
                             postgres_message('2', "") + kRow + done("SELECT 1") +
                             postgres_message('2', "");
  wire.server(before + kFailed + kReady);
  const std::string told = wire.to_client();
  CHECK(told.starts_with(before));
  CHECK(code_of(std::string_view{told}.substr(before.size())) == "53100");
  CHECK(told.ends_with(kReady));
  CHECK(wire.counts("f").hits == 1);

  // In step again: the next execution of the other statement passes.
  wire.client(bind("", "") + execute("") + sync);
  CHECK(wire.to_server() == bind("", "") + execute("") + sync);
  const std::string after = postgres_message('2', "") + kRow + done("SELECT 1") + kReady;
  wire.server(after);
  CHECK(wire.to_client() == after);
  CHECK(wire.counts("f").seen == 1);
}

TEST_CASE("the server's own error passes, and what was to fail behind it is skipped",
          "[postgres]") {
  Session wire;
  wire.inject("f", fault(Kind::disk_full));
  wire.client(parse("s", "SELECT 1/0") + bind("", "s") + execute("") +
              parse("i", "INSERT INTO a VALUES (1)") + bind("", "i") + execute("") + kSync);
  const std::string own = error("22012", "division by zero");
  wire.server(postgres_message('1', "") + postgres_message('2', "") + own + kReady);
  CHECK(wire.to_client() == postgres_message('1', "") + postgres_message('2', "") + own + kReady);
  CHECK(wire.counts("f").hits == 0);
  wire.client(query("INSERT INTO a VALUES (1)"));
  wire.server(kFailed + kReady);
  CHECK(code_of(wire.to_client()) == "53100");
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("a statement time-out comes after its time", "[postgres]") {
  Session wire;
  spec::WireFault slow = fault(Kind::statement_timeout, "", {StatementKind::select});
  std::get<spec::PostgresFault>(slow.what).time = {spec::Delay::Kind::fixed, 300ms, 0ms};
  wire.inject("f", slow);
  wire.client(query("SELECT 1"));
  CHECK(wire.to_server() == kFailingQuery);
  CHECK(wire.last_to_server() == 300ms);
  wire.wait(300ms);
  wire.server(kFailed + kReady);
  CHECK(code_of(wire.to_client()) == "57014");
}

TEST_CASE("an administrator ends the session", "[postgres]") {
  Session wire;
  wire.inject("f", fault(Kind::admin_shutdown, "leads"));
  wire.client(query("SELECT 1"));
  wire.client(query("SELECT * FROM leads"));
  CHECK(wire.to_server() == query("SELECT 1"));
  CHECK_FALSE(wire.closed());  // the first answer is under way
  wire.server(kRow + done("SELECT 1") + kReady);
  const std::string before = kRow + done("SELECT 1") + kReady;
  const std::string told = wire.to_client();
  REQUIRE(told.starts_with(before));
  CHECK(code_of(std::string_view{told}.substr(before.size())) == "57P01");
  CHECK(wire.closed());
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("rows come slowly, those of the statements that fit", "[postgres]") {
  Session wire;
  spec::WireFault slow = fault(Kind::slow_rows, "leads");
  std::get<spec::PostgresFault>(slow.what).time = {spec::Delay::Kind::fixed, 20ms, 0ms};
  wire.inject("f", slow);
  wire.client(query("SELECT 1; SELECT * FROM leads"));
  wire.server(kRow + kRow + done("SELECT 2"));
  CHECK(wire.last_to_client() == 0ms);
  wire.server(kRow + kRow + kRow + done("SELECT 3") + kReady);
  CHECK(wire.last_to_client() == 60ms);
  CHECK(wire.to_client() ==
        kRow + kRow + done("SELECT 2") + kRow + kRow + kRow + done("SELECT 3") + kReady);
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("a result is cut in the midst of a row", "[postgres]") {
  Session wire;
  spec::WireFault cut = fault(Kind::cut_rows);
  std::get<spec::PostgresFault>(cut.what).rows = 2;
  wire.inject("f", cut);
  wire.client(query("SELECT 1"));
  wire.server(kRow + kRow + done("SELECT 2") + kReady);  // too short to be cut
  CHECK(wire.to_client() == kRow + kRow + done("SELECT 2") + kReady);
  CHECK(wire.counts("f").hits == 0);
  wire.client(query("SELECT 1"));
  wire.server(kRow + kRow + kRow + done("SELECT 3") + kReady);
  CHECK(wire.to_client() == kRow + kRow + kRow.substr(0, kRow.size() / 2));
  CHECK(wire.closed());
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("latency and scripts by count", "[postgres]") {
  Session wire;
  spec::WireFault late = fault(Kind::latency, "", {StatementKind::insert});
  std::get<spec::PostgresFault>(late.what).time = {spec::Delay::Kind::fixed, 50ms, 0ms};
  late.picks = {std::nullopt, 1, 1};
  wire.inject("f", late);
  wire.client(query("SELECT 1") + query("INSERT INTO a VALUES (1)"));
  CHECK(wire.last_to_server() == 50ms);
  wire.client(query("INSERT INTO a VALUES (1)"));
  CHECK(wire.last_to_server() == 50ms);
  wire.client(query("INSERT INTO a VALUES (1)"));
  CHECK(wire.last_to_server() == 100ms);
  CHECK(wire.counts("f").seen == 3);
  CHECK(wire.counts("f").hits == 2);
}

TEST_CASE("COPY stays in step, also behind a Sync that the server passes over", "[postgres]") {
  Session wire;
  wire.inject("f", fault(Kind::disk_full, "other"));
  wire.client(parse("", "COPY t FROM STDIN") + bind("", "") + execute("") + kSync);
  wire.server(postgres_message('1', "") + postgres_message('2', "") +
              postgres_message('G', "\0\0\0"s));
  wire.client(postgres_message('d', "1\n") + postgres_message('c', "") + kSync);
  wire.server(done("COPY 1") + kReady);
  static_cast<void>(wire.to_server());
  static_cast<void>(wire.to_client());
  wire.client(query("INSERT INTO other VALUES (1)"));
  CHECK(wire.to_server() == kFailingQuery);
  wire.server(kFailed + kReady);
  CHECK(code_of(wire.to_client()) == "53100");
}

TEST_CASE("a long query is decided before it is whole", "[postgres]") {
  WireBench wire{WireProtocol::postgres, 5000};
  wire.client(kStartup);
  wire.server(kHello);
  wire.inject("f", fault(Kind::disk_full));
  const std::string large = query("INSERT INTO a VALUES ('" + std::string(1'000'000, 'x') + "')");
  static_cast<void>(wire.to_server());
  wire.client(std::string_view{large}.substr(0, 100'000));
  CHECK(wire.to_server() == kFailingQuery);
  wire.client(std::string_view{large}.substr(100'000));
  CHECK(wire.to_server().empty());
  const std::string read = query("SELECT '" + std::string(1'000'000, 'x') + "'");
  wire.client(read);
  CHECK(wire.to_server() == read);
}

TEST_CASE("what is not PostgreSQL passes", "[postgres]") {
  WireBench wire{WireProtocol::postgres, GENERATE(from_range(kPieces))};
  wire.inject("f", fault(Kind::too_many_connections));
  wire.client("GET / HTTP/1.1\r\n\r\n");
  CHECK(wire.to_server() == "GET / HTTP/1.1\r\n\r\n");
  wire.server("HTTP/1.1 200 OK\r\n\r\n");
  CHECK(wire.to_client() == "HTTP/1.1 200 OK\r\n\r\n");
  wire.end(Direction::upstream);
  wire.end(Direction::downstream);
  CHECK(wire.ends() == 2);
}

}  // namespace
}  // namespace firedrill
