#include "harness/expect/alert.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;
using Alert = spec::AlertExpectation;

namespace {

/// 10 minutes steady, 20 of outage, 30 of recovery.
AlertRecord record_of(std::vector<AlertTimeline> timelines) {
  AlertRecord record;
  record.asked = true;
  record.phases = {
      {"steady", 0min, 10min, 4s}, {"outage", 10min, 30min, 4s}, {"recovery", 30min, 60min, 4s}};
  record.timelines = std::move(timelines);
  return record;
}

AlertTimeline timeline_of(std::vector<AlertState> states,
                          const std::string& severity = "critical") {
  return {"Errors",
          {{"severity", severity}, {"service", "clinic-1"}},
          {{"summary", "12 %"}},
          std::move(states)};
}

AlertState pending(Offset from, Offset to) { return {false, from, to, true}; }
AlertState firing(Offset from, Offset to) { return {true, from, to, true}; }

Alert fires(std::optional<Duration> within = {}, std::optional<Duration> not_before = {}) {
  Alert alert;
  alert.alert = "Errors";
  alert.fires.emplace();
  alert.fires->during = "outage";
  alert.fires->within = within;
  alert.fires->not_before = not_before;
  return alert;
}

Alert with_resolve(std::optional<Duration> within) {
  Alert alert = fires();
  alert.resolves.emplace();
  alert.resolves->during = "recovery";
  alert.resolves->within = within;
  return alert;
}

spec::ValueMatch equals(const std::string& text) {
  spec::ValueMatch match;
  match.equals = spec::Scalar{text};
  return match;
}

Finding finding_of(const Alert& alert, const AlertRecord& record, std::size_t index = 0) {
  const auto findings = judge_alert(alert, {}, record);
  REQUIRE(findings.size() > index);
  return findings[index];
}

const AlertTimeline kUsual =
    timeline_of({pending(10min + 30s, 12min + 30s), firing(12min + 30s, 31min)});

}  // namespace

TEST_CASE("alert: in time, just in time, late, early", "[expect][alert]") {
  const AlertRecord record = record_of({kUsual});
  CHECK(finding_of(fires(), record).verdict == Verdict::pass);
  CHECK(finding_of(fires(2min + 30s), record).verdict == Verdict::pass);
  CHECK(finding_of(fires({}, 2min + 30s), record).verdict == Verdict::pass);
  const Finding late = finding_of(fires(2min), record);
  CHECK(late.verdict == Verdict::fail);
  CHECK(late.why == "it fired 30.0 s too late");
  const Finding early = finding_of(fires({}, 3min), record);
  CHECK(early.verdict == Verdict::fail);
  CHECK(early.why == "it fired 30.0 s too early");
}

TEST_CASE("alert: before the phase, after it, and at its bounds", "[expect][alert]") {
  const auto why = [](AlertState state) {
    return finding_of(fires(), record_of({timeline_of({state})})).why;
  };
  CHECK(why(firing(9min, 31min)) == "it fired already when 'outage' began");
  CHECK(why(firing(9min, 10min)) == "it never fired");
  CHECK(why(firing(10min, 11min)) == "");
  CHECK(why(firing(30min - 15s, 31min)) == "");
  CHECK(why(firing(30min, 31min)) == "it fired only after 'outage' was over");
}

TEST_CASE("alert: silence is a failure that says how far it came", "[expect][alert]") {
  const Finding silent = finding_of(fires(), record_of({}));
  CHECK(silent.verdict == Verdict::fail);
  CHECK(silent.observed == "not even pending");
  AlertRecord record = record_of({timeline_of({pending(11min, 30min)})});
  record.rules.push_back({"Errors", "rules.yml:3", 25min, std::nullopt,
                          "the plateau reaches 0.1, not 0.5", "the system never exposed x"});
  const Finding pending_only = finding_of(fires(), record);
  CHECK_THAT(pending_only.observed,
             Catch::Contains("pending 1 m 0 s after its beginning for 19 m") &&
                 Catch::Contains("arithmetic: never"));
  CHECK(pending_only.why == "it never fired: the system never exposed x");
}

TEST_CASE("alert: labels and annotations, whole or by pattern", "[expect][alert]") {
  Alert alert = fires();
  alert.fires->labels = {{"severity", equals("critical")}};
  spec::ValueMatch pattern;
  pattern.matches = "^clinic-";
  alert.fires->labels.push_back({"service", pattern});
  alert.fires->annotations = {{"summary", equals("12 %")}};
  const auto verdicts = [&](const AlertTimeline& timeline) {
    std::string out;
    for (const Finding& finding : judge_alert(alert, {}, record_of({timeline}))) {
      out += std::string{name_of(finding.verdict)} + " ";
    }
    return out;
  };
  CHECK(verdicts(kUsual) == "pass pass pass pass ");
  CHECK(verdicts(timeline_of({firing(11min, 31min)}, "warning")) == "pass fail pass pass ");
  CHECK(verdicts(timeline_of({pending(11min, 31min)})) ==
        "fail inconclusive inconclusive inconclusive ");
  const Finding wrong =
      finding_of(alert, record_of({timeline_of({firing(11min, 31min)}, "warning")}), 1);
  CHECK(wrong.why == "it fired with \"warning\", not \"critical\"");
}

