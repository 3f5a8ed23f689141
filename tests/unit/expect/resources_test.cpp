#include "tests/unit/expect/observed.hpp"

#include <functional>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;
using spec::Resource;

namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;

TrackScript course(std::string name, const std::function<double(Offset)>& value) {
  TrackScript script{std::move(name), {}};
  for (Offset at = 0ms; at <= 4s; at += 50ms) {
    script.changes.emplace_back(at, std::to_string(value(at)));
  }
  return script;
}

/// Asked every 50 ms over both phases, of two seconds each.
SimulatedDrill drill_with(const std::vector<TrackScript>& scripts, std::string kind = "resources") {
  SimulatedDrill drill = empty_drill();
  drill.result.probes = {scripted_probe("process", std::move(kind), 0ms, 4s, 50ms, scripts)};
  return drill;
}

spec::ResourcesExpectation slope_below(double bytes_per_second) {
  spec::ResourcesExpectation resources;
  resources.probe = "process";
  resources.memory_slope = bytes_per_second;
  return resources;
}

spec::ResourcesExpectation at_most(Resource resource, double limit) {
  spec::ResourcesExpectation resources;
  resources.probe = "process";
  resources.at_most = {{resource, limit}};
  return resources;
}

spec::ResourcesExpectation returns(Resource resource, double above, Duration within) {
  spec::ResourcesExpectation resources;
  resources.probe = "process";
  resources.returns = {{resource, above}};
  resources.within = within;
  resources.base = "steady";
  return resources;
}

SimulatedDrill memory(const std::function<double(Offset)>& value) {
  return drill_with({course("memory_bytes", value)});
}

const std::vector<std::string> kAll{"steady", "outage"};

}  // namespace

TEST_CASE("resources: memory that stays has no slope; one that grows has", "[expect][resources]") {
  const auto flat = memory([](Offset) { return 50 * kMebibyte; });
  const Finding stays = finding_of(flat, slope_below(kMebibyte), kAll);
  CHECK(stays.verdict == Verdict::pass);
  CHECK(stays.observed == "0 MiB/min");
  CHECK(stays.required == "<= 60 MiB/min");
  CHECK(stays.samples > 70);
  const auto leak = memory([](Offset at) { return (50 + 2 * seconds(at)) * kMebibyte; });
  const Finding grows = finding_of(leak, slope_below(kMebibyte), kAll);
  CHECK(grows.verdict == Verdict::fail);
  CHECK(grows.why.find("memory grew from ") == 0);
  CHECK(grows.interval.find("95 % CI ") == 0);
  CHECK(finding_of(leak, slope_below(3 * kMebibyte), kAll).verdict == Verdict::pass);
}

TEST_CASE("resources: an interval that holds the bound decides nothing", "[expect][resources]") {
  // One step: whether it is the first of many, nobody knows.
  const auto step = memory([](Offset at) { return (at < 2s ? 50 : 54) * kMebibyte; });
  const Finding finding = finding_of(step, slope_below(kMebibyte), kAll);
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("the interval is too wide to decide") == 0);
}

TEST_CASE("resources: the warm-up is left out", "[expect][resources]") {
  const auto warm =
      memory([](Offset at) { return (at < 1s ? 20 + 30 * seconds(at) : 50) * kMebibyte; });
  spec::ResourcesExpectation resources = slope_below(0.1 * kMebibyte);
  CHECK(finding_of(warm, resources, kAll).verdict != Verdict::pass);
  resources.warm_up = 1s;
  CHECK(finding_of(warm, resources, kAll).verdict == Verdict::pass);
}

