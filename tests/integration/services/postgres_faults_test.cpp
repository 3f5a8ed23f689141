#include "tests/integration/services/bench.hpp"
#include "tests/support/proof.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

const std::string kInsert = "INSERT INTO patients (name) VALUES ('c') RETURNING name";
const std::string kRead = "SELECT name FROM patients ORDER BY id LIMIT 1";
const std::string kOurs =
    "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'firedrill/%'";
const std::string kQuick = "-c lock_timeout=200ms";

/// Reads and writes work, and nobody but the victim is there.
void require_as_before(ServiceBench& bench) {
  REQUIRE(bench.ask(kRead) == "a");
  REQUIRE(bench.ask(kInsert) == "c");
  REQUIRE(bench.ask(kOurs) == "0");
}

void prove(const std::string& kind) {
  proved("postgres: " + kind, {"injected", "counted", "healed"},
         Catch::getResultCapture().getCurrentTestName());
}

}  // namespace

TEST_CASE("postgres: all connections held are refused to others, and given back",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::HoldConnections{}}).has_value());
  for (int i = 0; i < 100 && bench.ask(kRead) != "53300"; ++i) bench.wait(20ms);
  bench.wait(100ms);  // whoever was on the way out is out
  REQUIRE(bench.ask(kRead) == "53300");
  REQUIRE(bench.promises() == 1);
  bench.heal();
  REQUIRE(bench.hits() == 6);  // of 10, three are kept for administrators, and one is ours to look
  require_as_before(bench);
  prove("hold_connections");
}

TEST_CASE("postgres: a number of connections held leaves the others", "[services][postgres]") {
  ServiceBench bench{postgres()};
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::HoldConnections{5}}).has_value());
  REQUIRE(bench.hits() == 5);
  PgSession last = bench.pg();
  for (int i = 0; i < 100 && !last.open(); ++i) {  // whoever was on the way out takes a moment
    if (!bench.connect(last).empty()) bench.wait(20ms);
  }
  REQUIRE(last.open());
  REQUIRE(bench.ask(kRead) == "53300");
  bench.heal();
  require_as_before(bench);
}

TEST_CASE("postgres: a number of connections that grows, and is given back by and by",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  const auto becomes = [&bench](const std::string& held) {
    for (int i = 0; i < 200 && bench.ask(kOurs) != held; ++i) bench.wait(20ms);
    return bench.ask(kOurs) == held;
  };
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::HoldConnections{4}}, 0.0).has_value());
  REQUIRE(bench.ask(kOurs) == "0");
  bench.set_strength(0.5);
  REQUIRE(becomes("2"));
  bench.set_strength(1);
  REQUIRE(becomes("4"));
  bench.heal();
  REQUIRE(bench.hits() == 4);
  require_as_before(bench);

  REQUIRE(
      bench.begin(spec::PostgresServerFault{spec::LongQueries{4, "patients"}}, 1.0).has_value());
  REQUIRE(becomes("4"));
  bench.set_strength(0.3);
  REQUIRE(becomes("2"));
  bench.heal();
  REQUIRE(bench.hits() == 4);
  require_as_before(bench);
}

TEST_CASE("postgres: what becomes free while all are held is held too", "[services][postgres]") {
  ServiceBench bench{postgres()};
  PgSession early = bench.pg();
  REQUIRE(bench.connect(early).empty());
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::HoldConnections{}}).has_value());
  REQUIRE(bench.hits() <= 5);
  REQUIRE(bench.ask(early, kRead) == "a");
  early.close();
  for (int i = 0; i < 100 && bench.ask(kRead) != "53300"; ++i) bench.wait(20ms);
  bench.wait(100ms);
  REQUIRE(bench.ask(kRead) == "53300");
  bench.heal();
  REQUIRE(bench.hits() == 6);
  require_as_before(bench);
}

TEST_CASE("postgres: a transaction left open holds a table", "[services][postgres]") {
  ServiceBench bench{postgres()};
  REQUIRE(bench.ask(kRead, kQuick) == "a");
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::IdleInTransaction{2, "patients", false}})
              .has_value());
  REQUIRE(bench.hits() == 2);
  REQUIRE(bench.ask(kRead, kQuick) == "55P03");  // lock_not_available
  REQUIRE(bench.ask(kInsert, kQuick) == "55P03");
  bench.heal();
  require_as_before(bench);
  prove("idle_in_transaction");
}

