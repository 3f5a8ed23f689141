// Proxies and their faults: what cannot be said by a shape.
#include "harness/spec/proxies.hpp"

#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <variant>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

Loaded with(const std::string& proxies, const std::string& fault) {
  return load(R"(firedrill: 1
name: proxies
system: { clinic: {} }
mocks: { openai: {} }
proxies: { )" +
              proxies + R"( }
traffic: { score: { rate: 40/s, request: { post: /score, json: {} } } }
timeline:
  - outage: 1s
    inject: [{ )" +
              fault + R"( }]
expect: [{ slo: failed.rate < 100% }]
)");
}

const std::string kApi = "api: { upstream: \"${mocks.openai.url}\", protocol: http }";
const std::string kDb = "db: { upstream: \"127.0.0.1:5432\", protocol: postgres }";

}  // namespace

TEST_CASE("proxies: what they are and what is done to them", "[scenario][proxies]") {
  const Loaded loaded = with(kApi + ", bytes: { upstream: \"localhost:9\", port: 1234 }",
                             "proxy: api, http: { respond: { status: 503, json: { a: 1 } }, when: "
                             "{ method: POST, path: /v1/* }, pattern: \"fail 2, pass 1\" }");
  REQUIRE(lines_of(loaded) == std::vector<std::string>{});
  const spec::Scenario& scenario = *loaded.scenario;
  REQUIRE(scenario.proxies.size() == 2);
  CHECK(scenario.proxies[0].first == "api");
  CHECK(scenario.proxies[0].second.protocol == spec::ProxyProtocol::http);
  CHECK(scenario.proxies[1].second.protocol == spec::ProxyProtocol::tcp);
  CHECK(scenario.proxies[1].second.port == 1234);
  REQUIRE(scenario.faults.size() == 1);
  CHECK(scenario.faults[0].name == "api@outage");
  const auto& proxied = std::get<spec::ProxiedFault>(scenario.faults[0].what);
  const auto& wire = std::get<spec::WireFault>(proxied.what);
  CHECK(wire.picks.fail_count == 2);
  CHECK(wire.picks.pass_count == 1);
  const auto& http = std::get<spec::HttpFault>(wire.what);
  CHECK(http.respond->status == 503);
  CHECK(http.respond->body == "{\"a\":1}");
  CHECK(http.match.methods == std::vector<std::string>{"POST"});
  CHECK(http.match.path == "/v1/*");
}

TEST_CASE("proxies: the kinds of faults", "[scenario][proxies]") {
  const auto postgres = [](const std::string& fault) {
    const Loaded loaded = with(kDb, "proxy: db, postgres: { " + fault + " }");
    REQUIRE(lines_of(loaded) == std::vector<std::string>{});
    const auto& proxied = std::get<spec::ProxiedFault>(loaded.scenario->faults[0].what);
    return std::get<spec::PostgresFault>(std::get<spec::WireFault>(proxied.what).what);
  };
  const spec::PostgresFault timeout = postgres("error: statement_timeout, after: 300ms");
  CHECK(timeout.kind == spec::PostgresFault::Kind::statement_timeout);
  CHECK(timeout.time.a == 300ms);
  const spec::PostgresFault cut = postgres("cut_rows: 3, statements: [delete], table: t");
  CHECK(cut.kind == spec::PostgresFault::Kind::cut_rows);
  CHECK(cut.rows == 3);
  CHECK(cut.statements == std::vector{spec::StatementKind::remove});
  CHECK(cut.table == "t");

  const Loaded bytes = with(kDb, "proxy: db, tcp: { timeout: forever, stream: both, share: 50% }");
  REQUIRE(lines_of(bytes) == std::vector<std::string>{});
  const auto& fault =
      std::get<spec::ProxyFault>(std::get<spec::ProxiedFault>(bytes.scenario->faults[0].what).what);
  CHECK(fault.stream == spec::ProxyStream::both);
  CHECK(fault.share.value == 0.5);
  CHECK_FALSE(std::get<spec::ProxyTimeout>(fault.action).time);
}

TEST_CASE("proxies: headers are set, or taken out", "[scenario][proxies]") {
  const Loaded loaded =
      with(kApi,
           "proxy: api, http: { set_headers: { a: 1, b: false, c: \"false\" }, wrong_length: "
           "+10 }");
  REQUIRE(lines_of(loaded) == std::vector<std::string>{});
  const auto& proxied = std::get<spec::ProxiedFault>(loaded.scenario->faults[0].what);
  const auto& http = std::get<spec::HttpFault>(std::get<spec::WireFault>(proxied.what).what);
  REQUIRE(http.headers.size() == 3);
  CHECK(http.headers[0].value == "1");
  CHECK_FALSE(http.headers[1].value);
  CHECK(http.headers[2].value == "false");
  CHECK(http.wrong_length == 10);
}

TEST_CASE("proxies: mistakes", "[scenario][proxies]") {
  const auto says = [](const std::string& proxies, const std::string& fault,
                       const std::string& wanted) {
    const Loaded loaded = with(proxies, fault);
    CHECK_FALSE(loaded.scenario);
    REQUIRE(loaded.problems.size() == 1);
    CHECK_THAT(loaded.problems[0].message, Catch::Contains(wanted));
  };
  const std::string down = "proxy: db, tcp: { down: true }";
  says(kDb, "proxy: dv, tcp: { down: true }", "no proxy 'dv' (did you mean 'db'?)");
  says(kDb, "proxy: db, http: { reset: true }",
       "the proxy 'db' does not read http; give it 'protocol: http'");
  says("db: { upstream: db.example.com:5432 }", down, "is outside this machine");
  says("db: { upstream: localhost }", down, "HOST:PORT wanted, such as 127.0.0.1:5432");
  says("db: { upstream: \"${mocks.opnai.url}\" }", down, "did you mean 'mocks.openai.url'?");
  says("db: { upstream: \"${proxies.db.address}\" }", down, "unknown variable");
  says(kDb, "proxy: db, tcp: { latency: 5ms, share: 0% }", "never happens");
  says(kDb, "proxy: db, tcp: { slicer: { average: 4B, variation: 4B } }", "below 'average'");
  says(kDb, "proxy: db, postgres: { error: statement_timeout }", "'after' a time");
  says(kDb, "proxy: db, postgres: { error: disk_full, after: 1s }", "only a statement_timeout");
  says(kDb, "proxy: db, postgres: { error: starting_up, table: a }", "whoever connects");
  says(kApi, "proxy: api, http: { drip: { bytes: 0B, every: 1ms } }", "at least 1B");
  says(kApi, "proxy: api, http: { respond: { status: 204, body: x } }", "has no body");
}

TEST_CASE("proxies: what can be ramped, and what knows no less of itself", "[scenario][proxies]") {
  const auto problems = [](const std::string& fault) {
    return lines_of(with(kApi + ", " + kDb, fault + ", ramp: 500ms"));
  };
  for (const char* const fault :
       {"proxy: db, tcp: { latency: 40ms }", "proxy: db, tcp: { bandwidth: { rate: 0B } }",
        "proxy: db, tcp: { reset: 0ms, share: 50% }", "proxy: db, tcp: { refuse: true }",
        "proxy: db, tls: { certificate: expired }", "proxy: db, postgres: { slow_rows: 10ms }",
        "proxy: api, http: { drip: { bytes: 1B, every: 10ms } }"}) {
    CHECK(problems(fault) == std::vector<std::string>{});
  }
  const auto refused = problems("proxy: db, tcp: { down: true }");
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].find("a proxy is down for all connections or for none") != std::string::npos);
}