TEST_CASE("resources: too few samples, a silent probe, a new process prove nothing",
          "[expect][resources]") {
  const auto flat = memory([](Offset) { return 50 * kMebibyte; });
  spec::ResourcesExpectation resources = slope_below(kMebibyte);
  resources.samples_min = 500;
  CHECK(finding_of(flat, resources, kAll).why.find("where 500 are needed") != std::string::npos);

  auto drill = flat;
  for (std::size_t i = 0; i < 60; ++i) drill.result.probes[0].polls[i].failure = "no process";
  Finding finding = finding_of(drill, slope_below(kMebibyte), kAll);
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("could be read in") != std::string::npos);

  drill = drill_with({course("memory_bytes", [](Offset) { return 5e7; }),
                      course("started_ticks", [](Offset at) { return at < 3s ? 100 : 700; })});
  finding = finding_of(drill, slope_below(kMebibyte), kAll);
  CHECK(finding.why == "the system was started again in the window");
  CHECK(finding_of(drill, slope_below(kMebibyte), {"steady"}).verdict == Verdict::pass);

  drill = flat;
  drill.result.probes.clear();
  CHECK(finding_of(drill, slope_below(kMebibyte), kAll).verdict == Verdict::inconclusive);
  drill = flat;
  drill.result.phases[1].end = 3s;
  CHECK(finding_of(drill, slope_below(kMebibyte), kAll).verdict == Verdict::inconclusive);
  drill = flat;
  drill.result.probes[0].tracks[0].whole = false;
  CHECK(finding_of(drill, slope_below(kMebibyte), kAll).verdict == Verdict::inconclusive);
}

TEST_CASE("resources: what must stay below a bound, just at it and just above",
          "[expect][resources]") {
  const auto drill =
      drill_with({course("descriptors", [](Offset at) { return at == 3s ? 80 : 20; })});
  CHECK(finding_of(drill, at_most(Resource::descriptors, 80), kAll).verdict == Verdict::pass);
  const Finding finding = finding_of(drill, at_most(Resource::descriptors, 79), kAll);
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why.find("descriptors was 80 at +3.0") == 0);
  CHECK(finding_of(drill, at_most(Resource::descriptors, 79), {"steady"}).verdict == Verdict::pass);
  const Finding unseen = finding_of(drill, at_most(Resource::connections, 5), kAll);
  CHECK(unseen.verdict == Verdict::inconclusive);
  CHECK(unseen.why == "probe process shows no connections");
}

TEST_CASE("resources: CPU is its mean over the window", "[expect][resources]") {
  const auto drill =
      drill_with({course("cpu_seconds", [](Offset at) { return 0.5 * seconds(at); })});
  CHECK(finding_of(drill, at_most(Resource::cpu, 0.51), kAll).verdict == Verdict::pass);
  const Finding finding = finding_of(drill, at_most(Resource::cpu, 0.4), kAll);
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.observed == "50 %");
}

TEST_CASE("resources: what was taken comes back, in time", "[expect][resources]") {
  const auto drill =
      drill_with({course("connections", [](Offset at) { return at < 2s   ? 5
                                                               : at < 3s ? 40
                                                                         : 6; })});
  const std::vector<std::string> after{"outage"};
  CHECK(finding_of(drill, returns(Resource::connections, 1, 1200ms), after).verdict ==
        Verdict::pass);
  const Finding late = finding_of(drill, returns(Resource::connections, 1, 500ms), after);
  CHECK(late.verdict == Verdict::fail);
  CHECK(late.why.find("connections was still 40 at ") == 0);
  CHECK(finding_of(drill, returns(Resource::connections, 0, 1200ms), after).verdict ==
        Verdict::fail);
  CHECK(finding_of(drill, returns(Resource::connections, 1, 1950ms), after).verdict ==
        Verdict::inconclusive);
  auto unknown = drill;
  unknown.result.phases[0].reached = false;
  CHECK(finding_of(unknown, returns(Resource::connections, 1, 1200ms), after).verdict ==
        Verdict::inconclusive);
}

TEST_CASE("resources: a probe of metrics that shows process_* does as well",
          "[expect][resources]") {
  const auto drill =
      drill_with({course("process_resident_memory_bytes", [](Offset) { return 5e7; }),
                  course("process_open_fds", [](Offset) { return 12; })},
                 "metrics");
  CHECK(finding_of(drill, slope_below(1), kAll).verdict == Verdict::pass);
  CHECK(finding_of(drill, at_most(Resource::descriptors, 11), kAll).verdict == Verdict::fail);
  CHECK(finding_of(drill, at_most(Resource::threads, 11), kAll).verdict == Verdict::inconclusive);
}