TEST_CASE("postgres: a transaction left open holds rows, which can still be read",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::IdleInTransaction{1, "patients", true}})
              .has_value());
  REQUIRE(bench.hits() == 1);
  REQUIRE(bench.ask(kRead, kQuick) == "a");
  REQUIRE(bench.ask("UPDATE patients SET name = 'x'", kQuick) == "55P03");
  bench.heal();
  require_as_before(bench);
}

TEST_CASE("postgres: a table that is not there breaks nothing, and says so",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  const auto begun =
      bench.begin(spec::PostgresServerFault{spec::IdleInTransaction{1, "nowhere", false}});
  REQUIRE_FALSE(begun.has_value());
  REQUIRE(begun.error().message.find("nowhere") != std::string::npos);
  REQUIRE(bench.hits() == 0);
  bench.heal();
  require_as_before(bench);
}

TEST_CASE("postgres: statements without end are in the way of others", "[services][postgres]") {
  ServiceBench bench{postgres()};
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::LongQueries{3, "patients"}}).has_value());
  REQUIRE(bench.hits() == 3);
  REQUIRE(bench.ask(kOurs) == "3");
  REQUIRE(bench.ask("TRUNCATE patients", kQuick) == "55P03");
  bench.heal();
  require_as_before(bench);
  prove("long_queries");
}

TEST_CASE("postgres: sessions of others are ended, once or again and again",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  PgSession victim = bench.pg();
  REQUIRE(bench.connect(victim).empty());
  REQUIRE(bench.ask(victim, kRead) == "a");
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::TerminateBackends{100ms}}).has_value());
  REQUIRE(bench.hits() == 1);
  const std::string seen = bench.ask(victim, kRead);
  REQUIRE((seen == "57P01" || seen == "gone"));
  REQUIRE_FALSE(victim.open());
  REQUIRE(bench.connect(victim).empty());
  for (int i = 0; i < 100 && bench.hits() < 2; ++i) bench.wait(20ms);
  REQUIRE(bench.hits() == 2);
  bench.heal();
  require_as_before(bench);
  prove("terminate_backends");
}

TEST_CASE("postgres: statements are cancelled, until the setting is what it was",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  REQUIRE(bench.ask("SHOW statement_timeout") == "7s");
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::StatementTimeout{50ms}}).has_value());
  REQUIRE(bench.hits() == 1);  // our own look
  REQUIRE(bench.ask("SELECT pg_sleep(0.3)") == "57014");
  REQUIRE(bench.ask(kRead) == "a");
  bench.wait(50ms);  // the log arrives
  bench.heal();
  REQUIRE(bench.hits() == 2);
  REQUIRE(bench.ask("SHOW statement_timeout") == "7s");
  REQUIRE(bench.ask("SELECT pg_sleep(0.3)").empty());
  require_as_before(bench);
  prove("statement_timeout");
}

TEST_CASE("postgres: nothing can be written, until the setting is what it was",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  PgSession early = bench.pg();
  REQUIRE(bench.connect(early).empty());
  REQUIRE(bench.ask(early, kInsert) == "c");
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::ReadOnly{}}).has_value());
  REQUIRE(bench.ask(kInsert) == "25006");
  REQUIRE(bench.ask(early, kInsert) == "25006");  // sessions that were there see it too
  REQUIRE(bench.ask(kRead) == "a");
  bench.wait(50ms);
  bench.heal();
  REQUIRE(bench.hits() == 3);
  REQUIRE(bench.ask(early, kInsert) == "c");
  require_as_before(bench);
  prove("read_only");
}

