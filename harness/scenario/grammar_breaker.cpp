#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/parses.hpp"
#include "harness/spec/breaker_expectation.hpp"

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
  const ShapePtr window = text_shape("", {.what = "a time or a number of calls",
                                          .pattern = look_back_pattern(),
                                          .examples = {"10s", "100 calls"},
                                          .check = parses<parse_look_back>});
  const ShapePtr calls = text_shape("", {.what = "a number of calls",
                                         .pattern = std::string{kCallsPattern},
                                         .examples = {"100 calls"},
                                         .check = parses<parse_calls>});
  return map_shape(
      "", {.what = "a map with after or rate, and within if it matters",
           .fields = {{"after", failures, false,
                       "consecutive failures: not before, and by this many plus the "
                       "calls in flight"},
                      {"rate", share_bound_shape(), false, "share of failures: > 50% or >= 50%"},
                      {"over", window, false, "the latest calls that the share is taken of"},
                      {"minimum", calls, false, "fewer calls in that time never open it"},
                      {"within", duration_shape(), false, "from the first failure"}},
           .rules = {exactly_one({"after", "rate"}), needs("rate", {"over"}),
                     needs("over", {"rate"}), needs("minimum", {"rate"})}});
}

ShapePtr while_open_shape() {
  return map_shape(
      "", {.what = "a map with upstream_calls or slo",
           .fields = {{"upstream_calls", integer_shape("an integer 0..1000000", 0, 1'000'000),
                       false, "calls that the dependency may still see, trials apart"},
                      {"slo", slo_shape(), false, "what holds while it is open"}},
           .rules = {at_least_one({"upstream_calls", "slo"})}});
}

ShapePtr breaker_shape() {
  const ShapePtr mock = reference_shape("the name of a mock", {"openai"});
  return either(
      {mock, map_shape("", {.what = "a map with preset, and mock if there are several",
                            .fields = {
                                {"mock", mock, false, "the dependency; the only mock unless given"},
                                {"preset", names_shape("preset", spec::breaker_preset_names()),
                                 true, "the library that it is made with, for its defaults"}}})});
}

}  // namespace

ShapePtr within_shape(const char* from) {
  return map_shape("", {.what = "a map with the key within",
                        .fields = {{"within", duration_shape(), true, from}}});
}

std::vector<Field> breaker_fields() {
  const ShapePtr count = integer_shape("an integer 1..1000", 1, 1000);
  const ShapePtr openings = integer_shape("an integer 0..1000", 0, 1000);
  return {
      {"breaker", breaker_shape(), false, "the circuit breaker in front of this dependency"},
      {"opens", opens_shape(), false, "when it opens"},
      {"slow", duration_shape(), false, "an answer that takes longer counts as a failure"},
      {"reset", duration_shape(), false, "how long it stays open before it tries again"},
      {"while_open", while_open_shape(), false, "what holds while it is open"},
      {"trials", count, false, "most calls at a time that it lets through to try again"},
      {"hung_trial", within_shape("from the end of a trial that nobody answered to the next call"),
       false, "a trial without an answer does not block it for ever"},
      {"reopens", flag_shape(true), false, "a failed trial opens it again, for the whole time"},
      {"closes", within_shape("from the end of the fault"), false, "when it closes again"},
      {"herd", number_shape(), false,
       "most calls after it closed, in times of those before the fault, over any 100 ms or 1 s"},
      {"stays_closed", flag_shape(true), false, "it does not open, whatever fails"},
      {"openings", openings, false, "most times that it opens: more is flapping"},
      {"instances", count, false, "instances of the system; each has a breaker of its own"}};
}

}  // namespace firedrill::scenario
