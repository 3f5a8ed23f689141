#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/grammar_alerts.hpp"
#include "harness/scenario/grammar_observed.hpp"
#include "harness/scenario/grammar_state.hpp"
#include "harness/scenario/parses.hpp"
#include "harness/scenario/slo_expression.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

std::vector<Field> fallback_fields() {
  return {{"fallback", reference_shape("the name of a stream", {"score"}), false,
           "answers of this stream come from the fallback"},
          {"when", response_match_shape(), false, "how such an answer is recognised"},
          {"from", names_shape("moment", {"phase.start", "breaker.open"}), false,
           "when counting begins"},
          {"breaker_of", reference_shape("the name of a mock", {"openai"}), false,
           "whose breaker 'from' means; the only mock unless given"}};
}

Field share_field() {
  return {"share", share_bound_shape(), false,
          "of all answers that were due, or of all calls; all unless given"};
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

/// Each of these keys but the first belongs to the first.
void add_kind(std::vector<Field>& all, std::vector<Rule>& rules, std::vector<Field> fields) {
  for (std::size_t i = 1; i < fields.size(); ++i) {
    rules.push_back(needs(fields[i].name, {fields.front().name}));
  }
  for (Field& field : fields) all.push_back(std::move(field));
}

}  // namespace

ShapePtr slo_shape() {
  return text_shape("slo", {.what = "a comparison of a measured quantity",
                            .pattern = slo_pattern(),
                            .examples = {"score.response.p95 < 500ms", "score.failed.rate < 0.5%"},
                            .check = parses<parse_slo>});
}

ShapePtr share_bound_shape() {
  return text_shape("", {.what = "a bound for a share",
                         .pattern = share_bound_pattern(),
                         .examples = {">= 99%"},
                         .check = parses<parse_share_bound>});
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
  std::vector<std::string> calls_parts;
  for (const Field& field : calls_fields()) calls_parts.push_back(field.name);
  calls_parts.erase(calls_parts.begin());
  std::vector<std::string> kinds{"slo", "breaker", "fallback", "calls", "knee", "alert"};
  for (std::string& kind : observed_kinds()) kinds.push_back(std::move(kind));
  for (std::string& kind : state_kinds()) kinds.push_back(std::move(kind));
  std::vector<Rule> rules{exactly_one(kinds),
                          needs("fallback", {"when"}),
                          needs("breaker_of", {"from"}),
                          needs("calls", calls_parts),
                          needs("knee", {"at_least"}),
                          needs("for", {"window"}),
                          needs("share", {"fallback", "correlation"})};
  fields.push_back(share_field());
  add_kind(fields, rules, slo_fields());
  add_kind(fields, rules, breaker_fields());
  add_kind(fields, rules, fallback_fields());
  add_kind(fields, rules, calls_fields());
  add_kind(fields, rules, knee_fields());
  for (Field& field : observed_fields()) fields.push_back(std::move(field));
  for (Field& field : alert_fields()) fields.push_back(std::move(field));
  for (Field& field : state_fields()) fields.push_back(std::move(field));
  for (Rule& rule : observed_rules()) rules.push_back(std::move(rule));
  for (Rule& rule : alert_rules()) rules.push_back(std::move(rule));
  for (Rule& rule : state_rules()) rules.push_back(std::move(rule));
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
