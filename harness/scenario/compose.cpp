#include "harness/scenario/compose.hpp"

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <utility>

namespace firedrill::scenario {
namespace {

constexpr std::string_view kInclude = "include";

/// One name for one file, however it is reached.
std::string canonical(const std::string& path) {
  std::error_code error;
  const auto full = std::filesystem::weakly_canonical(path, error);
  return error ? path : full.string();
}

}  // namespace

std::string beside(const std::string& file, const std::string& named) {
  const std::filesystem::path path{named};
  if (path.is_absolute()) return named;
  return (std::filesystem::path{file}.parent_path() / path).lexically_normal().string();
}

Node merge(Node base, Node over) {
  if (!base.is_map() || !over.is_map()) return over;
  std::unordered_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < base.entries.size(); ++i) known.emplace(base.entries[i].key, i);
  for (Entry& entry : over.entries) {
    const auto found = known.find(entry.key);
    if (found == known.end()) {
      base.entries.push_back(std::move(entry));
      continue;
    }
    Entry& below = base.entries[found->second];
    Node merged = merge(std::move(below.value), std::move(entry.value));
    below = std::move(entry);
    below.value = std::move(merged);
  }
  // What is missing from the whole is missing from the file that was asked for.
  base.file = over.file;
  base.line = over.line;
  base.column = over.column;
  return base;
}

std::optional<Node> Composer::file(const std::string& path) { return load(path, {path, 0, 0}); }

std::optional<Node> Composer::text(std::string_view text, const std::string& name) {
  open_.push_back(canonical(name));
  std::optional<Node> root = with_includes(parse_yaml(text, name, budget_, problems_), name);
  open_.pop_back();
  return root;
}

std::optional<Node> Composer::load(const std::string& path, const spec::Place& named_at) {
  const std::string full = canonical(path);
  if (std::find(open_.begin(), open_.end(), full) != open_.end()) {
    problems_.add(named_at, "'" + path + "' includes itself, directly or through others");
    return std::nullopt;
  }
  if (open_.size() > kIncludeDepthMax) {
    problems_.add(named_at, "files include files more than 8 levels deep, the most accepted");
    return std::nullopt;
  }
  if (++files_ > kFilesMax) {
    problems_.add(named_at, "more than 64 files, the most that one scenario may be made of");
    return std::nullopt;
  }
  const auto content = read_scenario_file(path, named_at, problems_);
  if (!content) return std::nullopt;
  return text(*content, path);
}

std::vector<const Node*> Composer::included_files(const Node& includes) {
  std::vector<const Node*> files;
  if (includes.is_list()) {
    for (const Node& item : includes.items) files.push_back(&item);
  }
  if (files.empty()) {
    problems_.add(includes.place(),
                  "a list of one or more files wanted, such as [base.yaml], not " + seen(includes));
  }
  return files;
}

std::optional<Node> Composer::with_includes(std::optional<Node> root, const std::string& path) {
  if (!root || !root->is_map()) return root;
  const auto entry = std::find_if(root->entries.begin(), root->entries.end(),
                                  [](const Entry& e) { return e.key == kInclude; });
  if (entry == root->entries.end()) return root;
  const Node includes = std::move(entry->value);
  root->entries.erase(entry);
  std::optional<Node> base;
  const auto files = included_files(includes);
  bool complete = !files.empty();
  for (const Node* named : files) {
    if (type_of(*named) != Type::string || named->text.empty()) {
      problems_.add(named->place(), "the path of a file wanted, not " + seen(*named));
      complete = false;
      continue;
    }
    std::optional<Node> part = load(beside(path, named->text), named->place());
    if (part && !part->is_map()) {
      problems_.add(named->place(), "'" + named->text + "' holds " + seen(*part) + ", not a map");
      part.reset();
    }
    complete = complete && part.has_value();
    if (part) base = base ? merge(std::move(*base), std::move(*part)) : std::move(*part);
  }
  if (base) root = merge(std::move(*base), std::move(*root));
  // Half a scenario would only lead to complaints about the missing half.
  if (!complete) return std::nullopt;
  return root;
}

}  // namespace firedrill::scenario
