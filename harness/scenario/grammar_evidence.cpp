#include "harness/scenario/grammar_evidence.hpp"

#include "harness/base/units.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/parses.hpp"
#include "harness/spec/privacy.hpp"
#include "harness/text/metric_selector.hpp"

#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

Result<void> check_counter(std::string_view text) {
  const auto selector = MetricSelector::parse(text);
  return selector ? Result<void>{} : Result<void>{selector.error()};
}

std::string_view without_at_most(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with("<=")) text = trimmed(text.substr(2));
  return text;
}

Error no_growth(std::string_view text) {
  return Error{"a growth wanted, such as 1MiB/min, not '" + std::string{text} + "'"};
}

/// Seconds of what stands behind the slash.
double seconds_in(std::string_view unit) {
  if (unit == "s") return 1;
  if (unit == "min") return 60;
  return unit == "h" ? 3600 : 0;
}

ShapePtr memory_limit_shape() {
  return text_shape("", {.what = "an amount of memory",
                         .pattern = std::string{kMemoryPattern},
                         .examples = {"200MiB"},
                         .check = parses<parse_memory>});
}

ShapePtr cpu_limit_shape() {
  return text_shape("", {.what = "a share of one core",
                         .pattern = std::string{kCpuPattern},
                         .examples = {"80%"},
                         .check = parses<parse_cpu>});
}

ShapePtr count_limit_shape() { return integer_shape("an integer 0..1000000", 0, 1'000'000); }

ShapePtr confidence_shape() {
  return text_shape("", {.what = "a confidence, above 50% and below 100%",
                         .pattern = std::string{kRatioPattern},
                         .examples = {"95%"},
                         .check = parses<parse_ratio>});
}

std::vector<Field> limits() {
  return {{"memory", memory_limit_shape(), false, "resident memory of all its processes"},
          {"cpu", cpu_limit_shape(), false, "of one core, on average"},
          {"descriptors", count_limit_shape(), false, "open files"},
          {"connections", count_limit_shape(), false, "open sockets"},
          {"threads", count_limit_shape(), false, "threads"}};
}

std::vector<std::string> limit_names() {
  std::vector<std::string> names;
  for (const Field& field : limits()) names.push_back(field.name);
  return names;
}

Field privacy_kinds_field() {
  const ShapePtr kind = names_shape("canary", spec::canary_kind_names());
  return {"privacy",
          either({names_shape("canary", {"canaries"}),
                  list_shape("canaries, or a list of kinds of canaries", kind, 1)}),
          false, "data of made-up people: of every kind that traffic carries, or of these"};
}

std::vector<Field> privacy_fields() {
  const ShapePtr place = names_shape("place", spec::leak_place_names());
  const ShapePtr mock = reference_shape("the name of a mock", {"openai"});
  return {privacy_kinds_field(),
          {"never_in", list_shape("a list of places", place, 1), false,
           "where it must not turn up, in any encoding"},
          {"third_parties", either({mock, list_shape("a list of mocks", mock, 1)}), false,
           "which mocks third_party_calls means; all unless given"},
          {"apart", names_shape("tenant", {"persons", "streams"}), false,
           "whose data other_answers keeps apart: everybody's own, the default, or a stream's"}};
}

