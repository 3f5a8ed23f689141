// `sweep`: the same drill at several levels of load.
#include "harness/scenario/grammar.hpp"

namespace firedrill::scenario {

ShapePtr sweep_shape() {
  const ShapePtr measured = map_shape(
      "", {.what = "a map with breakpoint and for",
           .fields = {{"breakpoint", breakpoint_shape(), true, "how the capacity is searched for"},
                      {"for", duration_shape(), true, "how long that may take"}}});
  return map_shape(
      "sweep",
      {.what = "a map with stream, capacity and recovered",
       .fields = {
           {"stream", reference_shape("the name of a stream", {"score"}), true,
            "whose rate is set"},
           {"capacity", either({rate_shape(), measured}), true,
            "what the system can do: a rate, or how to measure it first"},
           {"levels", list_shape("a list of levels, such as [30%, 60%],", ratio_shape(), 1, 20),
            false, "of the capacity, one drill each; 30, 60, 80 and 95 % unless given"},
           {"recovered", reference_shape("the name of a phase", {"recovery"}), true,
            "the phase whose expectations tell whether it has recovered"},
           {"at_least", ratio_shape(), false,
            "level up to which it must recover; the highest unless given"}}});
}

}  // namespace firedrill::scenario
