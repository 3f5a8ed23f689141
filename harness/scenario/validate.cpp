#include "harness/scenario/validate.hpp"

#include "harness/base/strings.hpp"
#include "harness/scenario/quoted.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string quoted_list(const std::vector<std::string>& names, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " " + std::string{last} + " " : ", ";
    out += quoted(names[i]);
  }
  return out;
}

/// "a name in lower case, such as steady, wanted, not 'Steady'"
std::string wanted(const TextShape& shape, const std::string& what_is_seen) {
  std::string out = shape.what;
  if (!shape.examples.empty()) out += ", such as " + join_or(shape.examples) + ",";
  return out + " wanted, not " + what_is_seen;
}

class Validator {
 public:
  explicit Validator(Problems& problems) : problems_{problems} {}

  /// `path` names the value in errors about what is missing: "traffic.score".
  void check(const Node& node, const Shape& shape, const std::string& path) {
    if (problems_.full() || node.broken) return;
    std::visit([&](const auto& form) { apply(node, form, path); }, shape.form);
  }

 private:
  /// What is wrong with `text`, or "".
  std::string text_error(const TextShape& shape, const std::string& text,
                         const std::string& what_is_seen) {
    if (shape.check) {
      const Result<void> checked = shape.check(text);
      if (!checked) return checked.error().message;
    }
    if (shape.pattern.empty()) return "";
    // Compiled once: 50,000 keys of one map must not cost 50,000 compilations.
    std::unique_ptr<RE2>& pattern = patterns_[shape.pattern];
    if (!pattern) pattern = std::make_unique<RE2>(shape.pattern, RE2::Quiet);
    FD_ASSERT(pattern->ok());
    return RE2::FullMatch(text, *pattern) ? "" : wanted(shape, what_is_seen);
  }

  void report(const Node& node, std::string message) {
    problems_.add(node.place(), std::move(message));
  }

  void report_wanted(const Node& node, const std::string& what) {
    report(node, what + " wanted, not " + seen(node));
  }

  void apply(const Node& node, const TextShape& shape, const std::string& /*path*/) {
    const Type type = type_of(node);
    if (!node.is_scalar() || type == Type::null) return report(node, wanted(shape, seen(node)));
    const bool takes_type = type == Type::string || shape.any_scalar;
    const std::string error = text_error(shape, node.text, seen(node));
    if (!error.empty()) return report(node, error);
    if (!takes_type) report(node, wanted(shape, seen(node)) + "; put it in quotes");
  }

  void apply(const Node& node, const NamesShape& shape, const std::string& /*path*/) {
    const auto& names = shape.names;
    if (!node.is_scalar() || type_of(node) != Type::string) {
      return report_wanted(node, (names.size() > 1 ? "one of " : "") + listed(names));
    }
    if (contains(names, node.text)) return;
    report(node, "unknown " + shape.what + " " + quoted(node.text) +
                     did_you_mean(node.text, names) + "; accepted: " + listed(names));
  }

  void apply(const Node& node, const IntegerShape& shape, const std::string& /*path*/) {
    const bool may_be = node.from_env || type_of(node) == Type::integer;
    const auto value = node.is_scalar() && may_be ? unsigned_of(node.text) : std::nullopt;
    if (!value || *value < shape.min || *value > shape.max) report_wanted(node, shape.what);
  }

  void apply(const Node& node, const NumberShape& shape, const std::string& /*path*/) {
    const Type type = type_of(node);
    const bool may_be = node.from_env || type == Type::integer || type == Type::number;
    if (!node.is_scalar() || !may_be || !number_of(node.text)) report_wanted(node, shape.what);
  }

  void apply(const Node& node, const BooleanShape& shape, const std::string& /*path*/) {
    const bool may_be = node.from_env || type_of(node) == Type::boolean;
    const auto value = node.is_scalar() && may_be ? boolean_of(node.text) : std::nullopt;
    if (!value) return report_wanted(node, shape.only_true ? "true" : "true or false");
    if (shape.only_true && !*value)
      report(node, "only 'true' is accepted; leave the key out instead");
  }

  void apply(const Node& node, const ScalarShape& /*shape*/, const std::string& path) {
    if (!node.is_scalar()) return report_wanted(node, what_of(Shape{ScalarShape{}, ""}));
    apply(node, JsonShape{}, path);
  }

