#pragma once

#include "harness/scenario/node.hpp"
#include "harness/scenario/problem.hpp"
#include "harness/scenario/yaml.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::scenario {

/// How deep files may include files, and how many one scenario may be made of.
inline constexpr std::size_t kIncludeDepthMax = 8;
inline constexpr std::size_t kFilesMax = 64;

/// Reads scenario files with their includes into one tree.
///
/// Later wins: maps merge key by key, lists and scalars are replaced whole. The order is: each
/// include in turn, the file that includes them, each overlay in turn. Every node keeps the place
/// where it was written.
class Composer {
 public:
  Composer(Budget& budget, Problems& problems) : budget_{budget}, problems_{problems} {}

  /// The file at `path` (relative to the working directory) with its includes.
  [[nodiscard]] std::optional<Node> file(const std::string& path);
  /// The same for text that is in memory; includes are looked for beside `name`.
  [[nodiscard]] std::optional<Node> text(std::string_view text, const std::string& name);

 private:
  std::optional<Node> load(const std::string& path, const spec::Place& named_at);
  std::optional<Node> with_includes(std::optional<Node> root, const std::string& path);
  std::vector<const Node*> included_files(const Node& includes);

  Budget& budget_;
  Problems& problems_;
  std::vector<std::string> open_;  // files that are being read, outermost first, as canonical paths
  std::size_t files_ = 0;
};

/// The path that a file means by `named`: relative to the folder that the file is in.
[[nodiscard]] std::string beside(const std::string& file, const std::string& named);

/// `over` on top of `base`.
[[nodiscard]] Node merge(Node base, Node over);

}  // namespace firedrill::scenario
