#include "harness/expect/live_alert.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;
using Alert = spec::AlertExpectation;
using Action = AlertNotice::Action;

namespace {

constexpr const char* kCritical = "c0";
constexpr const char* kWarning = "w0";

PhaseRecord phase(const std::string& name, Offset from, Offset to) {
  PhaseRecord out;
  out.name = name;
  out.start = from;
  out.planned = to - from;
  out.end = to;
  out.reached = true;
  return out;
}

/// 7 s steady, 14 s of outage, 16 s of recovery.
const std::vector<PhaseRecord> kPhases{phase("steady", 0s, 7s), phase("outage", 7s, 21s),
                                       phase("recovery", 21s, 37s)};

AlertNotice notice(Offset at, const std::string& mock, Action action,
                   std::vector<NoticedAlert> alerts, const std::string& key = "k1") {
  AlertNotice out;
  out.at = at;
  out.mock = mock;
  out.receiver = mock;
  out.action = action;
  out.key = mock == "pagerduty" ? key : "";
  if (mock == "pagerduty" && action == Action::trigger) out.severity = "critical";
  out.alerts = std::move(alerts);
  return out;
}

LiveAlert alert(const std::string& fingerprint, const std::string& severity,
                std::vector<std::string> receivers) {
  LiveAlert out;
  out.fingerprint = fingerprint;
  out.labels = {{"alertname", "Errors"}, {"severity", severity}};
  out.seen = 15s;
  out.active = Offset{15s};
  out.receivers = std::move(receivers);
  return out;
}

/// A page after 8 s of outage, acknowledged 3 s later, over 5 s into the recovery.
LiveAlertRecord healthy() {
  LiveAlertRecord record;
  record.asked = true;
  record.compress = 60;
  record.defined = {"Errors"};
  record.states = {{{{"alertname", "Errors"}, {"severity", "critical"}}, 10s, Offset{14s}, {}}};
  record.alerts = {alert(kCritical, "critical", {"pagerduty", "slack"}),
                   alert(kWarning, "warning", {"slack"})};
  record.notices = {notice(15s, "pagerduty", Action::trigger, {{kCritical, true}}),
                    notice(15s, "slack", Action::trigger, {{kCritical, true}, {kWarning, true}}),
                    notice(18s, "pagerduty", Action::acknowledge, {}),
                    notice(26s, "pagerduty", Action::resolve, {{kCritical, false}}),
                    notice(26s, "slack", Action::trigger, {{kCritical, false}, {kWarning, true}}),
                    notice(31s, "slack", Action::resolve, {{kWarning, false}})};
  return record;
}

Alert wanting(const std::string& severity = "critical") {
  Alert out;
  out.alert = "Errors";
  out.notifies.emplace();
  out.notifies->during = "outage";
  spec::ValueMatch match;
  match.equals = spec::Scalar{severity};
  out.notifies->labels = {{"severity", match}};
  return out;
}

std::vector<Finding> judged(const Alert& alert, const LiveAlertRecord& record) {
  return judge_notifies(alert, spec::OnCall{}, record, kPhases);
}

Finding only(const Alert& alert, const LiveAlertRecord& record) {
  const auto findings = judged(alert, record);
  REQUIRE(findings.size() == 1);
  return findings.front();
}

}  // namespace

TEST_CASE("live alert: who is told, in production's time", "[expect][live]") {
  Alert want = wanting();
  want.notifies->reaches = {"pagerduty"};
  want.notifies->within = 8min;
  Finding finding = only(want, healthy());
  CHECK(finding.verdict == Verdict::pass);
  CHECK(finding.observed == "told after 8 m 0 s (8.00 s of the drill)");
  want.notifies->within = 7min;
  finding = only(want, healthy());
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why == "pagerduty was told 60.0 s too late");
}

