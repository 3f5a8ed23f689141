#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

Lines problems_with(std::vector<std::string> sets) {
  return lines_of(load_with_sets(kPlain, std::move(sets)));
}

}  // namespace

TEST_CASE("--set: replaces values by key, by index and by the name of a phase", "[scenario][set]") {
  const Loaded loaded =
      load_with_sets(kPlain, {"name=other", "traffic.score.rate={from: 1/s, to: 9/s, over: 3s}",
                              "timeline.outage=2s", "timeline.0.steady=1500ms",
                              "expect.0.slo=score.failed.count == 0"});
  REQUIRE(lines_of(loaded) == Lines{});
  const spec::Scenario& scenario = *loaded.scenario;
  CHECK(scenario.name == "other");
  CHECK(std::get<spec::StretchedRate>(scenario.traffic[0].rate.form).then.per_second == 9);
  CHECK(scenario.timeline[0].length == 1500ms);
  CHECK(scenario.timeline[1].length == 2s);
  CHECK(scenario.expectations[0].name == "score.failed.count == 0");
}

TEST_CASE("--set: reaches into the faults of a phase by its name", "[scenario][set]") {
  const std::string text =
      plain_with("- outage: 4s", "- outage: 4s\n    inject: [{ mock: openai, hang: 1s }]");
  const Loaded loaded = load_with_sets(text, {"timeline.outage.inject.0.hang=forever"});
  REQUIRE(lines_of(loaded) == Lines{});
  const auto& fault = std::get<spec::MockFault>(loaded.scenario->faults[0].what);
  CHECK_FALSE(fault.steps[0].action->hang->time);
}

TEST_CASE("--set: a defect is given by name or as a list, over a list too", "[scenario][set]") {
  const std::string text = plain_with("clinic: {}", "clinic: { defect: [] }");
  const auto defects = [&](const std::string& set) {
    const Loaded loaded = load_with_sets(text, {set});
    REQUIRE(lines_of(loaded) == Lines{});
    return std::get<spec::ClinicSystem>(loaded.scenario->system.what).defects;
  };
  CHECK(defects("system.clinic.defect=no-fallback") == Lines{"no-fallback"});
  CHECK(defects("system.clinic.defect=[no-fallback, leaks-5xx]") ==
        Lines{"no-fallback", "leaks-5xx"});
  CHECK(
      lines_of(load_with_sets(text, {"system.clinic.defect=no-falback"})) ==
      Lines{
          "--set system.clinic.defect: unknown defect 'no-falback' (did you mean 'no-fallback'?); "
          "accepted: " +
          all_defects()});
}

TEST_CASE("--set: a path that leads nowhere is an error that names the keys there",
          "[scenario][set]") {
  CHECK(
      problems_with({"traffic.scor.rate=1/s"}) ==
      Lines{
          "--set traffic.scor.rate: no key 'scor' in 'traffic' (did you mean 'score'?); there are: "
          "score"});
  CHECK(
      problems_with({"nam=x"}) ==
      Lines{"--set nam: no key 'nam' in the scenario (did you mean 'name'?); there are: firedrill, "
            "name, system, mocks, traffic, timeline, expect"});
  CHECK(
      problems_with({"timeline.otage=1s"}) ==
      Lines{
          "--set timeline.otage: no element 'otage' in 'timeline' (did you mean 'outage'?); it has "
          "0..1, by name steady, outage"});
  CHECK(problems_with({"expect.1.slo=x"}) ==
        Lines{"--set expect.1.slo: no element '1' in 'expect'; it has 0..0"});
  CHECK(problems_with({"name.first=x"}) ==
        Lines{"--set name.first: there is nothing below 'name', which is 'plain'"});
}

TEST_CASE("--set: what is no assignment or no value is an error", "[scenario][set]") {
  CHECK(problems_with({"name"}) ==
        Lines{"--set name: PATH=VALUE wanted, such as timeline.outage=2s"});
  CHECK(problems_with({"=x"}) == Lines{"--set =x: PATH=VALUE wanted, such as timeline.outage=2s"});
  CHECK(problems_with({"name="}) ==
        Lines{"--set name: a value wanted after '='; write '' in quotes for an empty text"});
  CHECK(problems_with({"name=[a"}) ==
        Lines{"--set name: a key must be text, not a list or a map (is a bracket left open?)"});
  CHECK(problems_with({"name=" + std::string(100'000, '[')}) ==
        Lines{"--set name: nested deeper than 64 levels, the most accepted"});
}

TEST_CASE("--set: the value is checked like any other, without a line", "[scenario][set]") {
  CHECK(problems_with({"timeline.outage=2"}) ==
        Lines{"--set timeline.outage: a duration with its unit wanted, such as 250ms, 1.5s, 2m or "
              "1h30m, not '2'"});
  CHECK(problems_with({"traffic.score.request={gte: /}"}) ==
        Lines{"--set traffic.score.request: unknown key 'gte' (did you mean 'get'?); accepted "
              "here: get, post, put, patch, delete, head, options, method, path, query, headers, "
              "cookies, json, body, form, multipart, file, generate"});
}

TEST_CASE("--set: keys with dots in them are found", "[scenario][set]") {
  const std::string text =
      plain_with("request: { get: / }", "request: { get: /, headers: { x.y: a } }");
  const Loaded loaded = load_with_sets(text, {"traffic.score.request.headers.x.y=b"});
  REQUIRE(lines_of(loaded) == Lines{});
  CHECK(loaded.scenario->traffic[0].request.headers[0].value == "b");
}

TEST_CASE("--set: applies after overlays, in the order given", "[scenario][set]") {
  const Folder folder;
  LoadOptions options = no_env();
  options.overlays = {folder.write("over.yaml", "name: overlay\ntitle: overlay\n")};
  options.sets = {"name=first", "name=second"};
  const Loaded loaded = load(kPlain, options);
  REQUIRE(lines_of(loaded) == Lines{});
  CHECK(loaded.scenario->name == "second");
  CHECK(loaded.scenario->title == "overlay");
}
