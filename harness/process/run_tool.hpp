#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <string>
#include <vector>

namespace firedrill {

struct ToolRun {
  std::vector<std::string> out;
  std::vector<std::string> err;
  std::string how;  ///< "exit code 0"
};

/// Runs a program to its end and keeps what it wrote. Blocks; it is killed after `patience`. The
/// error says that it could not be started, took too long, or wrote a line that was cut.
[[nodiscard]] Result<ToolRun> run_tool(std::vector<std::string> argv, const std::string& run_id,
                                       Duration patience);

}  // namespace firedrill