Field resources_field() {
  std::vector<Field> fields{
      {"probe", reference_shape("the name of a probe", {"process"}), false,
       "a probe of resources, or of metrics that show process_*; the only one of resources unless "
       "given"},
      {"memory_slope",
       text_shape("", {.what = "a growth of memory",
                       .pattern = std::string{kGrowthPattern},
                       .examples = {"1MiB/min"},
                       .check = parses<parse_growth>}),
       false, "memory grows no faster, as an interval of the given confidence shows"},
      {"warm_up", duration_shape(), false, "left out at the start of the window"},
      {"confidence", confidence_shape(), false, "of the interval; 95% unless given"},
      {"samples", integer_shape("an integer 3..100000", 3, 100'000), false,
       "fewer show no slope; 20 unless given"}};
  for (Field& field : limits()) {
    field.description += ", at most";
    fields.push_back(std::move(field));
  }
  const ShapePtr returns =
      map_shape("", {.what = "a map with resources and how much above before each may be",
                     .fields = limits(),
                     .rules = {at_least_one(limit_names())}});
  fields.push_back({"returns", returns, false, "is back to what it was, but for so much"});
  fields.push_back({"within", duration_shape(), false, "from the start of the window"});
  fields.push_back({"base", reference_shape("the name of a phase", {"steady"}), false,
                    "what it was: in this phase, or in the first"});
  std::vector<std::string> demands = limit_names();
  demands.insert(demands.end(), {"memory_slope", "returns"});
  const ShapePtr shape = map_shape(
      "", {.what = "a map with memory_slope, memory, cpu, descriptors, connections, threads or "
                   "returns",
           .fields = std::move(fields),
           .rules = {at_least_one(demands), needs("confidence", {"memory_slope"}),
                     needs("samples", {"memory_slope"}), needs("returns", {"within"}),
                     needs("within", {"returns"}), needs("base", {"returns"})}});
  return {"resources", shape, false, "what the system uses up"};
}

Field happens_field() {
  const ShapePtr line = map_shape(
      "", {.what = "a map with matches or json",
           .fields = {{"matches", re2_shape(), false, "an RE2 pattern, found anywhere in the line"},
                      {"json", json_match_shape(), false, "values in a line that is JSON"}},
           .rules = {at_least_one({"matches", "json"})}});
  const ShapePtr counter = text_shape("", {.what = "a counter",
                                           .pattern = "^[A-Za-z_:][A-Za-z0-9_:]*(\\{.*\\})?$",
                                           .examples = {"clinic_reminders_total"},
                                           .check = check_counter});
  const ShapePtr times = text_shape("", {.what = "a bound for a number",
                                         .pattern = number_bound_pattern(),
                                         .examples = {">= 3"},
                                         .check = parses<parse_number_bound>});
  const ShapePtr shape = map_shape(
      "", {.what = "a map with log, metric, call or delivery",
           .fields = {{"log", either({re2_shape(), line}), false, "a line of the system's log"},
                      {"metric", counter, false, "a counter of the system goes up"},
                      {"call", reference_shape("the name of a mock", {"twilio"}), false,
                       "this mock is called"},
                      {"method",
                       names_shape("method", {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}),
                       false, "of the call; any unless given"},
                      {"path", free_text("a path, with * for any characters"), false,
                       "of the call, without the query"},
                      {"delivery", free_text("the name of a mock or of a stream of webhooks"),
                       false, "a webhook of this sender is acknowledged"},
                      {"event", free_text("an event, with * for any characters"), false,
                       "of the delivery"},
                      {"every", duration_shape(), false, "never longer than this without one"},
                      {"by", duration_shape(), false, "the first, from the start of the window"},
                      {"times", times, false, "how many in the window"}},
           .rules = {exactly_one({"log", "metric", "call", "delivery"}),
                     at_least_one({"every", "by", "times"}), needs("method", {"call"}),
                     needs("path", {"call"}), needs("event", {"delivery"})}});
  return {"happens", shape, false, "something that the system must do by itself"};
}

}  // namespace

Result<double> parse_memory(std::string_view text) {
  const auto bytes = parse_bytes(without_at_most(text));
  if (!bytes) return bytes.error();
  return static_cast<double>(*bytes);
}

Result<double> parse_growth(std::string_view text) {
  const std::string_view rest = without_at_most(text);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return no_growth(text);
  const auto bytes = parse_bytes(trimmed(rest.substr(0, slash)));
  const double per = seconds_in(trimmed(rest.substr(slash + 1)));
  if (!bytes || per == 0) return no_growth(text);
  return static_cast<double>(*bytes) / per;
}

Result<double> parse_cpu(std::string_view text) {
  std::string_view rest = without_at_most(text);
  const Error wrong{"a share of one core wanted, such as 80%, not '" + std::string{text} + "'"};
  if (!rest.ends_with('%')) return wrong;
  rest = trimmed(rest.substr(0, rest.size() - 1));
  double share = 0;
  const char* const end = rest.data() + rest.size();
  const auto [stop, error] = std::from_chars(rest.data(), end, share, std::chars_format::fixed);
  const bool digits = !rest.empty() && rest.find_first_not_of("0123456789.") == rest.npos;
  if (!digits || error != std::errc{} || stop != end || share > 100'000) return wrong;
  return share / 100;
}

ShapePtr resources_probe_shape() {
  const ShapePtr given =
      map_shape("", {.what = "a map with pid_file",
                     .fields = {{"pid_file", free_text("a file"), true,
                                 "holds the number of the process; relative to the scenario"}}});
  return either({names_shape("process", {"system"}), given});
}

std::vector<Field> evidence_fields() {
  std::vector<Field> fields = privacy_fields();
  fields.push_back(resources_field());
  fields.push_back(happens_field());
  return fields;
}

std::vector<std::string> evidence_kinds() { return {"privacy", "resources", "happens"}; }

std::vector<Rule> evidence_rules() {
  return {needs("privacy", {"never_in"}),      needs("never_in", {"privacy"}),
          needs("third_parties", {"privacy"}), needs("apart", {"privacy"}),
          excludes("privacy", {"gate"}),       excludes("happens", {"gate"})};
}

}  // namespace firedrill::scenario
