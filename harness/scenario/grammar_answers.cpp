// How a scenario scripts what a model says, and how fast it says it.
#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/parses.hpp"

#include <string>
#include <vector>

namespace firedrill::scenario {
namespace {

constexpr std::size_t kRulesMax = 1000;

ShapePtr answer_shape() {
  return either(
      {free_text("a text"), map_shape("", {.what = "a map with the key json",
                                           .fields = {{"json", json_shape(), true,
                                                       "a document that is sent as JSON"}}})});
}

ShapePtr message_shape() {
  return either(
      {free_text("a text"),
       map_shape("", {.what = "a map with equals or matches",
                      .fields = {{"equals", free_text("a text"), false, "this text, whole"},
                                 {"matches", re2_shape(), false,
                                  "an RE2 pattern, found anywhere in the message"}},
                      .rules = {at_least_one({"equals", "matches"})}})});
}

ShapePtr when_shape() {
  const ShapePtr model = text_shape(
      "", {.what = "a model, with * for any characters", .examples = {"gpt-4o-mini", "gpt-4*"}});
  return map_shape(
      "", {.what = "a map with model, message or headers",
           .fields = {{"model", model, false, "the model asked for"},
                      {"message", message_shape(), false, "the last message of the user"},
                      {"headers",
                       map_shape("", {.what = "a map from headers to what they must be",
                                      .open = OpenKeys{header_name(), header_match_shape(), 1}}),
                       false, "headers of the request"}},
           .rules = {at_least_one({"model", "message", "headers"})}});
}

ShapePtr rule_shape() {
  const ShapePtr tool = map_shape(
      "", {.what = "a map with name and json",
           .fields = {{"name", free_text("the name of a function"), true, "the function to call"},
                      {"json", json_shape(), true, "the arguments it is called with"}}});
  return map_shape(
      "answer_rule",
      {.what = "a map with when and one of text, json or tool",
       .fields = {{"when", when_shape(), true, "which requests; all conditions together"},
                  {"text", free_text("a text"), false, "what the model says"},
                  {"json", json_shape(), false, "what the model says, as JSON"},
                  {"tool", tool, false,
                   "the function that the model calls, where the request offers it"}},
       .rules = {exactly_one({"text", "json", "tool"})}});
}

}  // namespace

std::vector<Field> answer_fields() {
  const ShapePtr speed = text_shape("spread", {.what = "a number or a distribution of numbers",
                                               .pattern = spread_pattern(),
                                               .examples = {"60", "normal 60 15"},
                                               .check = parses<parse_spread>,
                                               .any_scalar = true});
  return {{"answer", answer_shape(), false, "what the model says when no rule fits"},
          {"answers", list_shape("a list of rules for answers", rule_shape(), 1, kRulesMax), false,
           "what the model says to which request; the first rule that fits wins"},
          {"first_token", delay_shape(), false,
           "how long the model thinks before the first token; 0 unless given"},
          {"tokens_per_second", speed, false,
           "how fast the tokens follow, drawn once for each answer; at once unless given"}};
}

}  // namespace firedrill::scenario
