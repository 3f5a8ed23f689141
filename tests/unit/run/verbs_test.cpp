#include "harness/run/verbs.hpp"

#include "harness/run/fault_text.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

TEST_CASE("exit code of several drills: the first that applies", "[run][verbs]") {
  CHECK(worst_exit_code({}) == 0);
  CHECK(worst_exit_code({0, 0}) == 0);
  CHECK(worst_exit_code({0, 112}) == 112);
  CHECK(worst_exit_code({112, 111, 0}) == 111);
  CHECK(worst_exit_code({111, 99}) == 99);
  CHECK(worst_exit_code({99, 105}) == 105);
  CHECK(worst_exit_code({105, 113}) == 113);
  CHECK(worst_exit_code({113, 114}) == 114);
  CHECK(worst_exit_code({114, 104}) == 104);
}

TEST_CASE("faults: described as a person would", "[run][faults]") {
  spec::MockFault fault;
  fault.mock = "openai";
  spec::MockAction refuse;
  refuse.respond = spec::MockAction::Respond{503, {}};
  spec::MockAction hang;
  hang.hang = spec::MockAction::Hang{500ms};
  fault.steps = {{spec::FaultStep::Ends::at_breaker_open, 0, refuse},
                 {spec::FaultStep::Ends::after_trials, 1, hang},
                 {spec::FaultStep::Ends::never, 0, std::nullopt}};
  CHECK(words_of(fault).does ==
        "respond 503 until breaker.open, then hang 500 ms for 1 trial, then answer normally");
  fault.steps.resize(1);
  fault.steps[0].ends = spec::FaultStep::Ends::never;
  fault.share = Ratio{0.2};
  CHECK(words_of(fault).does == "respond 503, for 20 % of the requests");
  spec::Fault whole;
  whole.what = fault;
  CHECK(record_of(whole).hits_by_step.size() == 1);
  CHECK(record_of(whole).target == "mock openai");
}
