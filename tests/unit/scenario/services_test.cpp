#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

std::string with_services(const std::string& services, const std::string& inject = "") {
  std::string text{kPlain};
  text.replace(text.find("traffic:"), 0, "services: " + services + "\n");
  if (!inject.empty()) {
    const std::string phase = "  - outage: 4s\n";
    text.replace(text.find(phase), phase.size(), phase + "    inject: [" + inject + "]\n");
  }
  return text;
}

/// The one problem there is.
std::string problem_of(const std::string& services, const std::string& inject = "") {
  const Loaded loaded = load(with_services(services, inject));
  CAPTURE(lines_of(loaded));
  REQUIRE(loaded.problems.size() == 1);
  return loaded.problems[0].message;
}

bool has(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

const spec::PostgresServerFault& postgres_fault(const Loaded& loaded) {
  const auto& fault = std::get<spec::ServiceFault>(loaded.scenario->faults.at(0).what);
  return std::get<spec::PostgresServerFault>(fault.what);
}

}  // namespace

TEST_CASE("services: private ones arrive with what they are told", "[scenario][services]") {
  const Folder folder;
  const std::string file =
      folder.write("s.yaml", with_services("{ postgres: { port: 15432, within: 5s, database: app, "
                                           "init: sql/a.sql, settings: { max_connections: 20 } }, "
                                           "redis: {} }"));
  static_cast<void>(folder.write("sql/a.sql", "SELECT 1;"));
  const Loaded loaded = load_scenario(file, no_env());
  REQUIRE(lines_of(loaded) == Lines{});
  REQUIRE(loaded.scenario->services.size() == 2);
  const spec::Service& postgres = loaded.scenario->services[0].second;
  CHECK(loaded.scenario->services[0].first == "postgres");
  CHECK(postgres.kind == spec::ServiceKind::postgres);
  CHECK_FALSE(postgres.given());
  CHECK(postgres.port == 15432);
  CHECK(postgres.within == Duration{5s});
  CHECK(postgres.database == "app");
  CHECK(postgres.init_sql == "SELECT 1;");
  CHECK(postgres.settings ==
        std::vector<std::pair<std::string, std::string>>{{"max_connections", "20"}});
  CHECK(loaded.scenario->services[1].second.kind == spec::ServiceKind::redis);
}

TEST_CASE("services: a file that is not there is an error at its place", "[scenario][services]") {
  CHECK(has(problem_of("{ postgres: { init: nowhere.sql } }"), "nowhere.sql"));
}

TEST_CASE("services: what keeps a private server private cannot be set", "[scenario][services]") {
  CHECK(problem_of("{ postgres: { settings: { listen_addresses: '*' } } }") ==
        "the drill sets 'listen_addresses' of its own server");
  CHECK(problem_of("{ redis: { settings: { bind: 0.0.0.0 } } }") ==
        "the drill sets 'bind' of its own server");
  CHECK(has(problem_of("{ redis: { settings: { maxmemory: \"1mb\\nbind 0.0.0.0\" } } }"),
            "one line"));
}

TEST_CASE("services: one that is given is on this machine, or allowed", "[scenario][services]") {
  REQUIRE(problems(with_services("{ redis: { url: 'redis://u:p@127.0.0.1:6379/0' } }")) == Lines{});
  CHECK(has(problem_of("{ postgres: { url: 'postgres://u:p@db.example.com/app' } }"),
            "the host 'db.example.com' is outside this machine"));
  CHECK(has(problem_of("{ postgres: { url: 'postgres://127.0.0.1:5432@db.example.com/app' } }"),
            "the host 'db.example.com' is outside this machine"));
}

TEST_CASE("services: a given one is neither ended nor filled", "[scenario][services]") {
  const std::string given = "{ postgres: { url: 'postgres://127.0.0.1/app' } }";
  for (const char* fault : {"stop: true", "restart: true", "no_space: true"}) {
    CHECK(has(problem_of(given, "{ service: postgres, " + std::string{fault} + " }"),
              "works on a service that the drill starts itself"));
  }
  CHECK(problems(with_services(given, "{ service: postgres, read_only: true }")) == Lines{});
}

