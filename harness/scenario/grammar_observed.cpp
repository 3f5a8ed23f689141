#include "harness/scenario/grammar_observed.hpp"

#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/grammar_evidence.hpp"
#include "harness/scenario/parses.hpp"
#include "harness/text/match.hpp"
#include "harness/text/metric_selector.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

Result<void> check_selector(std::string_view text) {
  const auto selector = MetricSelector::parse(text);
  return selector ? Result<void>{} : Result<void>{selector.error()};
}

ShapePtr selector_shape() {
  return text_shape(
      "", {.what = "a series of metrics",
           .pattern = "^[A-Za-z_:][A-Za-z0-9_:]*(\\{.*\\})?$",
           .examples = {"lead_scoring_fallback_total", "http_requests_total{status=~\"5..\"}"},
           .check = check_selector});
}

ShapePtr bound_shape() {
  return text_shape("", {.what = "a bound for a number",
                         .pattern = number_bound_pattern(),
                         .examples = {">= 10", "== 0"},
                         .check = parses<parse_number_bound>});
}

ShapePtr pointer_shape() { return text_shape("", pointer_text()); }

ShapePtr path_shape() {
  return text_shape(
      "", {.what = "a path", .pattern = std::string{kPathPattern}, .examples = {"/health"}});
}

ShapePtr probe_shape() {
  const TextShape mock =
      std::get<TextShape>(reference_shape("the name of a mock", {"openai"})->form);
  const ShapePtr places =
      map_shape("", {.what = "a map from mocks to where the state of their breaker stands",
                     .open = OpenKeys{mock, free_text("a JSON Pointer or a series"), 1}});
  return map_shape(
      "probe",
      {.what = "a map with health, metrics, breakers or resources",
       .fields = {{"health", path_shape(), false, "a health or readiness endpoint"},
                  {"metrics", path_shape(), false, "an endpoint with Prometheus text"},
                  {"breakers", path_shape(), false,
                   "an endpoint that tells the states of circuit breakers as JSON"},
                  {"resources", resources_probe_shape(), false,
                   "what the system that the drill starts uses up, or the process of a file"},
                  {"every", duration_shape(), false, "how often it is asked; 250ms unless given"},
                  {"timeout", duration_shape(), false, "for one answer; 1s unless given"},
                  {"checks", pointer_shape(), false,
                   "of health: JSON Pointer of the object that holds the checks; found by its "
                   "usual names unless given"},
                  {"of", places, false,
                   "of breakers: JSON Pointers; of metrics: series, 0 closed, 1 half-open, 2 open, "
                   "or one series a state with the label state"},
                  {"series", integer_shape("an integer 1..100000", 1, 100'000), false,
                   "most values to keep; 2000 unless given"}},
       .rules = {exactly_one({"health", "metrics", "breakers", "resources"}),
                 needs("checks", {"health"}), excludes("timeout", {"resources"}),
                 needs("of", {"metrics", "breakers"})}});
}

std::vector<Field> metric_fields() {
  const ShapePtr equals = map_shape(
      "", {.what = "a map with calls, requests or answers",
           .fields = {{"calls", reference_shape("the name of a mock", {"openai"}), false,
                       "calls that this mock received"},
                      {"requests", reference_shape("the name of a stream", {"score"}), false,
                       "requests of this stream that were answered"},
                      {"answers", reference_shape("the name of a stream", {"score"}), false,
                       "answers of this stream that look like 'when'"},
                      {"when", response_match_shape(), false, "how such an answer is recognised"},
                      {"tolerance", ratio_shape(), false,
                       "by which they may differ; none unless given"}},
           .rules = {exactly_one({"calls", "requests", "answers"}), needs("when", {"answers"}),
                     needs("answers", {"when"})}});
  return {{"metric", selector_shape(), false, "a series that the system shows, summed up"},
          {"by", bound_shape(), false, "how much it grows in the window"},
          {"value", bound_shape(), false, "what each scrape in the window shows"},
          {"equals", equals, false, "what its growth must agree with, as we counted it"}};
}

std::vector<Field> health_fields() {
  const ShapePtr check = free_text("the name of a check");
  return {{"health", reference_shape("the name of a probe", {"ready"}), false,
           "what this probe is answered"},
          {"status", status_shape(), false, "status of every answer"},
          {"json", json_match_shape(), false, "what every answer holds"},
          {"turns", either({check, list_shape("a list of checks", check)}), false,
           "checks that turn in the window, and no other; [] for none"},
          {"to", free_text("what a check says"), false, "what they turn to"},
          {"back", duration_shape(), false,
           "within this time of the healing all checks are as before"}};
}

std::vector<Field> log_fields() {
  const ShapePtr pattern = re2_shape();
  const ShapePtr line = map_shape(
      "", {.what = "a map with matches or json",
           .fields = {{"matches", pattern, false, "an RE2 pattern, found anywhere in the line"},
                      {"json", json_match_shape(), false, "values in a line that is JSON"}},
           .rules = {at_least_one({"matches", "json"})}});
  const ShapePtr lines =
      text_shape("", {.what = "never or a number of lines",
                      .pattern = "^(never|" + unanchored(number_bound_pattern()) + ")$",
                      .examples = {"never", ">= 1"}});
  return {{"log", either({pattern, line}), false, "lines of the system's log"},
          {"appears", lines, false, "how often; at least once unless given"}};
}

std::vector<Field> recovery_fields() {
  return {{"recovery", either({slo_shape(), list_shape("a list of objectives", slo_shape(), 1)}),
           false, "objectives that hold again after the healing"},
          {"stays", duration_shape(), false, "how long they hold from then on; 1s unless given"},
          {"within", duration_shape(), false, "from the healing; of health: from the fault"}};
}

std::vector<Field> attempt_fields() {
  return {
      {"amplification", reference_shape("the name of a mock", {"openai"}), false,
       "attempts per request, among the requests that reached this mock"},
      {"attempts", bound_shape(), false, "on average"},
      {"most", integer_shape("an integer 1..1000", 1, 1000), false, "of any one request"},
      {"correlation", reference_shape("the name of a mock", {"openai"}), false,
       "calls at this mock carry the correlation id of the request that caused them"},
      {"telemetry", reference_shape("the name of a mock", {"openai"}), false,
       "what the system says of the breaker in front of this mock is what it did"},
      {"lag", duration_shape(), false, "how late it may be about a change; 500ms unless given"}};
}

}  // namespace

