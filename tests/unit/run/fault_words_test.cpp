#include "harness/run/fault_text.hpp"
#include "harness/run/plan.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;
using Kind = spec::ProcessFault::Kind;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

spec::ProcessFault process(Kind kind) {
  spec::ProcessFault fault;
  fault.kind = kind;
  fault.leave = 5;
  fault.skew = -90s;
  return fault;
}

}  // namespace

TEST_CASE("faults: every kind says what it does, to whom, and what undoes it", "[run][faults]") {
  std::vector<spec::Fault> faults;
  for (const Kind kind :
       {Kind::pause, Kind::kill, Kind::restart, Kind::slow_start, Kind::descriptors, Kind::clock}) {
    faults.emplace_back().what = process(kind);
  }
  faults.emplace_back().what = spec::PressureFault{spec::CpuPressure{2, Ratio{0.8}, Ratio{0.9}}};
  faults.emplace_back().what = spec::PressureFault{spec::MemoryPressure{200'000'000, 5'000'000}};
  faults.emplace_back().what = spec::PressureFault{spec::DiskPressure{"/x", 1'000'000, 20'000}};
  for (const spec::Fault& fault : faults) {
    const FaultWords words = words_of(fault);
    CHECK_FALSE(words.target.empty());
    CHECK_FALSE(words.does.empty());
    CHECK_FALSE(words.reach.empty());
    CHECK_FALSE(words.undo.empty());
    CHECK_FALSE(words.counted.empty());
  }
  CHECK(words_of(faults[4]).does == "leave it 5 descriptors");
  CHECK(has(words_of(faults[5]).does, "behind"));
  CHECK(has(words_of(faults[6]).does, "2 workers busy for 80 %"));
  CHECK(words_of(faults[7]).does == "take up to 200 MB, while 5 MB stay available");
  CHECK(words_of(faults[8]).does == "take up to 1 MB, while 20 kB stay free");
  CHECK(record_of(faults[8]).counted == "MiB");
}

TEST_CASE("faults: a ramp and flapping are told", "[run][faults]") {
  spec::Fault fault;
  fault.what = process(Kind::pause);
  fault.ramp = spec::Ramp{Ratio{0.2}, Ratio{1}, 2s};
  fault.flap = spec::Flap{200ms, 300ms};
  CHECK(words_of(fault).does ==
        "stop it with SIGSTOP, its strength from 20 % to 100 % over 2.00 s, on for 200 ms and off "
        "for 300 ms in turn");
}

TEST_CASE("plan: a sweep is told, with the traffic of its highest level", "[run][plan]") {
  spec::Scenario scenario;
  scenario.name = "outage";
  scenario.system.what = spec::UrlSystem{"http://127.0.0.1:80"};
  scenario.timeline = {{"recovery", 10s, {}}, {"after", 1s, {}}};
  spec::Stream stream;
  stream.name = "score";
  stream.rate = {{1}, {1}, 0s};
  stream.request.path = "/x";
  scenario.traffic.push_back(stream);
  spec::Sweep sweep;
  sweep.stream = "score";
  sweep.capacity = Rate{400};
  sweep.levels = {Ratio{0.3}, Ratio{0.95}};
  sweep.recovered = "recovery";
  sweep.at_least = Ratio{0.3};
  scenario.sweep = sweep;
  const std::string plan = plan_text(scenario);
  CHECK(has(plan, "recovery: about 3800 requests"));
  CHECK(has(plan, "with score at 30 % (120/s) 95 % (380/s)"));
  CHECK(has(plan, "must recover up to 30 %, as the expectations about recovery tell"));
}
