#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

Loaded load_files(const std::string& path, std::vector<std::string> overlays = {}) {
  LoadOptions options = no_env();
  options.overlays = std::move(overlays);
  return load_scenario(path, options);
}

}  // namespace

TEST_CASE("include: maps merge, the including file wins, lists are replaced",
          "[scenario][include]") {
  const Folder folder;
  folder.write("parts/base.yaml", kPlain);
  const std::string main = folder.write("main.yaml", R"(include: [parts/base.yaml]
name: main
traffic: { score: { rate: 50/s } }
timeline: [{ only: 2s }]
)");
  const Loaded loaded = load_files(main);
  REQUIRE(lines_of(loaded) == Lines{});
  const spec::Scenario& scenario = *loaded.scenario;
  CHECK(scenario.name == "main");
  CHECK(scenario.file == main);
  REQUIRE(scenario.traffic.size() == 1);
  CHECK(spec::peak_rate(scenario.traffic[0].rate, Offset{0}, Offset{1}).per_second == 50);
  CHECK(scenario.traffic[0].request.path == "/");
  REQUIRE(scenario.timeline.size() == 1);
  CHECK(scenario.timeline[0].name == "only");
  CHECK(scenario.timeline[0].place == spec::Place{main, 4, 14});
  CHECK(scenario.expectations[0].place.file == folder.path("parts/base.yaml"));
}

TEST_CASE("include: later files win over earlier ones", "[scenario][include]") {
  const Folder folder;
  folder.write("a.yaml", kPlain);
  folder.write("b.yaml", "name: b\ntitle: from b\n");
  const std::string main =
      folder.write("main.yaml", "include: [a.yaml, b.yaml]\ntitle: from main\n");
  const Loaded loaded = load_files(main);
  REQUIRE(loaded.scenario);
  CHECK(loaded.scenario->name == "b");
  CHECK(loaded.scenario->title == "from main");
}

TEST_CASE("include: a mistake is told with the file that it stands in", "[scenario][include]") {
  const Folder folder;
  folder.write("base.yaml", plain_with("steady: 4s", "steady: 4"));
  const std::string main = folder.write("main.yaml", "include: [base.yaml]\nsede: 4\n");
  const Lines lines = lines_of(load_files(main));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with(main + ":2:1: unknown key 'sede' (did you mean 'seed'?)"));
  CHECK(lines[1] == folder.path("base.yaml") +
                        ":8:13: a duration with its unit wanted, such as 250ms, 1.5s, 2m or 1h30m, "
                        "not '4'");
}

TEST_CASE("include: what is missing from all files is missing from the first",
          "[scenario][include]") {
  const Folder folder;
  folder.write("base.yaml", plain_with("name: plain\n", ""));
  const std::string main = folder.write("main.yaml", "include: [base.yaml]\nseed: 4\n");
  CHECK(lines_of(load_files(main)) == Lines{main + ":1:1: missing key 'name'"});
}

TEST_CASE("include: cycles, depth and missing files are errors at the place that names them",
          "[scenario][include]") {
  const Folder folder;
  const std::string self = folder.write("self.yaml", "include: [other.yaml]\n");
  folder.write("other.yaml", "include:\n  - ./self.yaml\n");
  CHECK(lines_of(load_files(self)) == Lines{folder.path("other.yaml") + ":2:5: '" + self +
                                            "' includes itself, directly or through others"});
  const std::string lost = folder.write("lost.yaml", "include: [nowhere.yaml]\n");
  CHECK(lines_of(load_files(lost)) ==
        Lines{lost + ":1:11: '" + folder.path("nowhere.yaml") + "' cannot be read: no such file"});
  const std::string odd = folder.write("odd.yaml", "include: [[a]]\n");
  CHECK(lines_of(load_files(odd)) == Lines{odd + ":1:11: the path of a file wanted, not a list"});
  const std::string text = folder.write("text.yaml", "include: base.yaml\n");
  CHECK(lines_of(load_files(text)) ==
        Lines{text +
              ":1:10: a list of one or more files wanted, such as [base.yaml], not 'base.yaml'"});
}

