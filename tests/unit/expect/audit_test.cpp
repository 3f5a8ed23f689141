#include "tests/unit/expect/state.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

spec::AuditExpectation audited(std::vector<std::string> with = {}) {
  spec::AuditExpectation audit;
  audit.of = {"score"};
  audit.reading = "trail";
  audit.with = std::move(with);
  return audit;
}

SimulatedDrill trail(Rows entries) {
  SimulatedDrill drill = empty_drill();
  drill.result.streams.front().receipts = {receipt_of("c1", 200), receipt_of("c2", 204),
                                           receipt_of("c3", 404), receipt_of("c4", 0)};
  drill.result.state = {reading_of("trail", {"correlation_id", "who"}, std::move(entries))};
  return drill;
}

Judgement judged_audit(SimulatedDrill drill, spec::AuditExpectation audit) {
  return judged_as(std::move(drill), std::move(audit), {});
}

}  // namespace

TEST_CASE("audit: every acknowledged request has its entry", "[expect][state]") {
  const Judgement judgement = judged_audit(trail({{"c1", "a"}, {"c2", "b"}, {"x", ""}}), audited());
  CHECK(judgement.verdict() == Verdict::pass);
  CHECK(judgement.findings.front().samples == 2);
}

TEST_CASE("audit: a gap is named by the request", "[expect][state]") {
  const Finding gap = judged_audit(trail({{"c1", "a"}}), audited()).findings.front();
  CHECK(gap.verdict == Verdict::fail);
  CHECK(gap.observed == "1 of 2 requests otherwise");
  CHECK(gap.evidence == std::vector<std::string>{"c2, answered 204 at +1.01 s: 0 entries"});
}

TEST_CASE("audit: refused requests too, where the runbook says so", "[expect][state]") {
  spec::AuditExpectation audit = audited();
  audit.status = {{200, 299}, {400, 499}};
  CHECK(judged_audit(trail({{"c1", "a"}, {"c2", "b"}}), audit).verdict() == Verdict::fail);
  CHECK(judged_audit(trail({{"c1", "a"}, {"c2", "b"}, {"c3", "c"}}), audit).verdict() ==
        Verdict::pass);
}

TEST_CASE("audit: one entry each", "[expect][state]") {
  spec::AuditExpectation audit = audited();
  const Rows twice{{"c1", "a"}, {"c2", "b"}, {"c2", "b"}};
  CHECK(judged_audit(trail(twice), audit).verdict() == Verdict::pass);
  audit.entries = {spec::Comparison::equal, 1};
  const Finding finding = judged_audit(trail(twice), audit).findings.front();
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why.starts_with("0 requests without an entry, 1 with another number"));
}

TEST_CASE("audit: an entry without what it must say", "[expect][state]") {
  const Judgement judgement =
      judged_audit(trail({{"c1", ""}, {"c2", std::nullopt}, {"x", ""}}), audited({"who"}));
  CHECK(judgement.findings[0].verdict == Verdict::pass);
  CHECK(judgement.findings[1].verdict == Verdict::fail);
  CHECK(judgement.findings[1].observed == "2 of 2 entries with a gap");
}

TEST_CASE("audit: entries from before the drill are not of it", "[expect][state]") {
  SimulatedDrill drill = trail({{"c1", "a"}, {"c2", "b"}});
  drill.result.state[0].before->rows = {{"c2", "b"}};
  CHECK(judged_audit(drill, audited()).verdict() == Verdict::fail);
}

TEST_CASE("audit: a trail that still grows leaves gaps open", "[expect][state]") {
  SimulatedDrill drill = trail({{"c1", "a"}});
  drill.result.state[0].settled = false;
  CHECK(judged_audit(drill, audited()).verdict() == Verdict::inconclusive);
  drill.result.state[0].after.rows = {{"c1", ""}, {"c2", "b"}};
  CHECK(judged_audit(drill, audited({"who"})).verdict() == Verdict::fail);
}

TEST_CASE("audit: without requests or without a trail there is no pass", "[expect][state]") {
  SimulatedDrill idle = trail({{"c1", "a"}});
  idle.result.streams.front().receipts.clear();
  CHECK(judged_audit(idle, audited()).findings.front().why ==
        "no request was answered with a status that must be audited");
  SimulatedDrill overflowed = trail({{"c1", "a"}, {"c2", "b"}});
  overflowed.result.streams.front().receipts_not_kept = 1;
  CHECK(judged_audit(overflowed, audited()).verdict() == Verdict::inconclusive);
  SimulatedDrill unread = trail({{"c1", "a"}, {"c2", "b"}});
  unread.result.state.clear();
  CHECK(judged_audit(unread, audited()).findings.front().why == "reading trail was never made");
  SimulatedDrill cut = trail({{"c1", "a"}, {"c2", "b"}});
  cut.result.state[0].after.not_kept = 3;
  CHECK(judged_audit(cut, audited()).verdict() == Verdict::inconclusive);
  spec::AuditExpectation other = audited();
  other.of = {"booking"};
  CHECK(judged_audit(trail({}), other).findings.front().why == "nothing was sent by booking");
}
