#pragma once

#include "harness/base/redact.hpp"
#include "harness/scenario/node.hpp"
#include "harness/scenario/problem.hpp"
#include "harness/scenario/yaml.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::scenario {

/// The value of an environment variable, or nothing when it is not set.
using EnvLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Puts the environment into every scalar of the tree: ${env.X} and ${env.X:-default}. Other
/// variables stay. The values put in stay what they are, whatever they look like (escape_template),
/// and are added to `secrets`; defaults are not, since everybody can read them in the file.
/// A variable that is not set is a problem, and its value is marked broken.
void resolve_env(Node& root, const EnvLookup& env, Budget& budget, Problems& problems,
                 Redactor& secrets);

}  // namespace firedrill::scenario
