#pragma once

#include "harness/scenario/load.hpp"
#include "harness/spec/names.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::test {

/// A scenario that is right; tests append to it or replace parts of it.
inline constexpr std::string_view kPlain = R"(firedrill: 1
name: plain
system: { clinic: {} }
mocks: { openai: {} }
traffic:
  score: { rate: 40/s, request: { get: / } }
timeline:
  - steady: 4s
  - outage: 4s
expect:
  - slo: score.failed.rate < 1%
)";

/// kPlain with one text, which stands in it exactly once, replaced.
inline std::string plain_with(std::string_view replace, std::string_view with) {
  std::string text{kPlain};
  const std::size_t at = text.find(replace);
  if (at == std::string::npos || text.find(replace, at + 1) != std::string::npos) {
    return "'" + std::string{replace} + "' does not stand in kPlain exactly once";
  }
  return text.replace(at, replace.size(), with);
}

using Environment = std::map<std::string, std::string, std::less<>>;

inline LoadOptions with_env(Environment environment) {
  LoadOptions options;
  options.env = [environment](std::string_view name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  };
  return options;
}

/// Options that see nothing of the process's own environment.
inline LoadOptions no_env() { return with_env({}); }

inline Loaded load(std::string_view text, const LoadOptions& options = no_env()) {
  return load_scenario_text(text, "s.yaml", options);
}

/// What is wrong, one line each.
inline std::vector<std::string> lines_of(const Loaded& loaded) {
  std::vector<std::string> lines;
  for (const Problem& problem : loaded.problems) lines.push_back(format(problem));
  return lines;
}

inline std::vector<std::string> problems(std::string_view text,
                                         const LoadOptions& options = no_env()) {
  return lines_of(load(text, options));
}

inline Loaded load_with_sets(std::string_view text, std::vector<std::string> sets) {
  LoadOptions options = no_env();
  options.sets = std::move(sets);
  return load(text, options);
}

/// A folder of its own that goes with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "firedrill-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// Writes a file and gives its path.
  std::string write(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << text;
    return file.string();
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// The planted defects, as an error lists them.
inline std::string all_defects() {
  std::string text;
  for (const std::string& name : spec::clinic_defect_names()) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

}  // namespace firedrill::test
