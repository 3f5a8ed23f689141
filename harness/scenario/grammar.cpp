#include "harness/scenario/grammar.hpp"

#include "harness/base/units.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar_alerts.hpp"
#include "harness/scenario/grammar_observed.hpp"
#include "harness/scenario/grammar_state.hpp"
#include "harness/scenario/parses.hpp"
#include "harness/text/match.hpp"

#include <utility>

namespace firedrill::scenario {
namespace {

ShapePtr parsed_shape(std::string def, std::string what, std::string pattern,
                      std::vector<std::string> examples, TextCheck check) {
  return text_shape(std::move(def), {.what = std::move(what),
                                     .pattern = std::move(pattern),
                                     .examples = std::move(examples),
                                     .check = check});
}

ShapePtr scalar_shape() { return std::make_shared<const Shape>(Shape{ScalarShape{}, ""}); }

/// What one value of a JSON answer must be.
ShapePtr json_value_match_shape() {
  return either(
      {scalar_shape(),
       map_shape(
           "value_match",
           {.what = "a map with equals, between, matches or exists",
            .fields =
                {{"equals", scalar_shape(), false, "this value"},
                 {"between",
                  list_shape("a list of two numbers, such as [0.7, 0.95],", number_shape(), 2, 2),
                  false, "a number from the first to the second, both included"},
                 {"matches", re2_shape(), false, "an RE2 pattern, found anywhere in a string"},
                 {"exists", flag_shape(false), false, "whether there is a value at all"}},
            .rules = {at_least_one({"equals", "between", "matches", "exists"})}})});
}

std::vector<Field> top_fields() {
  const ShapePtr file = text_shape("", {.what = "the path of a file"});
  const ShapePtr facet = text_shape("", {.what = "a facet of the runbook catalogue",
                                         .pattern = R"(^(MC|RG|RX|PF)-\d\d/[a-z0-9-]+$)",
                                         .examples = {"MC-09/outage"}});
  const ShapePtr host = text_shape(
      "",
      {.what = "a host name or address without a port",
       .pattern = R"(^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f]*(:[0-9A-Fa-f.]*)+)$)",
       .examples = {"staging.example.com"}});
  const ShapePtr header = text_shape("", header_name());
  return {
      {"firedrill", integer_shape("1, the version of the format,", 1, 1), true,
       "version of this format"},
      {"name",
       text_shape("", {.what = "a name of lower-case letters, digits and dashes",
                       .pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$",
                       .examples = {"openai-outage"}}),
       true, "name of the drill, in results and on the command line"},
      {"title", free_text("a title"), false, "what the drill is about, in one line"},
      {"rehearses", list_shape("a list of facets, such as [MC-09/outage],", facet), false,
       "entries and facets of the runbook catalogue"},
      {"runbook", free_text("a title or a link"), false, "what to read when the drill fails"},
      {"seed", integer_shape("an integer 0..18446744073709551615", 0, UINT64_MAX), false,
       "where all randomness starts; --seed wins"},
      {"include", list_shape("a list of files, such as [base.yaml],", file, 1), false,
       "files that this one builds on, relative to it; this file wins over them"},
      {"allow", list_shape("a list of hosts", host), false,
       "hosts outside loopback that the drill may talk to"},
      {"correlation",
       map_shape("", {.what = "a map with the key header",
                      .fields = {{"header", header, true,
                                  "header that carries the correlation id of each request"}}}),
       false, "how requests are followed through the system"},
      {"lengths",
       map_shape("",
                 {.what = "a map from phases to durations",
                  .open = OpenKeys{std::get<TextShape>(
                                       reference_shape("the name of a phase", {"steady"})->form),
                                   duration_shape()}}),
       false, "other lengths for phases of the timeline: what an overlay for a game day sets"},
      {"system", system_shape(), true, "what is under test"},
      {"mocks", mocks_shape(), false, "stand-ins for the services that the system calls"},
      {"feeders", feeders_shape(), false, "data for requests, from files"},
      {"services", services_shape(), false, "real databases and caches, started or given"},
      {"proxies", proxies_shape(), false,
       "what stands between the system and others, to misbehave"},
      {"traffic", traffic_shape(), true, "streams of requests, by name"},
      {"probes", probes_shape(), false, "what is read from the system while the drill runs"},
      {"state", state_shape(), false, "what is read of the system's own state before and after"},
      {"timeline", timeline_shape(), true, "phases in order, and what breaks in them"},
      {"alerts", alerts_shape(), false, "alert rules that the drill is held against"},
      {"expect", expectations_shape(), false, "what must hold"},
      {"sweep", sweep_shape(), false,
       "the same drill at several levels of load: up to which does the system recover?"},
      {"k6_thresholds", k6_shape(), false, "thresholds as k6 writes them, over the whole drill"}};
}

}  // namespace

ShapePtr number_shape() {
  return std::make_shared<const Shape>(Shape{NumberShape{"a number"}, ""});
}

ShapePtr scenario_shape() {
  return map_shape("scenario", {.what = "a map that begins with 'firedrill: 1'",
                                .fields = top_fields(),
                                .rules = {at_least_one({"expect", "k6_thresholds"})}});
}

ShapePtr duration_shape() {
  return parsed_shape("duration", "a duration with its unit", std::string{kDurationPattern},
                      {"250ms", "1.5s", "1h30m"}, parses<parse_duration>);
}

ShapePtr rate_shape() {
  return parsed_shape("rate", "a rate with its unit", std::string{kRatePattern},
                      {"40/s", "2400/min"}, parses<parse_rate>);
}

ShapePtr ratio_shape() {
  return parsed_shape("ratio", "a percentage", std::string{kRatioPattern}, {"5%", "99.9%"},
                      parses<parse_ratio>);
}

ShapePtr bytes_shape() {
  return parsed_shape("bytes", "a size with its unit", std::string{kBytesPattern}, {"512B", "10KB"},
                      parses<parse_bytes>);
}

ShapePtr delay_shape() {
  return parsed_shape("delay", "a delay", delay_pattern(),
                      {"40ms", "uniform 10ms 50ms", "lognormal 40ms 10ms"}, parses<parse_delay>);
}

ShapePtr free_text(std::string what) { return text_shape("", {.what = std::move(what)}); }

ShapePtr reference_shape(std::string what, std::vector<std::string> examples) {
  return text_shape("", {.what = std::move(what),
                         .pattern = std::string{kNamePattern},
                         .examples = std::move(examples)});
}

ShapePtr json_shape() { return std::make_shared<const Shape>(Shape{JsonShape{}, ""}); }

ShapePtr flag_shape(bool only_true) {
  return std::make_shared<const Shape>(Shape{BooleanShape{only_true}, ""});
}

ShapePtr secret_or_text_shape(std::string what) {
  const ShapePtr text = text_shape("", {.what = std::move(what), .any_scalar = true});
  return either({text, map_shape("secret", {.what = "a map with the key secret",
                                            .fields = {{"secret", text, true,
                                                        "the text, masked in everything that is "
                                                        "shown or written"}}})});
}

ShapePtr re2_shape() { return text_shape("", {.what = "an RE2 pattern", .check = check_pattern}); }

// Headers are texts, whatever they look like.
ShapePtr header_match_shape() {
  const ShapePtr text = text_shape("", {.what = "a text", .any_scalar = true});
  return either({text, map_shape("header_match",
                                 {.what = "a map with equals, matches or exists",
                                  .fields = {{"equals", text, false, "this text"},
                                             {"matches", re2_shape(), false,
                                              "an RE2 pattern, found anywhere in the value"},
                                             {"exists", flag_shape(false), false,
                                              "whether the header is there at all"}},
                                  .rules = {at_least_one({"equals", "matches", "exists"})}})});
}

ShapePtr status_shape() {
  const ShapePtr code = integer_shape("a status 100..599", 100, 599);
  const ShapePtr group =
      parsed_shape("status_class", "a class of statuses such as 2xx",
                   std::string{kStatusClassPattern}, {}, parses<parse_status_class>);
  return either({code, group, list_shape("a list of statuses", either({code, group}), 1)});
}

TextShape pointer_text() {
  return {.what = "a JSON Pointer",
          .pattern = "^(/([^~/]|~[01])*)*$",
          .examples = {"/confidence"},
          .check = check_pointer};
}

ShapePtr json_match_shape() {
  return map_shape("", {.what = "a map from JSON Pointers to what must stand there",
                        .open = OpenKeys{pointer_text(), json_value_match_shape(), 1}});
}

TextShape header_name() {
  return {.what = "the name of a header",
          .pattern = std::string{kTokenPattern},
          .examples = {"x-correlation-id"}};
}

ShapePtr request_match_shape() {
  const TextShape parameter{.what = "the name of a parameter", .pattern = R"(^[^\s&=#]+$)"};
  return map_shape(
      "request_match",
      {.what = "a map with query, headers, json or body",
       .fields = {{"query",
                   map_shape("", {.what = "a map from parameters to what they must be",
                                  .open = OpenKeys{parameter, header_match_shape(), 1}}),
                   false, "parameters of the query"},
                  {"headers",
                   map_shape("", {.what = "a map from headers to what they must be",
                                  .open = OpenKeys{header_name(), header_match_shape(), 1}}),
                   false, "headers of the request"},
                  {"json", json_match_shape(), false, "values in the JSON of the request"},
                  {"body", header_match_shape(), false, "the body as a text"}},
       .rules = {at_least_one({"query", "headers", "json", "body"})}});
}

ShapePtr response_match_shape() {
  return map_shape(
      "response",
      {.what = "a map with status, headers or json",
       .fields = {{"status", status_shape(), false, "a status, a class such as 2xx, or a list"},
                  {"headers",
                   map_shape("", {.what = "a map from headers to what they must be",
                                  .open = OpenKeys{header_name(), header_match_shape(), 1}}),
                   false, "headers of the answer"},
                  {"json", json_match_shape(), false, "values in the JSON of the answer"}},
       .rules = {at_least_one({"status", "headers", "json"})}});
}

}  // namespace firedrill::scenario
