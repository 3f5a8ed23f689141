#include "harness/scenario/env.hpp"

#include "harness/base/strings.hpp"
#include "harness/text/template.hpp"

#include <algorithm>
#include <utility>

namespace firedrill::scenario {
namespace {

constexpr std::string_view kPrefix = "env.";

bool is_env_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

class Resolver {
 public:
  Resolver(const EnvLookup& env, Budget& budget, Problems& problems, Redactor& secrets)
      : env_{env}, budget_{budget}, problems_{problems}, secrets_{secrets} {}

  void walk(Node& node) {
    if (problems_.full()) return;
    if (node.is_scalar() && node.text.find("${env.") != std::string::npos) resolve(node);
    for (Node& item : node.items) walk(item);
    for (Entry& entry : node.entries) walk(entry.value);
  }

 private:
  void fail(Node& node, std::string message) {
    node.broken = true;
    problems_.add(node.place(), std::move(message));
  }

  /// Rewrites node.text. Literal text is gathered unescaped and escaped as a whole, so that a '$'
  /// at the end of one value and a '{' at the start of the next cannot make a variable.
  void resolve(Node& node) {
    const std::string_view text = node.text;
    std::string out;
    std::string literal;
    std::size_t i = 0;
    while (i < text.size()) {
      const std::string_view rest = text.substr(i);
      if (rest.starts_with("$${")) {
        literal += "${";
        i += 3;
        continue;
      }
      const std::size_t end = rest.starts_with("${") ? rest.find('}') : std::string_view::npos;
      if (end == std::string_view::npos) {
        // An unclosed "${" stays one, for the template's own error.
        const bool unclosed = rest.starts_with("${");
        if (unclosed && !flush(node, literal, out)) return;
        if (unclosed) {
          out += rest;
          break;
        }
        literal += text[i++];
        continue;
      }
      const std::string_view name = rest.substr(2, end - 2);
      if (name.starts_with(kPrefix)) {
        if (!put(node, name.substr(kPrefix.size()), literal)) return;
      } else {
        if (!flush(node, literal, out)) return;
        out += rest.substr(0, end + 1);
      }
      i += end + 1;
    }
    node.text = std::move(out) + escape_template(literal);
    node.from_env = true;
  }

  /// Moves the literal so far to `out`, before a variable.
  bool flush(Node& node, std::string& literal, std::string& out) {
    if (literal.ends_with('$')) {
      fail(node, "a '$' cannot stand directly before '${': the two would read as a literal '${'");
      return false;
    }
    out += escape_template(literal);
    literal.clear();
    return true;
  }

  bool put(Node& node, std::string_view reference, std::string& literal) {
    const std::size_t split = reference.find(":-");
    const std::string_view name = reference.substr(0, split);
    if (!is_env_name(name)) {
      fail(node, "'" + printable(name, 60) +
                     "' is no name of an environment variable; write ${env.NAME} or "
                     "${env.NAME:-default}");
      return false;
    }
    std::optional<std::string> value = env_(name);
    if (value) {
      secrets_.add(*value);
    } else if (split != std::string_view::npos) {
      value = std::string{reference.substr(split + 2)};
    } else {
      const std::string shown{name};
      fail(node, "the environment variable " + shown +
                     " is not set; set it, or give a default: ${env." + shown + ":-…}");
      return false;
    }
    if (find_invalid_utf8(*value) != std::string_view::npos) {
      fail(node, "the environment variable " + std::string{name} + " is not valid UTF-8");
      return false;
    }
    if (value->size() > budget_.text_bytes) {
      fail(node, "more than 4 MiB of text once the environment is put in, the most accepted");
      return false;
    }
    budget_.text_bytes -= value->size();
    literal += *value;
    return true;
  }

  const EnvLookup& env_;
  Budget& budget_;
  Problems& problems_;
  Redactor& secrets_;
};

}  // namespace

void resolve_env(Node& root, const EnvLookup& env, Budget& budget, Problems& problems,
                 Redactor& secrets) {
  Resolver{env, budget, problems, secrets}.walk(root);
}

}  // namespace firedrill::scenario
