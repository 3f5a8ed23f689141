#include "harness/scenario/load.hpp"

#include "harness/scenario/build.hpp"
#include "harness/scenario/compose.hpp"
#include "harness/scenario/env.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/set_value.hpp"
#include "harness/scenario/validate.hpp"

#include <cstdlib>
#include <memory>
#include <utility>

namespace firedrill {
namespace {

using scenario::Budget;
using scenario::Composer;
using scenario::Entry;
using scenario::Node;
using scenario::Problems;

scenario::EnvLookup env_of(const LoadOptions& options) {
  if (options.env) return options.env;
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string{name}.c_str());
    return value ? std::optional<std::string>{value} : std::nullopt;
  };
}

Entry make_entry(std::string key, Node value) {
  Entry entry;
  entry.key = std::move(key);
  entry.file = value.file;
  entry.value = std::move(value);
  return entry;
}

/// `system: {url: TARGET}`; how to see that it is ready stays as the scenario says.
void set_target(Node& root, const std::string& target) {
  Node url;
  url.text = target;
  url.plain = false;
  url.file = std::make_shared<const std::string>("--target");
  Node system;
  system.kind = Node::Kind::map;
  system.file = url.file;
  system.entries.push_back(make_entry("url", std::move(url)));
  Node* before = root.find("system");
  if (!before) {
    root.entries.push_back(make_entry("system", std::move(system)));
    return;
  }
  if (Node* ready = before->find("ready")) {
    system.entries.push_back(make_entry("ready", std::move(*ready)));
  }
  *before = std::move(system);
}

bool is_map(const std::optional<Node>& root, Problems& problems) {
  if (root && !root->is_map()) {
    problems.add(root->place(),
                 "a map that begins with 'firedrill: 1' wanted, not " + scenario::seen(*root));
  }
  return root && root->is_map();
}

/// The main file, overlays on top.
std::optional<Node> with_overlays(std::optional<Node> root, const LoadOptions& options,
                                  Composer& composer, Problems& problems) {
  bool complete = is_map(root, problems);
  for (const std::string& overlay : options.overlays) {
    std::optional<Node> over = composer.file(overlay);
    complete = is_map(over, problems) && complete;
    if (complete) root = merge(std::move(*root), std::move(*over));
  }
  if (!complete) return std::nullopt;
  return root;
}

template <typename Read>
Loaded load(const std::string& file, const LoadOptions& options, const Read& read) {
  Problems problems;
  Budget budget;
  spec::Scenario out;
  out.file = file;
  Composer composer{budget, problems};
  std::optional<Node> root = with_overlays(read(composer), options, composer, problems);
  if (root) {
    for (const std::string& set : options.sets) set_value(*root, set, budget, problems);
    if (options.target) set_target(*root, *options.target);
    resolve_env(*root, env_of(options), budget, problems, out.secrets);
    validate(*root, *scenario::scenario_shape(), problems);
    if (!problems.full()) scenario::build_scenario(*root, problems, out);
  }
  Loaded loaded;
  loaded.problems = problems.sorted(file, out.secrets);
  if (loaded.problems.empty()) loaded.scenario = std::move(out);
  return loaded;
}

}  // namespace

Loaded load_scenario(const std::string& path, const LoadOptions& options) {
  return load(path, options, [&](Composer& composer) { return composer.file(path); });
}

Loaded load_scenario_text(std::string_view text, const std::string& file_name,
                          const LoadOptions& options) {
  return load(file_name, options,
              [&](Composer& composer) { return composer.text(text, file_name); });
}

}  // namespace firedrill