TEST_CASE("postgres: a full disk refuses writes and lets reads go on", "[services][postgres]") {
  ServiceBench bench{postgres()};
  const std::string big =
      "INSERT INTO patients (name) SELECT repeat('x', 500) FROM generate_series(1, 1000)";
  const std::string disk = bench.service().folder() + "/disk";
  const auto begun = bench.begin(spec::PostgresServerFault{spec::NoSpace{8 * 1024 * 1024}});
  if (::geteuid() != 0) {
    REQUIRE_FALSE(begun.has_value());
    REQUIRE(begun.error().message.find("only root") != std::string::npos);
    bench.heal();
    require_as_before(bench);
    WARN("only root can show a full disk");
    return;
  }
  INFO((begun ? "" : begun.error().message));
  REQUIRE(begun.has_value());
  REQUIRE(bench.hits() == 1);
  REQUIRE(bench.ask(big) == "53100");
  REQUIRE(bench.ask(kRead) == "a");
  bench.wait(50ms);
  bench.heal();
  REQUIRE(bench.hits() == 2);
  std::ifstream mounts{"/proc/self/mountinfo"};
  const std::string all{std::istreambuf_iterator<char>{mounts}, std::istreambuf_iterator<char>{}};
  REQUIRE(all.find(disk) == std::string::npos);
  REQUIRE(bench.ask(big).empty());
  REQUIRE(bench.ask("SELECT count(*) FROM pg_tablespace") == "2");
  require_as_before(bench);
  prove("no_space");
}

TEST_CASE("postgres: a server that is stopped is gone, and comes back with its data",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  PgSession early = bench.pg();
  REQUIRE(bench.connect(early).empty());
  REQUIRE(bench.begin(spec::Stop{}).has_value());
  REQUIRE(bench.hits() == 1);
  REQUIRE(bench.ask(kRead) == "gone");
  REQUIRE_FALSE(bench.ask(early, kRead) == "a");
  bench.heal();
  require_as_before(bench);
  prove("stop");
}

TEST_CASE("postgres: a restart cuts sessions and keeps the data", "[services][postgres]") {
  ServiceBench bench{postgres()};
  PgSession early = bench.pg();
  REQUIRE(bench.connect(early).empty());
  REQUIRE(bench.begin(spec::Restart{}).has_value());
  REQUIRE(bench.hits() == 1);
  const std::string seen = bench.ask(early, kRead);
  REQUIRE((seen == "57P01" || seen == "gone"));
  REQUIRE(bench.ask(kRead) == "a");
  bench.heal();
  require_as_before(bench);
  prove("restart");
}

TEST_CASE("postgres: a journal is enough to undo what a dead runner did", "[services][postgres]") {
  ServiceBench bench{postgres()};
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::ReadOnly{}}).has_value());
  REQUIRE(bench.ask(kInsert) == "25006");
  const Leftovers left = bench.heal_from_journal();
  REQUIRE(left.not_healed.empty());
  REQUIRE(left.healed.size() == 1);
  REQUIRE(bench.ask(kInsert) == "c");
  bench.heal();  // once more does no harm
  require_as_before(bench);
}

TEST_CASE("postgres: held sessions of a dead runner are ended from its journal",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  REQUIRE(bench.begin(spec::PostgresServerFault{spec::LongQueries{2, "patients"}}).has_value());
  const Leftovers left = bench.heal_from_journal();
  REQUIRE(left.not_healed.empty());
  REQUIRE(bench.ask(kOurs) == "0");
  bench.heal();
  require_as_before(bench);
}

TEST_CASE("postgres: a private server leaves nothing behind", "[services][postgres]") {
  std::string folder;
  {
    ServiceBench bench{postgres()};
    folder = bench.service().folder();
    REQUIRE(std::filesystem::exists(folder));
    REQUIRE(processes_in(folder).size() >= 4);  // the server and its workers
  }
  REQUIRE_FALSE(std::filesystem::exists(folder));
  REQUIRE(processes_in(folder).empty());
}

TEST_CASE("postgres: a private server whose drill is gone is ended by its folder",
          "[services][postgres]") {
  ServiceBench bench{postgres()};
  const std::string folder = bench.service().folder();
  PgSession busy = bench.pg();
  REQUIRE(bench.connect(busy).empty());
  REQUIRE(carry_out(ServiceUndo{RemoveServiceFolder{folder}}).has_value());
  REQUIRE_FALSE(std::filesystem::exists(folder));
  REQUIRE(processes_in(folder).empty());
  REQUIRE(bench.ask(kRead) == "gone");
}
