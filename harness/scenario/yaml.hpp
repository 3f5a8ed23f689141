#pragma once

#include "harness/scenario/node.hpp"
#include "harness/scenario/problem.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::scenario {

inline constexpr std::size_t kFileBytesMax = 1024 * 1024;
inline constexpr std::size_t kDepthMax = 64;
inline constexpr std::size_t kNodesMax = 50'000;
inline constexpr std::size_t kTextBytesMax = 4 * 1024 * 1024;

/// What all files of one scenario may cost together, aliases expanded and the environment put in.
struct Budget {
  std::size_t nodes = kNodesMax;
  std::size_t text_bytes = kTextBytesMax;
};

/// Reads one YAML 1.2 document into a tree.
///
/// Untrusted input: costs at most some ten megabytes and a fraction of a second whatever it holds.
/// Anchors and aliases are expanded within `budget`; merge keys, tags and further documents are
/// refused. Problems that leave the shape of the tree in doubt give no tree; a duplicate key is
/// reported and its first value kept, so that the rest of the file is still checked.
[[nodiscard]] std::optional<Node> parse_yaml(std::string_view text, const std::string& file,
                                             Budget& budget, Problems& problems);

/// The text of a regular file of at most kFileBytesMax bytes, without reading more than that.
[[nodiscard]] std::optional<std::string> read_scenario_file(const std::string& path,
                                                            const spec::Place& named_at,
                                                            Problems& problems);

}  // namespace firedrill::scenario