TEST_CASE("live alert: why nobody was told", "[expect][live]") {
  Alert want = wanting();
  want.notifies->reaches = {"pagerduty"};
  want.notifies->within = 12min;
  const auto why = [&](const LiveAlertRecord& record) {
    const Finding finding = only(want, record);
    CHECK(finding.verdict == Verdict::fail);
    return finding.why;
  };
  LiveAlertRecord record = healthy();
  record.notices.clear();
  CHECK(why(record) == "it fired, Alertmanager sends it to pagerduty, and nothing arrived there");
  record.alerts[0].receivers = {"slack"};
  CHECK(why(record) == "it fired, and Alertmanager sends it to slack, not to pagerduty");
  record.alerts[0].receivers = {"pagerduty"};
  record.alerts[0].active.reset();
  record.alerts[0].silenced = true;
  CHECK(why(record) == "it fired, and was silenced");
  record.alerts[0].inhibited_by = {kWarning};
  CHECK(why(record).find("it fired, and was inhibited by {alertname=\"Errors\"") == 0);
  record.alerts.clear();
  CHECK(why(record) == "it fired in Prometheus, and Alertmanager never had it");
  record.states[0].firing.reset();
  record.states[0].gone = Offset{12s};
  CHECK(why(record).find("it was pending in Prometheus for 2 m 0 s") == 0);
  record.states[0].firing = Offset{11s};
  record.states[0].labels["severity"] = "high";
  CHECK(why(record).find("it fired only with other labels: ") == 0);
  record.states.clear();
  CHECK(why(record) == "it never fired in Prometheus, it was not even pending");
  record.defined = {"Latency"};
  CHECK(why(record) == "no rule of this Prometheus defines Errors");
}

TEST_CASE("live alert: a page too early, or in the wrong phase, is none", "[expect][live]") {
  Alert want = wanting();
  want.notifies->reaches = {"pagerduty"};
  LiveAlertRecord record = healthy();
  record.notices[0].at = 5s;
  CHECK(only(want, record).verdict == Verdict::fail);
  record.notices[0].at = 22s;
  CHECK(only(want, record).why.find("only after 'outage' was over") != std::string::npos);
}

TEST_CASE("live alert: who is spared", "[expect][live]") {
  Alert want = wanting("warning");
  want.notifies->spares = {"pagerduty"};
  CHECK(only(want, healthy()).verdict == Verdict::pass);
  LiveAlertRecord record = healthy();
  record.notices[0].alerts.push_back({kWarning, true});
  CHECK(only(want, record).verdict == Verdict::fail);
  record = healthy();
  record.alerts.pop_back();
  CHECK(only(want, record).verdict == Verdict::inconclusive);
}

TEST_CASE("live alert: a page is over when its own key is resolved", "[expect][live]") {
  Alert want = wanting();
  want.notifies->reaches = {"pagerduty", "slack"};
  want.notifies->resolves.emplace();
  want.notifies->resolves->during = "recovery";
  want.notifies->resolves->within = 5min;
  const auto verdicts = [&](const LiveAlertRecord& record) {
    std::vector<Verdict> out;
    for (const Finding& finding : judged(want, record)) {
      if (finding.what.find("is told that it is over") != std::string::npos)
        out.push_back(finding.verdict);
    }
    return out;
  };
  using enum Verdict;
  CHECK(verdicts(healthy()) == std::vector{pass, pass});
  LiveAlertRecord record = healthy();
  record.notices[3].key = "another";
  CHECK(verdicts(record) == std::vector{fail, pass});
  record = healthy();
  record.notices.erase(record.notices.begin() + 4);
  CHECK(verdicts(record) == std::vector{pass, fail});
  record = healthy();
  record.notices.push_back(notice(33s, "slack", Action::trigger, {{kCritical, true}}));
  CHECK(verdicts(record) == std::vector{pass, fail});  // it came back
  record = healthy();
  record.notices[3].at = 20s;
  CHECK(verdicts(record) == std::vector{fail, pass});  // while things were broken
  record.notices[3].at = 27s;
  CHECK(verdicts(record) == std::vector{fail, pass});  // a minute too late
}

TEST_CASE("live alert: pages pair by key", "[expect][live]") {
  const auto pages = pages_of({notice(1s, "pagerduty", Action::trigger, {{kCritical, true}}, "a"),
                               notice(2s, "pagerduty", Action::trigger, {{kCritical, true}}, "b"),
                               notice(3s, "pagerduty", Action::resolve, {}, "a"),
                               notice(4s, "pagerduty", Action::acknowledge, {}, "a"),
                               notice(5s, "pagerduty", Action::trigger, {{kWarning, true}}, "a"),
                               notice(6s, "pagerduty", Action::trigger, {{kCritical, true}}, "b"),
                               notice(7s, "slack", Action::trigger, {{kCritical, true}})});
  REQUIRE(pages.size() == 3);
  CHECK(pages[0].resolved == Offset{3s});
  CHECK_FALSE(pages[0].acknowledged);
  CHECK(pages[1].key == "b");
  CHECK(pages[1].triggered == 2s);
  CHECK(pages[2].triggered == 5s);
  CHECK_FALSE(pages[2].resolved);
}

