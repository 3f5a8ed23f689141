#pragma once

#include "harness/scenario/build.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace firedrill::scenario {

/// Most bytes of one file that a scenario names, and of all of them together.
inline constexpr std::size_t kDataFileMax = 64 * 1024 * 1024;

/// The path that `node` names, relative to the file in which it stands. Reports one that is no
/// file; "" then, and for no node.
[[nodiscard]] std::string file_beside(Context& context, const Node* node);

/// What is in that file. Reports what cannot be read, or is too long; nullptr then.
[[nodiscard]] std::shared_ptr<const std::string> content_beside(Context& context, const Node* node);

}  // namespace firedrill::scenario
