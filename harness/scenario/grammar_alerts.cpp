#include "harness/scenario/grammar_alerts.hpp"

#include "harness/scenario/grammar.hpp"

#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

TextShape label_name() {
  return {.what = "the name of a label",
          .pattern = "^[a-zA-Z_][a-zA-Z0-9_]*$",
          .examples = {"severity", "job"}};
}

ShapePtr label_matches(const std::string& what) {
  return map_shape("", {.what = "a map from " + what + " to what they must be",
                        .open = OpenKeys{label_name(), header_match_shape(), 1}});
}

ShapePtr labels_shape() {
  const ShapePtr text = text_shape("", {.what = "a text", .any_scalar = true});
  return map_shape("",
                   {.what = "a map from labels to texts", .open = OpenKeys{label_name(), text, 1}});
}

ShapePtr phase() { return reference_shape("the name of a phase", {"outage"}); }

ShapePtr hold_shape() {
  return map_shape("", {.what = "a map from phases to durations",
                        .open = OpenKeys{std::get<TextShape>(phase()->form), duration_shape(), 1}});
}

ShapePtr play_shape() {
  return map_shape(
      "", {.what = "a map with hold, scrape or eval",
           .fields = {{"hold", hold_shape(), false,
                       "how long phases last in production; their plateaus are held until then"},
                      {"scrape", duration_shape(), false,
                       "scrape interval of production; 15s unless given"},
                      {"eval", duration_shape(), false,
                       "evaluation interval of production; 15s unless given"}}});
}

ShapePtr alarm_metric_shape() {
  const ShapePtr selector = text_shape(
      "", {.what = "a selector of series", .examples = {"http_requests_total{status=~\"5..\"}"}});
  return map_shape(
      "", {.what = "a map with series, and emit or requests",
           .fields = {{"series", selector, true,
                       "the series that its datapoints are made of, added up; buckets of a "
                       "histogram for percentiles"},
                      {"emit", names_shape("emission", {"always", "when_nonzero", "on_request"}),
                       false, "when there is a datapoint at all; always unless given"},
                      {"requests", selector, false,
                       "for emit: on_request, the counters that tell of requests"}}});
}

ShapePtr cloudwatch_shape() {
  const TextShape metric{.what = "the name of a metric, with or without its namespace",
                         .pattern = R"(^\S.*$)",
                         .examples = {"AWS/ApplicationELB HTTPCode_Target_5XX_Count"}};
  return map_shape(
      "cloudwatch",
      {.what = "a map with file or alarms, and metrics",
       .fields = {{"file", free_text("the path of a file"), false,
                   "what `aws cloudwatch describe-alarms` printed, relative to this file"},
                  {"alarms", list_shape("a list of alarms", json_shape(), 1), false,
                   "alarms as describe-alarms writes them"},
                  {"metrics",
                   map_shape("", {.what = "a map from metrics to where they come from",
                                  .open = OpenKeys{metric, alarm_metric_shape(), 1}}),
                   false, "what the metrics of the alarms are here; an alarm without is reported"}},
       .rules = {at_least_one({"file", "alarms"})}});
}

ShapePtr objectives_shape() {
  const ShapePtr query =
      text_shape("", {.what = "PromQL with {{.window}} where the range stands",
                      .pattern = R"(^[\s\S]*\{\{\.window\}\}[\s\S]*$)",
                      .examples = {"sum(rate(http_requests_total[{{.window}}]))"}});
  const TextShape name{.what = "a name of letters, digits and underscores",
                       .pattern = "^[A-Za-z_][A-Za-z0-9_]{0,63}$",
                       .examples = {"Scoring"}};
  const ShapePtr objective = map_shape(
      "objective",
      {.what = "a map with target, and stream or errors and total",
       .fields = {{"target", ratio_shape(), true, "share of events that must be good: 99.9%"},
                  {"period", duration_shape(), false,
                   "over which it is promised; 30d unless given"},
                  {"stream", reference_shape("the name of a stream", {"score"}), false,
                   "its requests are the events, as we saw them"},
                  {"errors", query, false, "the rate of bad events"},
                  {"total", query, false, "the rate of all events"},
                  {"spends", ratio_shape(), false,
                   "what this incident may take of the period's budget"}},
       .rules = {exactly_one({"stream", "errors"}), needs("errors", {"total"}),
                 needs("total", {"errors"})}});
  return map_shape(
      "", {.what = "a map from names to objectives", .open = OpenKeys{name, objective, 1}});
}

