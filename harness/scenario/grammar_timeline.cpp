#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/grammar_faults.hpp"
#include "harness/scenario/parses.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace firedrill::scenario {
namespace {

Field after_events() {
  return {"after", integer_shape("a number of events 0..1000000", 0, 1'000'000), false,
          "events of the stream that come before; half of them unless given"};
}

ShapePtr stall_shape() {
  return map_shape("", {.what = "a map, {} for the middle of the stream",
                        .fields = {after_events(),
                                   {"for", time_or_forever_shape(), false,
                                    "how long the stream is silent; 'forever' unless given"}}});
}

ShapePtr in_stream_shape() {
  return map_shape("in_stream",
                   {.what = "a map, {} for the middle of the stream", .fields = {after_events()}});
}

std::vector<Field> action_fields() {
  return {
      {"respond", respond_shape(), false, "answer with this status"},
      {"latency", delay_shape(), false, "answer late"},
      {"hang", time_or_forever_shape(), false, "accept, answer nothing for this long, then close"},
      {"reset", flag_shape(true), false, "cut the connection instead of answering"},
      {"truncate", bytes_shape(), false, "break off after this much of the body"},
      {"malformed", flag_shape(true), false, "a 200 whose JSON breaks off"},
      {"drip", drip_shape(), false, "a few bytes at a time"},
      {"rate_limit", rate_shape(), false, "the provider's own 429 beyond this rate"},
      {"stall", stall_shape(), false, "a streamed answer falls silent in its midst"},
      {"end_early", in_stream_shape(), false,
       "a streamed answer ends in good order, but too early"},
      {"stream_error", in_stream_shape(), false,
       "a streamed answer breaks off with the provider's error event"}};
}

/// A request ends in one way only; latency, drip and rate_limit go with any.
std::vector<Rule> action_rules() {
  return {excludes("hang", {"respond", "reset", "truncate", "malformed", "drip", "stall",
                            "end_early", "stream_error"}),
          excludes("reset", {"respond", "truncate", "malformed", "drip", "stall", "end_early",
                             "stream_error"}),
          excludes("malformed", {"respond", "truncate", "stall", "end_early", "stream_error"}),
          excludes("respond", {"stall", "end_early", "stream_error"}),
          excludes("truncate", {"stall", "end_early", "stream_error"}),
          at_most_one({"stall", "end_early", "stream_error"})};
}

ShapePtr step_shape() {
  std::vector<Field> fields = action_fields();
  fields.push_back({"pass", flag_shape(true), false, "answer as if healthy"});
  fields.push_back({"until", names_shape("end of a step", {"breaker.open"}), false,
                    "the step ends when the caller's breaker opens"});
  fields.push_back({"for",
                    text_shape("", {.what = "a number of requests or trials",
                                    .pattern = std::string{kStepEndPattern},
                                    .examples = {"3 requests", "1 trial"},
                                    .check = parses<parse_step_end>}),
                    false, "the step ends after this many"});
  std::vector<Rule> rules = action_rules();
  std::vector<std::string> doing = action_keys();
  rules.push_back(excludes("pass", doing));
  doing.emplace_back("pass");
  rules.push_back(at_least_one(std::move(doing)));
  rules.push_back(at_most_one({"until", "for"}));
  return map_shape("step", {.what = "a map that says what the mock does",
                            .fields = std::move(fields),
                            .rules = std::move(rules)});
}

ShapePtr ramp_shape() {
  return either({duration_shape(),
                 map_shape("", {.what = "a map with over, from and to",
                                .fields = {{"over", duration_shape(), true, "how long it takes"},
                                           {"from", ratio_shape(), false, "0% unless given"},
                                           {"to", ratio_shape(), false, "100% unless given"}}})});
}

ShapePtr flap_shape() {
  return map_shape("", {.what = "a map with on and off",
                        .fields = {{"on", duration_shape(), true, "how long it is there"},
                                   {"off", duration_shape(), true, "and how long it is not"}}});
}

/// What every fault may have, whatever it breaks.
std::vector<Field> common_fields() {
  return {{"after", duration_shape(), false, "from the start of the phase to the injection"},
          {"for", duration_shape(), false, "how long it lasts; until the phase ends unless given"},
          {"ramp", ramp_shape(), false,
           "its strength grows from the injection on: how late, how many, how much"},
          {"flap", flap_shape(), false, "it comes and goes"},
          {"name",
           text_shape("", {.what = "a name for the fault",
                           .pattern = "^[a-z0-9][a-z0-9@#_-]{0,127}$",
                           .examples = {"openai-down"}}),
           false, "name in results; MOCK@PHASE unless given"},
          {"hits", names_shape("hits", {"required", "optional"}), false,
           "whether a fault that hit nothing makes the drill inconclusive"}};
}

std::vector<FaultTarget> targets() {
  return {mock_target(), process_target(), pressure_target(), service_target(), proxy_target()};
}

/// Targets may share a key, such as `restart`.
bool has(const std::vector<Field>& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const Field& field) { return field.name == name; });
}

