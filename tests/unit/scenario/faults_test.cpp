#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Kind = spec::ProcessFault::Kind;

namespace {

/// The plain scenario with one fault in its steady phase, which lasts 4 s.
std::string with_fault(const std::string& fault) {
  return plain_with("- steady: 4s", "- steady: 4s\n    inject: [" + fault + "]");
}

spec::Fault fault_of(const std::string& text) {
  const Loaded loaded = load(with_fault(text));
  REQUIRE(lines_of(loaded) == Lines{});
  return loaded.scenario->faults.at(0);
}

std::string problem_of(const std::string& fault) {
  const Lines lines = lines_of(load(with_fault(fault)));
  REQUIRE(lines.size() == 1);
  return lines[0];
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("faults: what is done to processes", "[scenario][faults]") {
  const auto process = [](const std::string& what) {
    return std::get<spec::ProcessFault>(fault_of("{ process: system, " + what + " }").what);
  };
  CHECK(process("restart: true").kind == Kind::restart);
  CHECK(process("slow_start: true").kind == Kind::slow_start);
  CHECK(process("descriptors: {}").kind == Kind::descriptors);
  CHECK(process("descriptors: { leave: 5 }").leave == 5);
  CHECK(process("clock: { ahead: 2h }").kind == Kind::clock);
  CHECK(process("clock: { ahead: 2h }").skew == 2h);
  CHECK(process("clock: { behind: 90s }").skew == -90s);
  CHECK(has(problem_of("{ process: { pid_file: x }, restart: true }"), "can be started again"));
  CHECK(has(problem_of("{ process: { pid_file: x }, slow_start: true }"), "can be started again"));
  CHECK(has(problem_of("{ process: { pid_file: x }, clock: { ahead: 1s } }"), "only the clock of"));
  CHECK(has(problem_of("{ process: system, clock: { ahead: 0s } }"), "a skew"));
}

TEST_CASE("faults: two that would undo each other may not overlap", "[scenario][faults]") {
  const auto both = [](const std::string& first, const std::string& second) {
    return lines_of(load(
        with_fault("{ process: system, " + first + " }, { process: system, " + second + " }")));
  };
  const Lines refused = both("descriptors: {}, for: 2s", "descriptors: {}, after: 1s");
  REQUIRE(refused.size() == 1);
  CHECK(has(refused[0], "would undo the other"));
  CHECK(both("kill: true, for: 2s", "restart: true, after: 1s").size() == 1);
  CHECK(both("descriptors: {}, for: 2s", "descriptors: {}, after: 2s").empty());
  CHECK(both("descriptors: {}, for: 2s", "pause: true, after: 1s").empty());
}

TEST_CASE("faults: pressure has its ceilings", "[scenario][faults]") {
  const auto cpu = std::get<spec::CpuPressure>(
      std::get<spec::PressureFault>(
          fault_of("{ pressure: { cpu: { workers: 2, share: 80%, ceiling: 90% } } }").what)
          .what);
  CHECK(cpu.workers == 2);
  CHECK(cpu.share == Ratio{0.8});
  CHECK(cpu.ceiling == Ratio{0.9});
  const spec::Fault fault =
      fault_of("{ pressure: { disk: { directory: /x, size: 2MB, reserve: 1MB } } }");
  CHECK(fault.name == "disk@steady");
  const auto disk = std::get<spec::DiskPressure>(std::get<spec::PressureFault>(fault.what).what);
  CHECK(disk.directory == "/x");
  CHECK(disk.bytes == 2'000'000);
  CHECK(disk.reserve == 1'000'000);
  const auto memory = std::get<spec::MemoryPressure>(
      std::get<spec::PressureFault>(
          fault_of("{ pressure: { memory: { size: 2MB, reserve: 1MB } } }").what)
          .what);
  CHECK(memory.bytes == 2'000'000);
  CHECK(has(problem_of("{ pressure: { memory: { size: 0MB, reserve: 1MB } } }"), "above 0"));
  CHECK(has(problem_of("{ pressure: { cpu: { workers: 1, share: 0% } } }"), "nobody would"));
}

TEST_CASE("faults: a ramp is over before its fault, and leads somewhere", "[scenario][faults]") {
  const spec::Fault plain = fault_of("{ mock: openai, latency: 300ms, ramp: 2s }");
  REQUIRE(plain.ramp);
  CHECK(plain.ramp->over == 2s);
  CHECK(plain.ramp->from == Ratio{0});
  CHECK(plain.ramp->to == Ratio{1});
  const spec::Fault told =
      fault_of("{ mock: openai, reset: true, ramp: { from: 80%, to: 20%, over: 1s } }");
  CHECK(told.ramp->from == Ratio{0.8});
  CHECK(told.ramp->to == Ratio{0.2});
  CHECK(has(problem_of("{ mock: openai, reset: true, ramp: 5s }"), "it lasts 4"));
  CHECK(has(problem_of("{ mock: openai, reset: true, for: 1s, ramp: 2s }"), "it lasts 1"));
  CHECK(has(problem_of("{ mock: openai, reset: true, ramp: { over: 1s, to: 0% } }"),
            "from one strength to another"));
}

TEST_CASE("faults: what flaps is off at times, and not for ever", "[scenario][faults]") {
  const spec::Fault fault =
      fault_of("{ mock: openai, reset: true, flap: { on: 200ms, off: 300ms } }");
  REQUIRE(fault.flap);
  CHECK(fault.flap->on == 200ms);
  CHECK(fault.flap->off == 300ms);
  CHECK(
      has(problem_of("{ mock: openai, reset: true, flap: { on: 4s, off: 1s } }"), "never be off"));
  CHECK(has(problem_of("{ mock: openai, reset: true, flap: { on: 1ms, off: 1s } }"), "20ms"));
}

TEST_CASE("faults: some requests of a mock only, and never of those that follow a breaker",
          "[scenario][faults]") {
  const auto mock = std::get<spec::MockFault>(
      fault_of("{ mock: openai, when: { method: [POST], path: /v1/chat/*, query: { a: \"1\" } }, "
               "reset: true, ramp: 2s }")
          .what);
  CHECK(mock.when.methods == std::vector<std::string>{"POST"});
  CHECK(mock.when.path == "/v1/chat/*");
  REQUIRE(mock.when.query.size() == 1);
  CHECK(mock.when.query[0].name == "a");
  const std::string steps =
      "{ mock: openai, when: { path: /v1/* }, steps: [{ until: breaker.open, reset: true }, "
      "{ pass: true }] }";
  CHECK(has(problem_of(steps), "steps that follow a breaker are about all requests"));
  CHECK(fault_of("{ mock: openai, when: { path: /v1/* }, steps: [{ for: 3 requests, reset: true }, "
                 "{ pass: true }] }")
            .name == "openai@steady");
}
