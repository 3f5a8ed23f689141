#include "harness/scenario/grammar.hpp"

#include <string>

namespace firedrill::scenario {
namespace {

ShapePtr steps_shape() {
  return list_shape(
      "a list of one or more steps, such as [{rate: 10/s, for: 5s}],",
      map_shape("rate_step",
                {.what = "a step, {rate, for} or {to, over}",
                 .fields = {{"rate", rate_shape(), false, "constant for this step"},
                            {"for", duration_shape(), false, "how long it stays there"},
                            {"to", rate_shape(), false, "where it goes to, in a straight line"},
                            {"over", duration_shape(), false, "how long the way takes"}},
                 .rules = {exactly_one({"rate", "to"}), needs("rate", {"for"}),
                           needs("for", {"rate"}), needs("to", {"over"}), needs("over", {"to"})}}),
      1, 1000);
}

ShapePtr spike_shape() {
  return map_shape("rate_spike",
                   {.what = "a map with base, to, at and for",
                    .fields = {{"base", rate_shape(), true, "rate before and after"},
                               {"to", rate_shape(), true, "rate during the spike"},
                               {"at", duration_shape(), true, "when it begins"},
                               {"for", duration_shape(), true, "how long it lasts"}}});
}

ShapePtr sine_shape() {
  return map_shape(
      "rate_sine",
      {.what = "a map with mean, swing and period",
       .fields = {{"mean", rate_shape(), true, "rate that it begins at and swings around"},
                  {"swing", rate_shape(), true, "how far it goes up and down, at most the mean"},
                  {"period", duration_shape(), true, "one way up, down and back"}}});
}

}  // namespace

ShapePtr breakpoint_shape() {
  const ShapePtr slo = slo_shape();
  return map_shape(
      "rate_breakpoint",
      {.what = "a map with from, to and slo",
       .fields = {{"from", rate_shape(), true, "where the search begins"},
                  {"to", rate_shape(), true, "highest rate that it tries"},
                  {"slo", either({slo, list_shape("a list of objectives", slo, 1, 20)}), true,
                   "what must hold in every window, without the name of the stream"},
                  {"achieved", ratio_shape(), false, "planned requests that must be sent; 99%"},
                  {"window", duration_shape(), false, "how long each rate is tried; 2s"},
                  {"breaches", integer_shape("an integer 1..100", 1, 100), false,
                   "windows in a row that must break before a rate counts as broken; 2"},
                  {"cool_down", duration_shape(), false, "silence after a breach; 1s"},
                  {"precision", ratio_shape(), false, "when to stop halving; 1%"},
                  {"during", reference_shape("the name of a phase", {"search"}), false,
                   "the phase it searches in; the first unless given"}}});
}

ShapePtr rate_over_time_shape() {
  return either(
      {rate_shape(),
       map_shape("rate_over_time",
                 {.what = "a map with {from, to, over}, steps, spike, sine, replay or breakpoint",
                  .fields = {{"from", rate_shape(), false, "rate at the start of a ramp"},
                             {"to", rate_shape(), false, "rate at its end"},
                             {"over", duration_shape(), false,
                              "how long the way takes; then it stays at 'to'"},
                             {"steps", steps_shape(), false,
                              "one after the other from the start; then it stays at the last"},
                             {"spike", spike_shape(), false, "a rate with a sudden peak"},
                             {"sine", sine_shape(), false, "a rate that swings"},
                             {"replay", free_text("the name of a file"), false,
                              "a file with one arrival time a line, in seconds, counted from the "
                              "first; relative to the scenario"},
                             {"breakpoint", breakpoint_shape(), false,
                              "searches for the highest rate that the system stands"}},
                  .rules = {exactly_one({"from", "steps", "spike", "sine", "replay", "breakpoint"}),
                            needs("from", {"to"}), needs("from", {"over"}), needs("to", {"from"}),
                            needs("over", {"from"})}})});
}

}  // namespace firedrill::scenario