TEST_CASE("services: a fault names a service there is, of its own kind", "[scenario][services]") {
  CHECK(has(problem_of("{ redis: {} }", "{ service: postgres, read_only: true }"),
            "no service 'postgres'; declared: redis"));
  CHECK(has(problem_of("{ redis: {} }", "{ service: redis, read_only: true }"),
            "'read_only' is a fault of PostgreSQL"));
  CHECK(has(problem_of("{ postgres: {} }", "{ service: postgres, evict: true }"),
            "'evict' is a fault of Redis"));
}

TEST_CASE("services: faults arrive with their numbers", "[scenario][services]") {
  const auto fault = [](const std::string& what) {
    Loaded loaded = load(with_services("{ postgres: {} }", "{ service: postgres, " + what + " }"));
    REQUIRE(lines_of(loaded) == Lines{});
    return loaded;
  };
  CHECK_FALSE(
      std::get<spec::HoldConnections>(postgres_fault(fault("hold_connections: all"))).count);
  CHECK(std::get<spec::HoldConnections>(postgres_fault(fault("hold_connections: 7"))).count == 7U);
  const Loaded rows = fault("idle_in_transaction: { sessions: 3, lock_rows: patients }");
  const auto& idle = std::get<spec::IdleInTransaction>(postgres_fault(rows));
  CHECK(idle.sessions == 3);
  CHECK(idle.table == "patients");
  CHECK(idle.rows);
  CHECK(rows.scenario->faults[0].name == "postgres@outage");
  CHECK_FALSE(
      std::get<spec::TerminateBackends>(postgres_fault(fault("terminate_backends: true"))).every);
  CHECK(std::get<spec::NoSpace>(postgres_fault(fault("no_space: { size: 8MiB }"))).size ==
        8U * 1024 * 1024);
  CHECK(has(problem_of("{ postgres: {} }", "{ service: postgres, no_space: { size: 8B } }"),
            "1MiB to 1GiB"));
  CHECK(has(problem_of("{ redis: {} }", "{ service: redis, slow_commands: 2s }"), "at most 1s"));
}

TEST_CASE("services: their variables are known where those of mocks are", "[scenario][services]") {
  const auto with_env_of = [](const std::string& variable) {
    std::string text = with_services("{ postgres: {} }");
    const std::string system = "system: { clinic: {} }";
    return text.replace(text.find(system), system.size(),
                        "system: { clinic: {}, env: { A: \"" + variable + "\" } }");
  };
  CHECK(problems(with_env_of("${services.postgres.url}")) == Lines{});
  const Lines unknown = problems(with_env_of("${services.postgres.uri}"));
  REQUIRE(unknown.size() == 1);
  CHECK(has(unknown[0], "services.NAME.url"));
  CHECK(problems(with_env_of("${services.redis.url}")).size() == 1);
}

TEST_CASE("services: what can grow by and by, and what is there or is not",
          "[scenario][services]") {
  const std::string both = "{ postgres: {}, redis: {} }";
  const auto ramped = [](const std::string& fault) { return "{ " + fault + ", ramp: 1s }"; };
  for (const char* const fault : {"service: postgres, hold_connections: 20",
                                  "service: postgres, idle_in_transaction: { sessions: 3 }",
                                  "service: postgres, long_queries: { sessions: 2 }",
                                  "service: postgres, terminate_backends: { every: 200ms }",
                                  "service: redis, slow_commands: 50ms"}) {
    CHECK(lines_of(load(with_services(both, ramped(fault)))) == Lines{});
  }
  const auto why_not = [&](const std::string& fault) { return problem_of(both, ramped(fault)); };
  CHECK(has(why_not("service: postgres, hold_connections: all"), "'all' is no number"));
  CHECK(has(why_not("service: postgres, hold_connections: 1"), "one session cannot become more"));
  CHECK(has(why_not("service: postgres, idle_in_transaction: {}"), "one session cannot become"));
  CHECK(has(why_not("service: postgres, long_queries: {}"), "one session cannot become more"));
  CHECK(has(why_not("service: postgres, terminate_backends: true"), "say 'every'"));
  CHECK(has(why_not("service: redis, restart: true"), "no half of a restart"));
  CHECK(has(why_not("service: postgres, read_only: true"), "'ramp' cannot stand together"));
  CHECK(has(why_not("service: redis, max_clients: 5"), "'ramp' cannot stand together"));
}