ShapePtr probes_shape() {
  return map_shape(
      "", {.what = "a map from names to probes",
           .open = OpenKeys{
               std::get<TextShape>(reference_shape("the name of a probe", {"ready"})->form),
               probe_shape(), 0, 50}});
}

std::vector<Field> observed_fields() {
  std::vector<Field> fields;
  for (auto part : {metric_fields(), health_fields(), log_fields(), recovery_fields(),
                    attempt_fields(), evidence_fields()}) {
    for (Field& field : part) fields.push_back(std::move(field));
  }
  return fields;
}

std::vector<std::string> observed_kinds() {
  std::vector<std::string> kinds{"metric",        "health",      "log",      "recovery",
                                 "amplification", "correlation", "telemetry"};
  for (std::string& kind : evidence_kinds()) kinds.push_back(std::move(kind));
  return kinds;
}

std::vector<Rule> observed_rules() {
  std::vector<Rule> rules{needs("metric", {"by", "value", "equals"}),
                          needs("health", {"status", "json", "turns", "back"}),
                          needs("recovery", {"within"}),
                          needs("amplification", {"attempts", "most"}),
                          needs("within", {"recovery", "health"}),
                          needs("to", {"turns"}),
                          needs("appears", {"log"}),
                          needs("stays", {"recovery"}),
                          needs("lag", {"telemetry"})};
  for (const char* part : {"by", "value", "equals"}) rules.push_back(needs(part, {"metric"}));
  for (const char* part : {"status", "json", "turns", "back"}) {
    rules.push_back(needs(part, {"health"}));
  }
  for (const char* part : {"attempts", "most"}) rules.push_back(needs(part, {"amplification"}));
  for (Rule& rule : evidence_rules()) rules.push_back(std::move(rule));
  return rules;
}

}  // namespace firedrill::scenario
