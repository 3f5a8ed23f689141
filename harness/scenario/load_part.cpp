#include "harness/scenario/load_part.hpp"

#include "harness/scenario/build.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/validate.hpp"
#include "harness/scenario/yaml.hpp"

#include <string>
#include <utility>

namespace firedrill {
namespace {

using scenario::Budget;
using scenario::Context;
using scenario::Node;
using scenario::Problems;

Error error_of(const Problems& problems) {
  static constexpr std::size_t kShown = 5;
  std::string text;
  std::size_t shown = 0;
  for (const Problem& problem : problems.sorted("", {})) {
    if (shown++ == kShown) break;
    text += text.empty() ? "" : "; ";
    if (problem.place.line > 0) {
      text += "line " + std::to_string(problem.place.line) + ", column " +
              std::to_string(problem.place.column) + ": ";
    }
    text += problem.message;
  }
  return Error{text};
}

/// Reads, checks and builds one part.
template <typename Build>
auto load_part(std::string_view text, const scenario::ShapePtr& shape, Build build)
    -> Result<decltype(build(std::declval<Context&>(), std::declval<const Node&>()))> {
  if (text.size() > scenario::kFileBytesMax) return Error{"more than 1 MiB, the most accepted"};
  Budget budget;
  Problems problems;
  const std::optional<Node> root = scenario::parse_yaml(text, "", budget, problems);
  if (!root) return error_of(problems);
  scenario::validate(*root, *shape, problems);
  if (!problems.empty()) return error_of(problems);
  spec::Scenario nowhere;
  Context context{problems, nowhere, {}, {}, {}, {}, 0};
  auto built = build(context, *root);
  if (!problems.empty()) return error_of(problems);
  return built;
}

spec::MockSettings build_settings(Context& /*context*/, const Node& node) {
  spec::MockSettings settings;
  settings.latency = scenario::parsed(scenario::child(&node, "latency"), scenario::parse_delay);
  if (const auto rate = scenario::parsed(scenario::child(&node, "rate_limit"), parse_rate)) {
    settings.rate_limit.emplace(*rate);
  }
  if (scenario::child(&node, "unlimited")) settings.rate_limit.emplace(std::nullopt);
  return settings;
}

}  // namespace

Result<spec::Fault> load_fault(std::string_view text) {
  return load_part(text, scenario::lone_fault_shape(), scenario::build_lone_fault);
}

Result<spec::MockSettings> load_mock_settings(std::string_view text) {
  return load_part(text, scenario::mock_settings_shape(), build_settings);
}

}  // namespace firedrill
