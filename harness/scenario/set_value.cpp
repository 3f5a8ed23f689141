#include "harness/scenario/set_value.hpp"

#include "harness/base/strings.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

std::vector<std::string> keys_of(std::string_view path) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t dot = path.find('.');
    parts.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    path.remove_prefix(dot + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i < to; ++i) out += (i > from ? "." : "") + parts[i];
  return out;
}

std::optional<std::size_t> index_of(std::string_view text) {
  std::size_t index = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, index);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return index;
}

/// Everything of `values` as "a, b and c", shortened when there is a lot.
std::string first_ones(const std::vector<std::string>& values) {
  constexpr std::size_t most = 20;
  std::string out;
  for (std::size_t i = 0; i < values.size() && i < most; ++i)
    out += (i > 0 ? ", " : "") + values[i];
  return values.size() > most ? out + ", …" : out;
}

class Walk {
 public:
  Walk(Node& root, std::vector<std::string> parts) : node_{&root}, parts_{std::move(parts)} {}

  /// The node at the path, or nullptr with the reason in error().
  Node* find() {
    while (at_ < parts_.size()) {
      Node* next = node_->is_map() ? in_map() : node_->is_list() ? in_list() : nullptr;
      if (!next) {
        if (error_.empty()) error_ = nothing_below();
        return nullptr;
      }
      node_ = next;
    }
    return node_;
  }

  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  [[nodiscard]] std::string where() const {
    return at_ == 0 ? "the scenario" : "'" + join(parts_, 0, at_) + "'";
  }

  [[nodiscard]] std::string nothing_below() const {
    return "there is nothing below " + where() + ", which is " + seen(*node_);
  }

  Node* in_map() {
    // Keys may hold dots themselves: the longest that fits is meant.
    for (std::size_t end = parts_.size(); end > at_; --end) {
      if (Node* value = node_->find(join(parts_, at_, end))) {
        at_ = end;
        return value;
      }
    }
    const std::vector<std::string> keys = node_->keys();
    error_ = "no key '" + parts_[at_] + "' in " + where() + did_you_mean(parts_[at_], keys) +
             "; there are: " + first_ones(keys);
    return nullptr;
  }

  Node* in_list() {
    const bool in_timeline = at_ == 1 && parts_[0] == "timeline";
    if (in_timeline) {
      if (Node* phase = phase_named(parts_[at_])) return phase;
    }
    const auto index = index_of(parts_[at_]);
    if (index && *index < node_->items.size()) {
      ++at_;
      return &node_->items[*index];
    }
    const std::size_t size = node_->items.size();
    const std::string indices = size == 0 ? "it is empty" : "it has 0.." + std::to_string(size - 1);
    const std::vector<std::string> phases =
        in_timeline ? phase_names() : std::vector<std::string>{};
    error_ = "no element '" + parts_[at_] + "' in " + where() + did_you_mean(parts_[at_], phases) +
             "; " + indices + (phases.empty() ? "" : ", by name " + first_ones(phases));
    return nullptr;
  }

  /// The length of a phase, or the phase as a whole when the path goes on.
  Node* phase_named(const std::string& name) {
    for (Node& item : node_->items) {
      Node* length = item.find(name);
      if (!length || name == "inject") continue;
      ++at_;
      return at_ == parts_.size() ? length : &item;
    }
    return nullptr;
  }

  [[nodiscard]] std::vector<std::string> phase_names() const {
    std::vector<std::string> names;
    for (const Node& item : node_->items) {
      for (const Entry& entry : item.entries) {
        if (entry.key != "inject") names.push_back(entry.key);
      }
    }
    return names;
  }

  Node* node_;
  std::vector<std::string> parts_;
  std::size_t at_ = 0;
  std::string error_;
};

/// Values from the command line have a name but no lines.
void forget_lines(Node& node) {
  node.line = node.column = 0;
  for (Node& item : node.items) forget_lines(item);
  for (Entry& entry : node.entries) {
    entry.line = entry.column = 0;
    forget_lines(entry.value);
  }
}

}  // namespace

void set_value(Node& root, const std::string& assignment, Budget& budget, Problems& problems) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    problems.add({"--set " + assignment, 0, 0}, "PATH=VALUE wanted, such as timeline.outage=2s");
    return;
  }
  const std::string path = assignment.substr(0, equals);
  const std::string file = "--set " + path;
  Walk walk{root, keys_of(path)};
  Node* target = walk.find();
  if (!target) {
    problems.add({file, 0, 0}, walk.error());
    return;
  }
  if (equals + 1 == assignment.size()) {
    problems.add({file, 0, 0}, "a value wanted after '='; write '' in quotes for an empty text");
    return;
  }
  Problems in_value;
  std::optional<Node> value = parse_yaml(assignment.substr(equals + 1), file, budget, in_value);
  for (Problem problem : in_value.sorted(file, {})) {
    problem.place.line = problem.place.column = 0;
    problems.add(std::move(problem.place), std::move(problem.message));
  }
  if (!value) return;
  forget_lines(*value);
  *target = std::move(*value);
}

}  // namespace firedrill::scenario
