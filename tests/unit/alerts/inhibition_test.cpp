#include "harness/alerts/model/inhibition.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace firedrill::alerts;
using namespace std::chrono_literals;

namespace {

AlertTimeline timeline_of(const std::string& severity, Offset from, Offset to,
                          std::map<std::string, std::string> labels = {}) {
  AlertTimeline timeline;
  timeline.alert = "Errors";
  timeline.labels = std::move(labels);
  timeline.labels["severity"] = severity;
  timeline.states = {{false, from - 1min, from, true}, {true, from, to, true}};
  return timeline;
}

std::vector<std::string> suppressed(const std::string& config,
                                    std::vector<AlertTimeline> timelines) {
  const auto rules = parse_inhibit_rules(config);
  REQUIRE(rules);
  mark_suppressed(timelines, *rules);
  std::vector<std::string> out;
  for (const AlertTimeline& timeline : timelines) out.push_back(timeline.suppressed_by);
  return out;
}

const std::string kNew = R"(inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: ['severity=~"warning|info"']
  equal: [service]
)";
const std::string kOld = R"(inhibit_rules:
- source_match: {severity: critical}
  target_match_re: {severity: warning|info}
  equal: [service]
)";

}  // namespace

TEST_CASE("inhibition: a label that both lack is equal, and the warning reaches nobody",
          "[alerts]") {
  for (const std::string& config : {kNew, kOld}) {
    const auto by = suppressed(
        config, {timeline_of("critical", 10min, 31min), timeline_of("warning", 12min, 30min)});
    CHECK(by == std::vector<std::string>{"", "Errors{severity=\"critical\"}"});
  }
}

TEST_CASE("inhibition: not by another service, nor when it fired alone for a while", "[alerts]") {
  const std::vector<std::string> nobody{"", ""};
  CHECK(suppressed(kNew, {timeline_of("critical", 10min, 31min, {{"service", "a"}}),
                          timeline_of("warning", 12min, 30min, {{"service", "b"}})}) == nobody);
  CHECK(suppressed(kNew, {timeline_of("critical", 13min, 31min),
                          timeline_of("warning", 12min, 30min)}) == nobody);
  CHECK(suppressed(kNew, {timeline_of("critical", 10min, 29min),
                          timeline_of("warning", 12min, 30min)}) == nobody);
  CHECK(suppressed("route: {receiver: a}", {timeline_of("critical", 10min, 31min),
                                            timeline_of("warning", 12min, 30min)}) == nobody);
}

TEST_CASE("inhibition: matchers in all their spellings, and what is none", "[alerts]") {
  const auto rules = parse_inhibit_rules(R"(inhibit_rules:
- source_matchers: ['{alertname = Down, severity!="info"}', 'team!~"a,b"']
  target_matchers: [severity=warning]
)");
  REQUIRE(rules);
  REQUIRE(rules->at(0).source.size() == 3);
  CHECK(rules->at(0).source[0] == Matcher{"alertname", "=", "Down"});
  CHECK(rules->at(0).source[1] == Matcher{"severity", "!=", "info"});
  CHECK(rules->at(0).source[2] == Matcher{"team", "!~", "a,b"});
  CHECK_FALSE(parse_inhibit_rules("inhibit_rules:\n- source_matchers: [severity]\n"));
  CHECK_FALSE(parse_inhibit_rules("inhibit_rules: ["));
}