  void apply(const Node& node, const JsonShape& shape, const std::string& path) {
    for (const Node& item : node.items) apply(item, shape, path);
    for (const Entry& entry : node.entries) apply(entry.value, shape, path);
    const Type type = type_of(node);
    const bool is_number = type == Type::integer || type == Type::number;
    if (is_number && !number_of(node.text) && !unsigned_of(node.text)) {
      report(node, node.text + " is not a number that JSON can hold");
    }
  }

  void apply(const Node& node, const ListShape& shape, const std::string& path) {
    if (!node.is_list()) return report_wanted(node, shape.what);
    const std::size_t size = node.items.size();
    if (size < shape.min || size > shape.max) {
      report(node, shape.what + " wanted, not " + std::to_string(size) +
                       (size == 1 ? " element" : " elements"));
    }
    for (std::size_t i = 0; i < size; ++i) {
      check(node.items[i], *shape.item, path + "[" + std::to_string(i) + "]");
    }
  }

  void apply(const Node& node, const MapShape& shape, const std::string& path) {
    if (!node.is_map()) return report_wanted(node, shape.what);
    std::size_t own_keys = 0;
    std::vector<std::string>
        meant;  // keys that misspelt ones were meant to be: not missing as well
    for (const Entry& entry : node.entries) {
      if (problems_.full()) return;
      const auto field = std::find_if(shape.fields.begin(), shape.fields.end(),
                                      [&](const Field& f) { return f.name == entry.key; });
      const std::string inner = path.empty() ? entry.key : path + "." + entry.key;
      if (field != shape.fields.end()) {
        check(entry.value, *field->shape, inner);
      } else if (shape.open && is_open_key(entry, *shape.open)) {
        ++own_keys;
        check_open_key(entry, *shape.open, inner);
      } else {
        meant.push_back(report_unknown_key(entry, shape));
      }
    }
    if (shape.open) check_count(node, shape, own_keys, path);
    for (const Field& field : shape.fields) {
      if (field.required && !node.find(field.name) && !contains(meant, field.name)) {
        report(node, "missing key " + quoted(field.name) + in(path));
      }
    }
    check_rules(node, shape.rules, meant, path);
  }

  static std::string in(const std::string& path) { return path.empty() ? "" : " in " + path; }

  /// Returns the key that was probably meant, or "".
  std::string report_unknown_key(const Entry& entry, const MapShape& shape) {
    std::vector<std::string> accepted;
    for (const Field& field : shape.fields) accepted.push_back(field.name);
    std::string list =
        accepted.empty() ? "no key is accepted here" : "accepted here: " + listed(accepted);
    if (shape.open) list += "; or any other name, with " + quoted(shape.open->marked_by);
    problems_.add(entry.place(), "unknown key " + quoted(printable(entry.key, 80)) +
                                     did_you_mean(entry.key, accepted) + "; " + list);
    return near_miss(entry.key, accepted);
  }

  static bool is_open_key(const Entry& entry, const OpenKeys& open) {
    return open.marked_by.empty() || entry.value.find(open.marked_by) != nullptr;
  }

  void check_open_key(const Entry& entry, const OpenKeys& open, const std::string& path) {
    const std::string error = text_error(open.key, entry.key, quoted(printable(entry.key, 80)));
    if (!error.empty()) problems_.add(entry.place(), error);
    check(entry.value, *open.value, path);
  }

  void check_count(const Node& node, const MapShape& shape, std::size_t count,
                   const std::string& path) {
    if (count >= shape.open->min && count <= shape.open->max) return;
    report(node, shape.what + " wanted" + in(path) + ", not " + std::to_string(count) +
                     (count == 1 ? " entry" : " entries"));
  }

  /// How keys go together. Where it is unclear which of several keys a map is about, what these
  /// keys need is left unsaid.
  void check_rules(const Node& node, const std::vector<Rule>& rules,
                   const std::vector<std::string>& meant, const std::string& path) {
    bool clear = true;
    for (const Rule& rule : rules) {
      if (rule.subject.empty()) clear = check_choice(node, rule, meant, path) && clear;
    }
    if (!clear) return;
    for (const Rule& rule : rules) {
      if (!rule.subject.empty()) check_company(node, rule, meant);
    }
  }

