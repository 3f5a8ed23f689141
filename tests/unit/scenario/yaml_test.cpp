#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using Lines = std::vector<std::string>;

namespace {

std::string repeated(const std::string& text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

/// The only problem of a hostile text, which must not take long to find.
std::string quickly_refused(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  const Lines lines = problems(text);
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took < std::chrono::seconds{5});  // some 20 ms; far less than what a blow-up takes
  return lines.size() == 1 ? lines.front() : std::to_string(lines.size()) + " problems";
}

}  // namespace

TEST_CASE("yaml: a syntax error has its place, and a hint where one helps", "[scenario][yaml]") {
  CHECK(problems("a: b: c\n") == Lines{"s.yaml:1:5: not valid YAML: illegal map value"});
  CHECK(problems("a: [1, 2\n") ==
        Lines{"s.yaml:2:1: not valid YAML: end of sequence flow not found"});
  CHECK(problems("a:\n\t- b\n") == Lines{"s.yaml:2:2: not valid YAML: illegal block entry (the "
                                         "line holds a tab; YAML is indented with blanks)"});
  CHECK(
      problems("a: { b: ${x} y }\n") ==
      Lines{"s.yaml:1:10: not valid YAML: end of map flow not found (put values that hold ${…} in "
            "double quotes)"});
  CHECK(problems("a: { b: /x?y }\n") == Lines{"s.yaml:1:11: not valid YAML: unknown token (put the "
                                              "text around it in double quotes)"});
}

TEST_CASE("yaml: columns count characters, not bytes", "[scenario][yaml]") {
  const auto lines = problems(plain_with("name: plain", "name: plain\ntitle: { ä: ß, x: 1 }"));
  CHECK(lines == Lines{"s.yaml:3:8: a title wanted, not a map"});
  const auto keys = problems(plain_with("clinic: {}", "clinic: { ä: ß, x: 1 }"));
  REQUIRE(keys.size() == 2);
  CHECK(keys[0] == "s.yaml:3:21: unknown key 'ä'; accepted here: profile, defect");
  CHECK(keys[1] == "s.yaml:3:27: unknown key 'x'; accepted here: profile, defect");
}

TEST_CASE("yaml: line ends of Windows and a byte-order mark change nothing", "[scenario][yaml]") {
  std::string text{kPlain};
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) {
    text.replace(at, 1, "\r\n");
  }
  CHECK(problems("\xef\xbb\xbf" + text).empty());
}

TEST_CASE("yaml: a duplicate key names both places, and the rest is still checked",
          "[scenario][yaml]") {
  CHECK(
      problems(plain_with("name: plain", "name: plain\nname: Other\nsede: 1")) ==
      Lines{
          "s.yaml:3:1: the key 'name' stands here a second time; the first is at line 2, column "
          "1",
          "s.yaml:4:1: unknown key 'sede' (did you mean 'seed'?); accepted here: firedrill, name, "
          "title, rehearses, runbook, seed, include, allow, correlation, lengths, system, mocks, "
          "feeders, services, proxies, traffic, probes, state, timeline, alerts, expect, sweep, "
          "k6_thresholds"});
}

TEST_CASE("yaml: merge keys, tags, odd keys and second documents are refused", "[scenario][yaml]") {
  CHECK(problems(plain_with("clinic: {}", "clinic: { <<: {} }")) ==
        Lines{"s.yaml:3:21: merge keys ('<<') are not accepted; use 'include:', or an alias as the "
              "value of one key"});
  CHECK(problems("a: !!str b\n") == Lines{"s.yaml:1:4: the tag tag:yaml.org,2002:str is not "
                                          "accepted: a scenario is plain YAML"});
  CHECK(problems("[a]: b\n") ==
        Lines{"s.yaml:1:1: a key must be text, not a list or a map (is a bracket left open?)"});
  CHECK(problems("~: b\n") == Lines{"s.yaml:1:1: a key must be text, not nothing"});
  CHECK(problems("a: 1\n---\nb: 1\n") ==
        Lines{"s.yaml:2:1: a second document: a scenario file holds exactly one"});
}

TEST_CASE("yaml: a file without a map is told what is wanted", "[scenario][yaml]") {
  CHECK(problems("") == Lines{"s.yaml: holds no YAML document"});
  CHECK(problems("# only a comment\n") == Lines{"s.yaml: holds no YAML document"});
  CHECK(problems("- a\n") ==
        Lines{"s.yaml:1:1: a map that begins with 'firedrill: 1' wanted, not a list"});
}

TEST_CASE("yaml: bytes that are no text are refused at their place", "[scenario][yaml]") {
  CHECK(problems("a: 1\nb: \xff\n") ==
        Lines{"s.yaml:2:4: not valid UTF-8 from here on; save the file as UTF-8"});
  CHECK(problems("a: 1\nb: \xed\xa0\x80\n") ==
        Lines{"s.yaml:2:4: not valid UTF-8 from here on; save the file as UTF-8"});
  CHECK(problems(std::string{"a: 1\nb: x\0y\n", 12}) ==
        Lines{"s.yaml:2:5: a control character (\\x00), which a scenario may not hold"});
  CHECK(problems("a: \x1b[31m\n") ==
        Lines{"s.yaml:1:4: a control character (\\x1b), which a scenario may not hold"});
}

