#include "harness/text/request_id.hpp"
#include "tests/unit/expect/observed.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

/// `requests` of the drill, from 2 s on, that call `attempts` times each.
SimulatedDrill calls(std::size_t requests, std::size_t attempts) {
  SimulatedDrill drill = empty_drill();
  drill.result.seed = 7;
  Ledger ledger{"openai", {}, 0};
  for (std::size_t i = 0; i < requests; ++i) {
    for (std::size_t attempt = 0; attempt < attempts; ++attempt) {
      LedgerEntry entry;
      entry.arrived = 2s + i * 1ms + attempt * 100ms;
      entry.done = entry.arrived + 1ms;
      entry.method = "POST";
      entry.path = "/v1/chat/completions";
      entry.status = 503;
      entry.correlation_id = request_id_prefix(7) + "score-" + std::to_string(i);
      ledger.entries.push_back(entry);
    }
  }
  drill.result.ledgers = {ledger};
  return drill;
}

spec::AmplificationExpectation average(double most) {
  spec::AmplificationExpectation out;
  out.mock = "openai";
  out.attempts = spec::NumberBound{spec::Comparison::less_equal, most};
  return out;
}

}  // namespace

TEST_CASE("amplification: attempts of each request that reached the mock", "[expect][attempts]") {
  CHECK(finding_of(calls(50, 1), average(1.2), {"outage"}).verdict == Verdict::pass);
  const Finding storm = finding_of(calls(50, 3), average(1.2), {"outage"});
  CHECK(storm.verdict == Verdict::fail);
  CHECK(storm.observed == "3 (150 calls of 50 requests)");
  REQUIRE(storm.evidence.size() == 3);
  CHECK(storm.evidence[0] == "+2.00 s fd-00000007-score-0: 3 calls in 200 ms");
  CHECK(finding_of(calls(50, 3), average(3), {"outage"}).verdict == Verdict::pass);
}

TEST_CASE("amplification: one request that calls too often", "[expect][attempts]") {
  spec::AmplificationExpectation most;
  most.mock = "openai";
  most.attempts_max = 2;
  SimulatedDrill drill = calls(50, 1);
  CHECK(finding_of(drill, most, {"outage"}).verdict == Verdict::pass);
  for (int i = 0; i < 3; ++i) {
    LedgerEntry again = drill.result.ledgers[0].entries[7];
    again.arrived += (i + 1) * 10ms;
    drill.result.ledgers[0].entries.push_back(again);
  }
  const Finding finding = finding_of(drill, most, {"outage"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why == "one request called 4 times");
  CHECK(finding.evidence.size() == 1);
}

TEST_CASE("amplification: too few requests, or ids that are not ours, prove nothing",
          "[expect][attempts]") {
  CHECK(finding_of(calls(19, 1), average(1.2), {"outage"}).verdict == Verdict::inconclusive);
  CHECK(finding_of(calls(50, 1), average(1.2), {"steady"}).why ==
        "no call reached openai in this window");
  SimulatedDrill lost = calls(50, 3);
  for (LedgerEntry& entry : lost.result.ledgers[0].entries) entry.correlation_id = "";
  const Finding finding = finding_of(lost, average(1.2), {"outage"});
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("150 of 150 calls carried no correlation id of this drill") == 0);
}

TEST_CASE("correlation: calls carry the id of their request", "[expect][attempts]") {
  spec::CorrelationExpectation all;
  all.mock = "openai";
  CHECK(finding_of(calls(50, 1), all, {"outage"}).verdict == Verdict::pass);
  SimulatedDrill lost = calls(50, 1);
  lost.result.ledgers[0].entries[3].correlation_id = "clinic-12345678";
  const Finding finding = finding_of(lost, all, {"outage"});
  CHECK(finding.verdict == Verdict::fail);
  REQUIRE(finding.evidence.size() == 1);
  CHECK(finding.evidence[0].find("id clinic-12345678") != std::string::npos);
  CHECK(finding_of(lost, all, {"steady"}).verdict == Verdict::inconclusive);
}

TEST_CASE("amplification: where nothing fails nobody is tempted to call again",
          "[expect][attempts]") {
  SimulatedDrill calm = calls(50, 1);
  for (LedgerEntry& entry : calm.result.ledgers[0].entries) entry.status = 200;
  const Finding finding = finding_of(calm, average(1.2), {"outage"});
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("nothing tempted it") != std::string::npos);
  SimulatedDrill storm = calls(50, 3);  // but whoever calls again all the same, does
  for (LedgerEntry& entry : storm.result.ledgers[0].entries) entry.status = 200;
  CHECK(finding_of(storm, average(1.2), {"outage"}).verdict == Verdict::fail);
}