TEST_CASE("alert: of several sets of labels the one that is meant counts", "[expect][alert]") {
  Alert alert = fires(4min);
  alert.fires->labels = {{"severity", equals("critical")}};
  const AlertRecord record = record_of({timeline_of({firing(11min, 34min)}, "warning"),
                                        timeline_of({firing(15min, 31min)}, "critical")});
  CHECK(finding_of(alert, record, 0).why == "it fired 1 m 0 s too late");
  CHECK(finding_of(alert, record, 1).verdict == Verdict::pass);
}

TEST_CASE("alert: resolves in time, late, too early, never", "[expect][alert]") {
  const auto finding = [](AlertState state, std::optional<Duration> within = {}) {
    return finding_of(with_resolve(within), record_of({timeline_of({state})}), 1);
  };
  CHECK(finding(firing(12min, 31min), 1min).verdict == Verdict::pass);
  CHECK(finding(firing(12min, 30min)).verdict == Verdict::pass);
  CHECK(finding(firing(12min, 31min), 45s).why == "it resolved 15.0 s too late");
  CHECK(finding(firing(12min, 20min)).why == "it resolved while things were still broken");
  CHECK_THAT(finding({true, 12min, 60min, false}).why, Catch::Contains("it still fired 30 m 0 s"));
  const Finding never = finding_of(with_resolve({}), record_of({}), 1);
  CHECK(never.verdict == Verdict::inconclusive);
}

TEST_CASE("alert: going away and coming back is a flap, pending or firing", "[expect][alert]") {
  Alert alert = fires();
  alert.flaps_max = 1;
  const auto finding = [&](std::vector<AlertState> states) {
    return finding_of(alert, record_of({timeline_of(std::move(states))}), 1);
  };
  CHECK(finding({pending(10min, 12min), firing(12min, 31min)}).observed == "0");
  CHECK(finding({firing(11min, 12min), firing(13min, 14min)}).verdict == Verdict::pass);
  const Finding often =
      finding({pending(11min, 12min), pending(13min, 14min), firing(15min, 16min)});
  CHECK(often.verdict == Verdict::fail);
  CHECK(often.observed == "2");
}

TEST_CASE("alert: never is kept, broken, or proves nothing", "[expect][alert]") {
  Alert alert;
  alert.alert = "Errors";
  alert.never_fires = true;
  CHECK(finding_of(alert, record_of({})).verdict == Verdict::pass);
  CHECK(finding_of(alert, record_of({timeline_of({pending(11min, 20min)})})).verdict ==
        Verdict::pass);
  const Finding woken = finding_of(alert, record_of({kUsual}));
  CHECK(woken.verdict == Verdict::fail);
  CHECK_THAT(woken.observed, Catch::Contains("fired in outage after 2 m 30 s") &&
                                 Catch::Contains("severity=\"critical\""));
  const auto steady = judge_alert(alert, {"steady"}, record_of({kUsual}));
  CHECK(steady.at(0).verdict == Verdict::pass);
  const auto recovery = judge_alert(alert, {"recovery"}, record_of({kUsual}));
  CHECK(recovery.at(0).verdict == Verdict::fail);  // it was still firing when it began
  AlertRecord blind = record_of({});
  blind.rules.push_back({"Errors", "", 0s, {}, "", "the system never exposed x"});
  CHECK(finding_of(alert, blind).verdict == Verdict::inconclusive);
}

TEST_CASE("alert: what was not evaluated is inconclusive, all of it", "[expect][alert]") {
  Alert alert = with_resolve(1min);
  alert.flaps_max = 0;
  alert.fires->labels = {{"severity", equals("critical")}};
  AlertRecord record = record_of({kUsual});
  record.unusable = "promtool cannot be started: apt-get install prometheus";
  const auto findings = judge_alert(alert, {}, record);
  CHECK(findings.size() == 4);
  for (const Finding& finding : findings) {
    CHECK(finding.verdict == Verdict::inconclusive);
    CHECK(finding.why == record.unusable);
  }
  CHECK(judge_strict(record, {}).verdict == Verdict::inconclusive);
}

TEST_CASE("alert: strict names whoever else would have been woken", "[expect][alert]") {
  AlertTimeline other = kUsual;
  other.alert = "Disk";
  CHECK(judge_strict(record_of({kUsual}), {"Errors"}).verdict == Verdict::pass);
  const Finding strict = judge_strict(record_of({kUsual, other}), {"Errors"});
  CHECK(strict.verdict == Verdict::fail);
  CHECK(strict.observed == "Disk fired at 12 m 30 s as played");
}