TEST_CASE("live alert: acknowledged in time, or escalated", "[expect][live]") {
  Alert want = wanting();
  want.notifies->reaches = {"pagerduty"};
  want.notifies->acknowledged_within = 5min;
  want.notifies->escalations = 0;
  const auto both = [&](const LiveAlertRecord& record) {
    const auto findings = judged(want, record);
    REQUIRE(findings.size() == 3);
    return std::pair{findings[1], findings[2]};
  };
  CHECK(both(healthy()).first.verdict == Verdict::pass);
  CHECK(both(healthy()).second.verdict == Verdict::pass);

  LiveAlertRecord record = healthy();
  record.notices[2].at = 21s;  // 6 minutes after the page
  CHECK(both(record).first.verdict == Verdict::fail);
  CHECK(both(record).second.why == "somebody else was woken 5 m 0 s after the page");

  record.notices.erase(record.notices.begin() + 2);  // never, and resolved after 11
  CHECK(both(record).first.why == "nobody acknowledged the page");
  CHECK(both(record).second.verdict == Verdict::fail);

  record.notices = {notice(34s, "pagerduty", Action::trigger, {{kCritical, true}})};
  CHECK(both(record).first.verdict == Verdict::inconclusive);  // 3 minutes before the end
  CHECK(both(record).second.verdict == Verdict::inconclusive);
}

TEST_CASE("live alert: grouping, repeats and suppression", "[expect][live]") {
  Alert want = wanting();
  want.notifies->reaches = {"slack"};
  want.notifies->grouped_with = {"Errors"};
  want.notifies->at_most = 1;
  auto findings = judged(want, healthy());
  REQUIRE(findings.size() == 3);
  CHECK(findings[1].verdict == Verdict::pass);
  CHECK(findings[2].verdict == Verdict::pass);
  LiveAlertRecord record = healthy();
  record.notices.push_back(notice(17s, "slack", Action::trigger, {{kCritical, true}}));
  CHECK(judged(want, record)[2].verdict == Verdict::fail);
  want.notifies->grouped_with = {"Latency"};
  CHECK(judged(want, record)[1].verdict == Verdict::fail);

  Alert quiet = wanting();
  quiet.notifies->suppressed_by = Alert::Notifies::Suppression::inhibition;
  CHECK(only(quiet, healthy()).verdict == Verdict::fail);
  record = healthy();
  record.notices.clear();
  CHECK(only(quiet, record).verdict == Verdict::inconclusive);
  record.alerts[0].inhibited = true;
  CHECK(only(quiet, record).verdict == Verdict::pass);
  quiet.notifies->suppressed_by = Alert::Notifies::Suppression::silence;
  CHECK(only(quiet, record).verdict == Verdict::inconclusive);
}

TEST_CASE("live alert: nothing is concluded from what was not seen", "[expect][live]") {
  Alert want = wanting();
  want.notifies->reaches = {"pagerduty"};
  want.notifies->spares = {"email"};
  want.notifies->resolves.emplace();
  want.notifies->resolves->during = "recovery";
  for (const LiveAlertRecord& record : {LiveAlertRecord{}, [] {
                                          LiveAlertRecord broken = healthy();
                                          broken.unusable = "apt-get install prometheus";
                                          return broken;
                                        }()}) {
    for (const Finding& finding : judged(want, record))
      CHECK(finding.verdict == Verdict::inconclusive);
  }
}

TEST_CASE("live alert: of an attached pair routes are known, and no more", "[expect][live]") {
  Alert want = wanting();
  want.notifies->reaches = {"pagerduty"};
  LiveAlertRecord record = healthy();
  record.attached = true;
  record.compress = 1;
  record.notices.clear();
  const Finding finding = only(want, record);
  CHECK(finding.verdict == Verdict::pass);
  CHECK(finding.what == "is routed to pagerduty");
  want.notifies->grouped_with = {"Errors"};
  CHECK(judged(want, record)[1].verdict == Verdict::inconclusive);
}
