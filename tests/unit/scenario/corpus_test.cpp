#include "harness/scenario/grammar.hpp"
#include "harness/scenario/yaml.hpp"
#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace firedrill::scenario;

namespace {

const std::string kRoot = FD_SOURCE_DIR;
const std::string kCorpus = kRoot + "/tests/unit/scenario/corpus/";

std::string text_of_file(const std::string& path) {
  const std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Node tree_of(const std::string& path) {
  Budget budget;
  Problems problems;
  auto root = parse_yaml(text_of_file(path), path, budget, problems);
  REQUIRE(problems.empty());
  REQUIRE(root.has_value());
  return *root;
}

std::vector<std::string> valid_files() {
  std::vector<std::string> files{kRoot + "/scenarios/medicalcor/openai-outage.yaml",
                                 kCorpus + "base.yaml"};
  for (const auto& entry : std::filesystem::directory_iterator{kCorpus + "valid"}) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  return files;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++times;
  return times;
}

/// Every field that `shape` declares, by its address: each is declared once.
void collect_fields(const Shape& shape, const std::string& path, std::set<std::string>& out) {
  if (const auto* list = std::get_if<ListShape>(&shape.form))
    collect_fields(*list->item, path, out);
  if (const auto* options = std::get_if<UnionShape>(&shape.form)) {
    for (const ShapePtr& option : options->options) collect_fields(*option, path, out);
  }
  const auto* map = std::get_if<MapShape>(&shape.form);
  if (!map) return;
  if (map->open) collect_fields(*map->open->value, path + "*.", out);
  for (const Field& field : map->fields) {
    out.insert(path + field.name);
    collect_fields(*field.shape, path + field.name + ".", out);
  }
}

/// Strikes out the fields that `node` uses.
void strike(const Node& node, const Shape& shape, const std::string& path,
            std::set<std::string>& left) {
  if (const auto* list = std::get_if<ListShape>(&shape.form)) {
    for (const Node& item : node.items) strike(item, *list->item, path, left);
  }
  if (const auto* options = std::get_if<UnionShape>(&shape.form)) {
    for (const ShapePtr& option : options->options) strike(node, *option, path, left);
  }
  const auto* map = std::get_if<MapShape>(&shape.form);
  if (!map) return;
  for (const Entry& entry : node.entries) {
    bool known = false;
    for (const Field& field : map->fields) {
      if (field.name != entry.key) continue;
      known = true;
      left.erase(path + field.name);
      strike(entry.value, *field.shape, path + field.name + ".", left);
    }
    if (!known && map->open) strike(entry.value, *map->open->value, path + "*.", left);
  }
}

}  // namespace

TEST_CASE("corpus: the loader accepts every valid file", "[scenario][corpus]") {
  const auto files = valid_files();
  CHECK(files.size() >= 17);
  for (const std::string& file : files) {
    CAPTURE(file);
    const Loaded loaded = load_scenario(file, no_env());
    CHECK(lines_of(loaded) == std::vector<std::string>{});
    CHECK(loaded.scenario.has_value());
  }
}

TEST_CASE("corpus: the valid files use every key that there is", "[scenario][corpus]") {
  std::set<std::string> left;
  collect_fields(*scenario_shape(), "", left);
  CHECK(left.size() > 90);
  for (const std::string& file : valid_files()) strike(tree_of(file), *scenario_shape(), "", left);
  CHECK(left == std::set<std::string>{});
}

TEST_CASE("corpus: the loader refuses every mistake, says why and points at a line",
          "[scenario][corpus]") {
  const std::string base = text_of_file(kCorpus + "base.yaml");
  const Node mistakes = tree_of(kCorpus + "mistakes.yaml");
  CHECK(mistakes.items.size() >= 100);
  for (const Node& mistake : mistakes.items) {
    CAPTURE(mistake.find("name")->text);
    const std::string replace = mistake.find("replace")->text;
    REQUIRE(count(base, replace) == 1);
    std::string text = base;
    text.replace(base.find(replace), replace.size(), mistake.find("with")->text);
    const Loaded loaded = load(text);
    CHECK_FALSE(loaded.scenario);
    const auto says = [&](const Problem& problem) {
      return problem.message.find(mistake.find("says")->text) != std::string::npos &&
             problem.place.line > 0 && problem.place.column > 0;
    };
    CAPTURE(lines_of(loaded));
    CHECK(std::any_of(loaded.problems.begin(), loaded.problems.end(), says));
    CHECK(loaded.problems.size() <= 3);  // one mistake, and what leans on it
  }
}