  /// The entries of `node` that `rule` lists.
  static std::vector<const Entry*> listed_in(const Node& node, const Rule& rule) {
    std::vector<const Entry*> out;
    for (const Entry& entry : node.entries) {
      if (contains(rule.keys, entry.key)) out.push_back(&entry);
    }
    return out;
  }

  static std::vector<std::string> keys_of(const std::vector<const Entry*>& entries) {
    std::vector<std::string> keys;
    for (const Entry* entry : entries) keys.push_back(entry->key);
    return keys;
  }

  static bool any_meant(const Rule& rule, const std::vector<std::string>& meant) {
    return std::any_of(meant.begin(), meant.end(),
                       [&](const std::string& key) { return contains(rule.keys, key); });
  }

  bool check_choice(const Node& node, const Rule& rule, const std::vector<std::string>& meant,
                    const std::string& path) {
    using Kind = Rule::Kind;
    const auto here = listed_in(node, rule);
    const bool wants_one = rule.kind == Kind::exactly_one || rule.kind == Kind::at_least_one;
    const bool wants_single = rule.kind == Kind::exactly_one || rule.kind == Kind::at_most_one;
    if (wants_one && here.empty()) {
      if (!any_meant(rule, meant)) {
        report(node, "one of " + quoted_list(rule.keys, "or") + " is missing" + in(path));
      }
      return false;
    }
    if (!wants_single || here.size() < 2) return true;
    problems_.add(here[1]->place(),
                  quoted_list(keys_of(here), "and") + " cannot stand together" + in(path));
    return false;
  }

  void check_company(const Node& node, const Rule& rule, const std::vector<std::string>& meant) {
    const auto subject = std::find_if(node.entries.begin(), node.entries.end(),
                                      [&](const Entry& e) { return e.key == rule.subject; });
    if (subject == node.entries.end()) return;
    const auto here = listed_in(node, rule);
    if (rule.kind == Rule::Kind::needs && here.empty() && !any_meant(rule, meant)) {
      problems_.add(subject->place(),
                    quoted(rule.subject) + " needs " + quoted_list(rule.keys, "or") + " beside it");
    }
    if (rule.kind == Rule::Kind::excludes && !here.empty()) {
      problems_.add(subject->place(), quoted(rule.subject) + " cannot stand together with " +
                                          quoted_list(keys_of(here), "and"));
    }
  }

  /// How well a value's YAML type suits an option: 0 not at all.
  static int suits(const Node& node, const Shape& option) {
    const Type type = type_of(node);
    const bool is_number = type == Type::integer || type == Type::number;
    const auto& form = option.form;
    if (std::holds_alternative<MapShape>(form)) return type == Type::map ? 3 : 0;
    if (std::holds_alternative<ListShape>(form)) return type == Type::list ? 3 : 0;
    if (std::holds_alternative<ScalarShape>(form)) return node.is_scalar() ? 3 : 0;
    if (!node.is_scalar()) return 0;
    if (std::holds_alternative<IntegerShape>(form) || std::holds_alternative<NumberShape>(form)) {
      if (node.from_env) return number_of(node.text) ? 3 : 0;
      return is_number ? 3 : 0;
    }
    // Text comes after the types that say more; a number where a unit is missing ends here too, so
    // that the error can say so.
    return type == Type::string ? 2 : type == Type::null ? 0 : 1;
  }

  void apply(const Node& node, const UnionShape& shape, const std::string& path) {
    const Shape* best = nullptr;
    int best_suits = 0;
    for (const ShapePtr& option : shape.options) {
      const int how_well = suits(node, *option);
      if (how_well > best_suits) {
        best = option.get();
        best_suits = how_well;
      }
    }
    if (!best) return report_wanted(node, what_of(Shape{shape, ""}));
    check(node, *best, path);
  }

  Problems& problems_;
  std::unordered_map<std::string, std::unique_ptr<RE2>> patterns_;
};

}  // namespace

void validate(const Node& root, const Shape& shape, Problems& problems) {
  Validator{problems}.check(root, shape, "");
}

}  // namespace firedrill::scenario
