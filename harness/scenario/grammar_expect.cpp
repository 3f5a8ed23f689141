#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/grammar_alerts.hpp"
#include "harness/scenario/grammar_observed.hpp"
#include "harness/scenario/parses.hpp"
#include "harness/scenario/slo_expression.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

ShapePtr opens_shape() {
  const ShapePtr failures = text_shape("", {.what = "a number of failures",
                                            .pattern = std::string{kFailuresPattern},
                                            .examples = {"5 failures"},
                                            .check = parses<parse_failures>});
  return map_shape("", {.what = "a map with after, and within if it matters",
                        .fields = {{"after", failures, true,
                                    "consecutive failures: not before, and by this many plus the "
                                    "calls in flight"},
                                   {"within", duration_shape(), false, "from the first failure"}}});
}

ShapePtr while_open_shape() {
  return map_shape(
      "", {.what = "a map with upstream_calls or slo",
           .fields = {{"upstream_calls", integer_shape("an integer 0..1000000", 0, 1'000'000),
                       false, "calls that the dependency may still see, trials apart"},
                      {"slo", slo_shape(), false, "what holds while it is open"}},
           .rules = {at_least_one({"upstream_calls", "slo"})}});
}

std::vector<Field> breaker_fields() {
  const ShapePtr count = integer_shape("an integer 1..1000", 1, 1000);
  const ShapePtr closes =
      map_shape("", {.what = "a map with the key within",
                     .fields = {{"within", duration_shape(), true, "from the end of the fault"}}});
  return {{"breaker", reference_shape("the name of a mock", {"openai"}), false,
           "the circuit breaker in front of this dependency"},
          {"opens", opens_shape(), false, "when it opens"},
          {"reset", duration_shape(), false, "how long it stays open before it tries again"},
          {"while_open", while_open_shape(), false, "what holds while it is open"},
          {"trials", count, false, "most calls at a time that it lets through to try again"},
          {"closes", closes, false, "when it closes again"},
          {"instances", count, false, "instances of the system; each has a breaker of its own"}};
}

std::vector<Field> fallback_fields() {
  const ShapePtr bound = text_shape("", {.what = "a bound for a share",
                                         .pattern = share_bound_pattern(),
                                         .examples = {">= 99%"},
                                         .check = parses<parse_share_bound>});
  return {{"fallback", reference_shape("the name of a stream", {"score"}), false,
           "answers of this stream come from the fallback"},
          {"when", response_match_shape(), false, "how such an answer is recognised"},
          {"share", bound, false, "their share of all answers that were due; all unless given"},
          {"from", names_shape("moment", {"phase.start", "breaker.open"}), false,
           "when counting begins"},
          {"breaker_of", reference_shape("the name of a mock", {"openai"}), false,
           "whose breaker 'from' means; the only mock unless given"}};
}

std::vector<Field> slo_fields() {
  const ShapePtr windows = text_shape("", {.what = "a number of windows",
                                           .pattern = std::string{kWindowsPattern},
                                           .examples = {"3 windows"},
                                           .check = parses<parse_windows>});
  return {{"slo", slo_shape(), false, "a measured quantity and its bound"},
          {"window", duration_shape(), false, "judged over each stretch of this length, sliding"},
          {"for", windows, false, "so many in a row must break it; 1 unless given"},
          {"min_requests", integer_shape("an integer 1..1000000000", 1, 1'000'000'000), false,
           "a window with fewer requests proves nothing"},
          {"abort", duration_shape(), false,
           "ends the drill when it fails, this long after its phases began"}};
}

std::vector<Field> knee_fields() {
  return {{"knee", reference_shape("the name of a stream", {"score"}), false,
           "the search for this stream's breaking point"},
          {"at_least", rate_shape(), false, "a rate that it must have shown to hold"}};
}

}  // namespace

ShapePtr slo_shape() {
  return text_shape("slo", {.what = "a comparison of a measured quantity",
                            .pattern = slo_pattern(),
                            .examples = {"score.response.p95 < 500ms", "score.failed.rate < 0.5%"},
                            .check = parses<parse_slo>});
}

ShapePtr expectations_shape() {
  const ShapePtr phase = reference_shape("the name of a phase", {"steady"});
  std::vector<Field> fields{
      {"name", free_text("a name"), false, "name in results; made from the text unless given"},
      {"during", either({phase, list_shape("a list of phases", phase, 1)}), false,
       "the phases it is judged over; the whole drill unless given"},
      {"gate", flag_shape(false), false,
       "judged before anything breaks; unmet, the drill stops as inconclusive"},
      {"runbook", free_text("a title or a link"), false,
       "what to read when it fails; the scenario's unless given"}};
  for (Field& field : slo_fields()) fields.push_back(std::move(field));
  for (Field& field : breaker_fields()) fields.push_back(std::move(field));
  for (Field& field : fallback_fields()) fields.push_back(std::move(field));
  for (Field& field : knee_fields()) fields.push_back(std::move(field));
  for (Field& field : observed_fields()) fields.push_back(std::move(field));
  for (Field& field : alert_fields()) fields.push_back(std::move(field));
  const std::vector<std::string> parts{"opens", "reset", "while_open", "trials", "closes"};
  std::vector<std::string> kinds{"slo", "breaker", "fallback", "knee", "alert"};
  for (std::string& kind : observed_kinds()) kinds.push_back(std::move(kind));
  std::vector<Rule> rules{exactly_one(kinds),          needs("breaker", parts),
                          needs("fallback", {"when"}), needs("knee", {"at_least"}),
                          needs("at_least", {"knee"}), needs("breaker_of", {"from"})};
  for (const std::string& part : parts) rules.push_back(needs(part, {"breaker"}));
  rules.push_back(needs("instances", {"breaker"}));
  for (const char* part : {"when", "from", "breaker_of"}) {
    rules.push_back(needs(part, {"fallback"}));
  }
  rules.push_back(needs("share", {"fallback", "correlation"}));
  for (const char* part : {"window", "min_requests", "abort"})
    rules.push_back(needs(part, {"slo"}));
  rules.push_back(needs("for", {"window"}));
  for (Rule& rule : observed_rules()) rules.push_back(std::move(rule));
  for (Rule& rule : alert_rules()) rules.push_back(std::move(rule));
  const ShapePtr expectation = map_shape(
      "expectation", {.what = "a map with slo, breaker, fallback or another kind of expectation",
                      .fields = std::move(fields),
                      .rules = std::move(rules)});
  return list_shape("a list of one or more expectations", expectation, 1);
}

ShapePtr k6_shape() {
  const ShapePtr threshold = text_shape("", {.what = "a threshold of k6",
                                             .pattern = std::string{kK6ThresholdPattern},
                                             .examples = {"p(95)<500", "rate<0.01"}});
  const TextShape metric{
      .what = "a metric of k6 with a stream tag or none",
      .pattern = std::string{kK6MetricPattern},
      .examples = {"http_req_duration", "http_req_failed", "http_reqs", "dropped_iterations",
                   "checks", "http_req_duration{stream:score}"}};
  return map_shape("",
                   {.what = "a map from metrics of k6 to lists of thresholds",
                    .open = OpenKeys{metric, list_shape("a list of thresholds", threshold, 1), 1}});
}

}  // namespace firedrill::scenario
