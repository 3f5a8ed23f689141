#include "harness/run/plan.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& what) {
  CAPTURE(text, what);
  return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("plan: names requests, limits, faults with their undo, and samples", "[run][plan]") {
  spec::Scenario scenario;
  scenario.name = "drill";
  scenario.title = "A title";
  scenario.system.what = spec::UrlSystem{"http://127.0.0.1:80"};
  scenario.mocks = {{"openai", {}}};
  scenario.timeline = {{"steady", 10s, {}}, {"outage", 5s, {}}};
  spec::Stream stream;
  stream.name = "score";
  stream.rate = {{100}, {200}, 10s};
  stream.request.path = "/x";
  stream.timeout = 2s;
  scenario.traffic.push_back(stream);
  spec::MockFault mock;
  mock.mock = "openai";
  mock.steps.resize(1);
  mock.steps[0].action.emplace().reset = true;
  spec::Fault fault;
  fault.name = "openai@outage";
  fault.phase = "outage";
  fault.what = mock;
  scenario.faults.push_back(fault);
  fault.name = "process@outage";
  fault.after = 1s;
  fault.length = 2s;
  fault.what = spec::ProcessFault{};
  scenario.faults.push_back(fault);

  const std::string plan = plan_text(scenario);
  CHECK(has(plan, "drill: A title"));
  CHECK(has(plan, "steady: about 1500 requests, up to 200/s"));
  CHECK(has(plan, "outage: about 1000 requests"));
  CHECK(has(plan, "at most 400 in flight"));
  CHECK(has(plan, "openai@outage in outage, 10.0 s .. 15.0 s: mock openai: reset the connection"));
  CHECK(has(plan, "process@outage in outage, 11.0 s .. 13.0 s: the system: stop it with SIGSTOP"));
  CHECK(has(plan, "undone by: SIGCONT"));
  CHECK(has(plan, "undone by: the mock answering normally again"));
  CHECK(has(plan, "15.0 s in all"));
  CHECK(has(plan, "such a drill proves nothing"));
}

TEST_CASE("plan: what is read of the system's own state", "[run][plan]") {
  spec::Scenario scenario;
  scenario.name = "drill";
  scenario.system.what = spec::UrlSystem{"http://127.0.0.1:80"};
  CHECK(plan_text(scenario).find("its own state") == std::string::npos);
  spec::StateReading reading;
  reading.name = "events";
  reading.source = spec::HttpReading{"/api/events", {}, "/events"};
  scenario.state.readings = {reading};
  const std::string plan = plan_text(scenario);
  CHECK(has(plan, "events: GET /api/events, before the load and after it"));
  CHECK(has(plan, "nothing changes for 500 ms, for up to 5.00 s"));
}