ShapePtr fires_shape() {
  const ShapePtr receiver = text_shape(
      "", {.what = "the name of a receiver", .pattern = R"(^\S(.*\S)?$)", .examples = {"pager"}});
  const ShapePtr receivers = either({receiver, list_shape("a list of receivers", receiver, 1)});
  return map_shape(
      "fires",
      {.what = "a map with during, within, not_before, severity, labels or annotations",
       .fields = {{"during", phase(), false, "the phase; that of the only fault unless given"},
                  {"within", duration_shape(), false, "from the beginning of the phase, as played"},
                  {"not_before", duration_shape(), false, "likewise, at the earliest"},
                  {"severity", header_match_shape(), false, "short for labels: severity"},
                  {"labels", label_matches("labels"), false, "those that matter"},
                  {"annotations", label_matches("annotations"), false, "those that matter"},
                  {"reaches", receivers, false, "receivers of Alertmanager that are told"},
                  {"spares", receivers, false, "receivers that are not"}}});
}

ShapePtr resolves_shape() {
  return map_shape(
      "", {.what = "a map with during or within",
           .fields = {
               {"during", phase(), false, "the phase; the one after that of fires unless given"},
               {"within", duration_shape(), false, "from the beginning of the phase, as played"}}});
}

}  // namespace

ShapePtr alerts_shape() {
  const ShapePtr file = text_shape("", {.what = "the path of a file"});
  return map_shape(
      "alerts",
      {.what = "a map with rules, objectives or cloudwatch",
       .fields = {{"rules", list_shape("a list of files, such as [alerts/clinic.yml],", file, 1),
                   false,
                   "rule files of Prometheus, relative to this file; they are used untouched"},
                  {"labels", labels_shape(), false,
                   "labels that scraping adds in production, such as job"},
                  {"external_labels", labels_shape(), false, "those of production's Prometheus"},
                  {"alertmanager", file, false,
                   "Alertmanager's configuration, relative to this file: who is told of what"},
                  {"steady", phase(), false,
                   "the phase that all the time before was like; 'steady' unless given"},
                  {"play", play_shape(), false, "how the drill becomes production's time"},
                  {"strict", flag_shape(false), false,
                   "every other alert that fires is a false positive"},
                  {"objectives", objectives_shape(), false,
                   "for each, burn-rate rules are made, and the budget is counted"},
                  {"cloudwatch", cloudwatch_shape(), false, "alarms of CloudWatch"}},
       .rules = {at_least_one({"rules", "objectives", "cloudwatch"})}});
}

std::vector<Field> alert_fields() {
  const ShapePtr name = text_shape("", {.what = "the name of an alert",
                                        .pattern = R"(^\S(.{0,198}\S)?$)",
                                        .examples = {"HighErrorRate"}});
  return {{"alert", name, false, "an alert of the rule files, or an alarm of CloudWatch"},
          {"fires", fires_shape(), false, "when it fires, and how"},
          {"resolves", resolves_shape(), false, "when it stops firing"},
          {"flaps", integer_shape("an integer 0..1000", 0, 1000), false,
           "how often it may come back after it had gone"},
          {"never", names_shape("event", {"fires"}), false, "it stays silent"},
          {"notifies", notifies_shape(), false,
           "whom a real Prometheus and Alertmanager tell of it, see services"}};
}

std::vector<Rule> alert_rules() {
  return {needs("alert", {"fires", "never", "notifies"}),
          needs("fires", {"alert"}),
          needs("never", {"alert"}),
          needs("resolves", {"fires"}),
          needs("flaps", {"fires"}),
          excludes("never", {"fires"}),
          excludes("fires", {"during"}),
          excludes("alert", {"gate"}),
          needs("notifies", {"alert"}),
          excludes("notifies", {"never", "during"})};
}

}  // namespace firedrill::scenario
