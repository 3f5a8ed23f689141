#pragma once

#include "harness/scenario/problem.hpp"
#include "harness/spec/scenario.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// What the command line adds to a scenario file, in the order it is applied.
struct LoadOptions {
  std::vector<std::string> overlays;  ///< Files merged over the scenario; later ones win.
  std::vector<std::string> sets;      ///< "PATH=VALUE", after includes and overlays.
  std::optional<std::string> target;  ///< URL of a running system, in place of the scenario's own.
  /// Environment for ${env.X}; unset reads that of the process.
  std::function<std::optional<std::string>(std::string_view name)> env;
};

/// A scenario, or everything that is wrong with it. `scenario` is set exactly when `problems` is
/// empty.
struct Loaded {
  std::optional<spec::Scenario> scenario;
  std::vector<Problem> problems;  ///< In order of place, the scenario's own file first.
};

/// Reads, merges and checks a scenario. Starts nothing and opens no connection; reads the file,
/// what it includes and the overlays. Safe on hostile files: bounded in time and memory (see
/// yaml.hpp). Values from the environment never appear in a problem's text.
[[nodiscard]] Loaded load_scenario(const std::string& path, const LoadOptions& options);

/// The same for text in memory; `file_name` is what places name and where includes are relative to.
[[nodiscard]] Loaded load_scenario_text(std::string_view text, const std::string& file_name,
                                        const LoadOptions& options);

}  // namespace firedrill
