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
  spec::MockFault fault;
  fault.name = "openai@outage";
  fault.mock = "openai";
  fault.phase = "outage";
  fault.steps.resize(1);
  fault.steps[0].action.emplace().reset = true;
  scenario.faults.push_back(fault);

  const std::string plan = plan_text(scenario);
  CHECK(has(plan, "drill: A title"));
  CHECK(has(plan, "steady: about 1500 requests, up to 200/s"));
  CHECK(has(plan, "outage: about 1000 requests"));
  CHECK(has(plan, "at most 400 in flight"));
  CHECK(has(plan, "mock openai will reset the connection"));
  CHECK(has(plan, "undone by: the mock answering normally again"));
  CHECK(has(plan, "15.0 s in all"));
  CHECK(has(plan, "such a drill proves nothing"));
}