TEST_CASE("yaml: what escapes put into a text cannot reach the terminal", "[scenario][yaml]") {
  CHECK(problems(plain_with("name: plain", "name: \"a\\e[31m\\nb\"")) ==
        Lines{"s.yaml:2:7: a name of lower-case letters, digits and dashes, such as openai-outage, "
              "wanted, not 'a\\x1b[31m\\nb'"});
}

TEST_CASE("yaml: deep nesting is refused before it can hurt", "[scenario][yaml][hostile]") {
  const std::string too_deep = "nested deeper than 64 levels, the most accepted";
  CHECK(quickly_refused("a: " + repeated("[", 100'000)) == "s.yaml:1:68: " + too_deep);
  CHECK(quickly_refused(repeated("{a: ", 100'000)) == "s.yaml:1:257: " + too_deep);
  CHECK(quickly_refused(repeated("- ", 400'000)) == "s.yaml:1:129: " + too_deep);
  CHECK(quickly_refused("- a: |\n    x\n  b: " + repeated("[", 900'000)) ==
        "s.yaml:3:70: " + too_deep);
  CHECK(quickly_refused("a: it's\nb: " + repeated("[", 900'000)) == "s.yaml:2:68: " + too_deep);
}

TEST_CASE("yaml: brackets in quotes, comments and block texts nest nothing", "[scenario][yaml]") {
  const std::string many = repeated("[", 200);
  CHECK(problems(plain_with("name: plain", "name: plain\ntitle: \"" + many + "\"")).empty());
  CHECK(problems(plain_with("name: plain", "name: plain\ntitle: '" + many + "'")).empty());
  CHECK(problems(plain_with("name: plain", "name: plain # " + many)).empty());
  CHECK(problems(plain_with("name: plain", "name: plain\ntitle: >-\n  " + many + "\n")).empty());
  CHECK(problems(plain_with("name: plain", "name: plain\ntitle: a" + many)).empty());
}

TEST_CASE("yaml: alias bombs are refused", "[scenario][yaml][hostile]") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
            repeated(below + ", ", 9) + below + "]\n";
  }
  CHECK(quickly_refused(bomb).ends_with(
      "more than 50000 values once aliases are expanded, the most accepted"));
  const std::string text =
      "a: &a \"" + repeated("x", 900'000) + "\"\nb: [" + repeated("*a, ", 30'000) + "]\n";
  CHECK(quickly_refused(text).ends_with(
      "more than 4 MiB of text once aliases are expanded, the most accepted"));
  CHECK(quickly_refused("a: &a [*a]\n") ==
        "s.yaml:1:8: this alias stands inside the value that it names");
}

TEST_CASE("yaml: huge numbers of keys are refused, or reported only so far",
          "[scenario][yaml][hostile]") {
  std::string keys;
  for (int i = 0; i < 60'000; ++i) keys += "k" + std::to_string(i) + ": 1\n";
  CHECK(quickly_refused(keys) ==
        "s.yaml:25000:9: more than 50000 values once aliases are expanded, the most accepted");
  const Lines same = problems(repeated("k: 1\n", 20'000));
  REQUIRE(same.size() == 101);
  CHECK(same.back() == "there may be more: only the first 100 mistakes are shown");
}

TEST_CASE("yaml: references in their thousands cost no square", "[scenario][hostile]") {
  std::string text = "timeline:\n";
  for (int i = 0; i < 5'000; ++i) text += "- p" + std::to_string(i) + ": 1s\n";
  text += "traffic: { s: { rate: 1/s, request: { get: / } } }\nexpect:\n";
  for (int i = 0; i < 4'000; ++i) text += "- { slo: s.failed.rate < 1%, gate: true, during: p1 }\n";
  const auto begin = std::chrono::steady_clock::now();
  CHECK(problems(text).size() == 3);  // firedrill, name and system are missing
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{5});
}

TEST_CASE("yaml: a file is refused by its size before it is read", "[scenario][hostile]") {
  const Folder folder;
  const std::string sparse = folder.write("sparse.yaml", "");
  std::filesystem::resize_file(sparse, 100 * 1024 * 1024);
  CHECK(lines_of(load_scenario(sparse, no_env())) ==
        Lines{sparse +
              ": is 104857600 bytes long; a scenario file has at most 1 MiB (1048576 bytes)"});
  CHECK(problems(std::string(1024 * 1024 + 1, ' ')) ==
        Lines{"s.yaml: larger than 1 MiB, the most accepted of a scenario file"});
}

TEST_CASE("yaml: what is no readable file is told apart", "[scenario]") {
  const Folder folder;
  const std::string missing = folder.path("missing.yaml");
  CHECK(lines_of(load_scenario(missing, no_env())) ==
        Lines{missing + ": cannot be read: no such file"});
  std::filesystem::create_directory(folder.path("folder.yaml"));
  CHECK(lines_of(load_scenario(folder.path("folder.yaml"), no_env())) ==
        Lines{folder.path("folder.yaml") + ": is not a regular file"});
  CHECK(lines_of(load_scenario("/dev/zero", no_env())) ==
        Lines{"/dev/zero: is not a regular file"});
}