ShapePtr injection_shape() {
  MapShape injection{.what = "a map with what is broken and how, such as mock and hang"};
  std::vector<std::string> keys;
  std::vector<std::string> does;
  for (const FaultTarget& target : targets()) {
    keys.push_back(target.key);
    does.insert(does.end(), target.does.begin(), target.does.end());
    for (const Field& field : target.fields) {
      if (!has(injection.fields, field.name)) injection.fields.push_back(field);
    }
    injection.rules.insert(injection.rules.end(), target.rules.begin(), target.rules.end());
  }
  for (Field& field : common_fields()) injection.fields.push_back(std::move(field));
  injection.rules.push_back(at_least_one(std::move(does)));
  injection.rules.push_back(exactly_one(std::move(keys)));
  for (const FaultTarget& target : targets()) {
    std::vector<std::string> of_others;
    for (const FaultTarget& other : targets()) {
      if (other.key == target.key) continue;
      for (std::string& name : names_of(other.fields)) {
        const bool shared = name == other.key || has(target.fields, name);
        if (!shared) of_others.push_back(std::move(name));
      }
    }
    injection.rules.push_back(excludes(target.key, std::move(of_others)));
  }
  return map_shape("injection", std::move(injection));
}

}  // namespace

std::vector<std::string> action_keys() {
  std::vector<std::string> keys;
  for (const Field& field : action_fields()) keys.push_back(field.name);
  return keys;
}

FaultTarget mock_target() {
  FaultTarget target{
      .key = "mock",
      .fields = {{"mock", reference_shape("the name of a mock", {"openai"}), false,
                  "which mock misbehaves"},
                 {"share", ratio_shape(), false, "how many of the requests are hit, at random"},
                 {"pattern", count_script_shape(), false,
                  "which of the requests are hit, by count"},
                 {"when", http_pick_shape(), false, "which requests it is about; all unless given"},
                 {"steps", list_shape("a list of one or more steps", step_shape(), 1), false,
                  "what the mock does, one thing after the other"}},
      .does = action_keys(),
      .rules = action_rules()};
  for (Field& field : action_fields()) target.fields.push_back(std::move(field));
  target.rules.push_back(excludes("steps", action_keys()));
  target.rules.push_back(at_most_one({"share", "pattern"}));
  target.does.emplace_back("steps");
  return target;
}

ShapePtr lone_fault_shape() {
  std::vector<std::string> doing = action_keys();
  doing.emplace_back("steps");
  std::vector<std::string> keys = doing;
  keys.insert(keys.end(), {"name", "share", "pattern", "when"});
  const ShapePtr injection = injection_shape();
  MapShape lone{.what = "a map that says what the mock does"};
  for (const Field& field : std::get<MapShape>(injection->form).fields) {
    if (std::find(keys.begin(), keys.end(), field.name) != keys.end()) lone.fields.push_back(field);
  }
  lone.rules = action_rules();
  lone.rules.push_back(excludes("steps", action_keys()));
  lone.rules.push_back(at_least_one(std::move(doing)));
  lone.rules.push_back(at_most_one({"share", "pattern"}));
  return map_shape("", std::move(lone));
}

ShapePtr timeline_shape() {
  const ShapePtr phase = map_shape(
      "phase",
      {.what = "one phase with its length, such as '- steady: 4s',",
       .fields = {{"inject", list_shape("a list of one or more faults", injection_shape(), 1),
                   false, "what breaks during the phase"}},
       .open = OpenKeys{{.what = "the name of a phase",
                         .pattern = std::string{kNamePattern},
                         .examples = {"steady", "outage"}},
                        duration_shape(),
                        1,
                        1}});
  return list_shape("a list of one or more phases", phase, 1);
}

}  // namespace firedrill::scenario
