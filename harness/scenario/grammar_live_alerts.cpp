#include "harness/scenario/grammar.hpp"
#include "harness/scenario/grammar_alerts.hpp"

#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

std::vector<Field> server_fields(const std::string& whose) {
  return {
      {"attach",
       text_shape("", {.what = "the URL of " + whose + " that runs anyway",
                       .pattern = R"(^https?://[^\s?#]+$)",
                       .examples = {"http://127.0.0.1:9090"}}),
       false, "it is only read, and never changed: for game days"},
      {"port", integer_shape("a port 1..65535", 1, 65535), false,
       "where the private one listens on 127.0.0.1; a free port unless given"},
      {"within", duration_shape(), false, "how long it may take to be ready; 30s unless given"}};
}

ShapePtr phase_name() { return reference_shape("the name of a phase", {"outage"}); }

ShapePtr one_or_more(const ShapePtr& item, const std::string& what) {
  return either({item, list_shape("a list of " + what, item, 1)});
}

ShapePtr on_call_shape() {
  const TextShape severity{.what = "a severity of PagerDuty",
                           .pattern = "^(critical|error|warning|info)$",
                           .examples = {"critical"}};
  return map_shape(
      "",
      {.what = "a map with acknowledges_after or escalation",
       .fields = {{"acknowledges_after", duration_shape(), false,
                   "how long after the page somebody has seen it; nobody does unless given"},
                  {"escalation",
                   map_shape("", {.what = "a map from severities of PagerDuty to durations",
                                  .open = OpenKeys{severity,
                                                   one_or_more(duration_shape(), "durations"), 1}}),
                   false,
                   "when others are woken, from the page: critical 5m, error 15m, warning 30m, "
                   "info 4h unless given"}},
       .rules = {at_least_one({"acknowledges_after", "escalation"})}});
}

ShapePtr alert_name() {
  return text_shape("", {.what = "the name of an alert",
                         .pattern = R"(^\S(.{0,198}\S)?$)",
                         .examples = {"HighErrorRate"}});
}

}  // namespace

ShapePtr prometheus_shape() {
  std::vector<Field> fields = server_fields("a Prometheus");
  fields.push_back({"compress", integer_shape("an integer 1..3600", 1, 3600), false,
                    "how much faster than production its rules and Alertmanager run: every "
                    "duration is divided by it; 1 unless given"});
  fields.push_back({"scrape", duration_shape(), false,
                    "how often it scrapes and evaluates, in real time; 250ms unless given"});
  return map_shape("", {.what = "a map, {} for a private Prometheus",
                        .fields = std::move(fields),
                        .rules = {excludes("attach", {"port", "compress", "scrape"})}});
}

ShapePtr alertmanager_shape() {
  std::vector<Field> fields = server_fields("an Alertmanager");
  const ShapePtr matchers =
      text_shape("", {.what = "matchers of labels",
                      .pattern = R"(^\s*\{?\s*[a-zA-Z_][a-zA-Z0-9_]*\s*(=~|!~|!=|=)[^\n\r]*$)",
                      .examples = {"severity=\"warning\""}});
  fields.push_back({"silences", list_shape("a list of matchers of labels,", matchers, 1), false,
                    "alerts that nobody is told of during the drill"});
  fields.push_back(
      {"on_call", on_call_shape(), false, "who answers PagerDuty, in production's time"});
  return map_shape("", {.what = "a map, {} for a private Alertmanager",
                        .fields = std::move(fields),
                        .rules = {excludes("attach", {"port", "silences", "on_call"})}});
}

ShapePtr notifies_shape() {
  const ShapePtr receiver = text_shape(
      "", {.what = "the name of a receiver", .pattern = R"(^\S(.*\S)?$)", .examples = {"pager"}});
  const ShapePtr labels = map_shape("", {.what = "a map from labels to what they must be",
                                         .open = OpenKeys{{.what = "the name of a label",
                                                           .pattern = "^[a-zA-Z_][a-zA-Z0-9_]*$",
                                                           .examples = {"severity", "job"}},
                                                          header_match_shape(),
                                                          1}});
  const ShapePtr over = map_shape(
      "", {.what = "a map with during or within",
           .fields = {{"during", phase_name(), false, "the phase; the one after unless given"},
                      {"within", duration_shape(), false,
                       "from the beginning of the phase, in production's time"}}});
  return map_shape(
      "notifies",
      {.what = "a map with reaches, spares or suppressed_by",
       .fields = {{"during", phase_name(), false, "the phase; that of the only fault unless given"},
                  {"within", duration_shape(), false,
                   "from the beginning of the phase, in production's time"},
                  {"severity", header_match_shape(), false, "short for labels: severity"},
                  {"labels", labels, false, "those that matter"},
                  {"reaches", one_or_more(receiver, "receivers"), false,
                   "receivers of Alertmanager that are told"},
                  {"spares", one_or_more(receiver, "receivers"), false, "receivers that are not"},
                  {"resolves", over, false, "all of reaches are told that it is over"},
                  {"grouped_with", one_or_more(alert_name(), "alerts"), false,
                   "alerts that the same notification tells of"},
                  {"at_most", integer_shape("an integer 1..1000", 1, 1000), false,
                   "notifications to each of reaches while it fires"},
                  {"suppressed_by", names_shape("suppression", {"inhibition", "silence"}), false,
                   "it fires, and nobody is told"},
                  {"acknowledged_within", duration_shape(), false,
                   "from the page until somebody has seen it, in production's time"},
                  {"escalations", integer_shape("an integer 0..100", 0, 100), false,
                   "how often somebody else was woken"}},
       .rules = {at_least_one({"reaches", "spares", "suppressed_by"}),
                 excludes("suppressed_by", {"reaches"}), needs("within", {"reaches"}),
                 needs("resolves", {"reaches"}), needs("grouped_with", {"reaches"}),
                 needs("at_most", {"reaches"}), needs("acknowledged_within", {"reaches"}),
                 needs("escalations", {"reaches"})}});
}

}  // namespace firedrill::scenario