TEST_CASE("include: eight levels are read, a ninth is not", "[scenario][include]") {
  const Folder folder;
  folder.write("level8.yaml", kPlain);
  for (int i = 7; i >= 0; --i) {
    folder.write("level" + std::to_string(i) + ".yaml",
                 "include: [level" + std::to_string(i + 1) + ".yaml]\n");
  }
  CHECK(load_files(folder.path("level0.yaml")).scenario);
  const std::string deeper = folder.write("deeper.yaml", "include: [level0.yaml]\n");
  CHECK(lines_of(load_files(deeper)) ==
        Lines{folder.path("level7.yaml") +
              ":1:11: files include files more than 8 levels deep, the most accepted"});
}

TEST_CASE("include: files that include each other many times over are counted",
          "[scenario][include][hostile]") {
  const Folder folder;
  folder.write("level8.yaml", "seed: 1\n");
  for (int i = 7; i >= 0; --i) {
    const std::string next = "level" + std::to_string(i + 1) + ".yaml";
    std::string text = "include: [";
    for (int k = 0; k < 10; ++k) text += next + ", ";
    folder.write("level" + std::to_string(i) + ".yaml", text + next + "]\n");
  }
  const Lines lines = lines_of(load_files(folder.path("level0.yaml")));
  REQUIRE(!lines.empty());
  CHECK(lines.size() <= 101);
  CHECK(lines.back().find("more than 64 files") != std::string::npos);
}

TEST_CASE("overlay: wins over the scenario and its includes", "[scenario][overlay]") {
  const Folder folder;
  const std::string main = folder.write("main.yaml", kPlain);
  const std::string gameday =
      folder.write("gameday.yaml", "lengths: { steady: 10m }\ntitle: Game day\n");
  const std::string more = folder.write("more.yaml", "lengths: { outage: 1h }\nname: more\n");
  const Loaded loaded = load_files(main, {gameday, more});
  REQUIRE(lines_of(loaded) == Lines{});
  CHECK(loaded.scenario->name == "more");
  CHECK(loaded.scenario->title == "Game day");
  CHECK(loaded.scenario->timeline[0].length == 10min);
  CHECK(loaded.scenario->timeline[1].length == 1h);
}

TEST_CASE("overlay: mistakes in it have its own places", "[scenario][overlay]") {
  const Folder folder;
  const std::string main = folder.write("main.yaml", kPlain);
  const std::string overlay = folder.write("over.yaml", "lengths: { stedy: 10m }\n");
  CHECK(lines_of(load_files(main, {overlay})) ==
        Lines{overlay +
              ":1:12: no phase 'stedy' (did you mean 'steady'?); declared: steady or outage"});
  const std::string list = folder.write("list.yaml", "- a\n");
  CHECK(lines_of(load_files(main, {list})) ==
        Lines{list + ":1:1: a map that begins with 'firedrill: 1' wanted, not a list"});
  CHECK(lines_of(load_files(main, {folder.path("no.yaml")})) ==
        Lines{folder.path("no.yaml") + ": cannot be read: no such file"});
}

TEST_CASE("target: takes the place of the scenario's own system", "[scenario][target]") {
  LoadOptions options = no_env();
  options.target = "http://127.0.0.1:9000";
  const Loaded loaded =
      load(plain_with("clinic: {}", "clinic: {}, env: { A: b }, ready: { path: /up, within: 3s }"),
           options);
  REQUIRE(lines_of(loaded) == Lines{});
  REQUIRE(std::holds_alternative<spec::UrlSystem>(loaded.scenario->system.what));
  CHECK(std::get<spec::UrlSystem>(loaded.scenario->system.what).url == "http://127.0.0.1:9000");
  CHECK(loaded.scenario->system.ready.path == "/up");
  CHECK(loaded.scenario->system.env.empty());

  CHECK(load(plain_with("system: { clinic: {} }\n", ""), options).scenario);
  options.target = "http://example.com";
  CHECK(
      problems(kPlain, options) ==
      Lines{
          "--target: the host 'example.com' is outside this machine; list it under 'allow:' if the "
          "drill may talk to it"});
  options.target = "example.com";
  CHECK(problems(kPlain, options) ==
        Lines{"--target: a URL, such as http://127.0.0.1:8080, wanted, not 'example.com'"});
}
