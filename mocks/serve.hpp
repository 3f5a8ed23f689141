#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/mock.hpp"
#include "mocks/control.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

struct ServeOptions {
  std::uint64_t seed = 1;
  ControlLanguage language;
  std::string correlation_header = "x-correlation-id";
  std::uint16_t control_port = 0;  ///< 0 picks a free one.
};

/// Mocks by `NAME` or `NAME=PORT` (0 picks a free one), as the command line has them; none is all
/// there are. Fails for an unknown name, one given twice, and a port outside 0..65535.
[[nodiscard]] Result<std::vector<std::pair<std::string, spec::Mock>>> parse_mock_list(
    const std::vector<std::string>& arguments);

/// Serves mocks by themselves until SIGINT or SIGTERM: `firedrill mocks`. Once all accept
/// connections, one line of JSON with their addresses goes to `out`; problems go to `err`.
/// Returns the exit code: 0 after a signal, 104 for wrong arguments, 113 when one cannot start.
/// Blocks; handles the two signals while it runs.
[[nodiscard]] int serve_mocks(const std::vector<std::string>& arguments,
                              const ServeOptions& options, std::ostream& out, std::ostream& err);

/// The same for mocks that somebody else has listed. A ledger keeps the latest requests.
[[nodiscard]] int serve_mocks(const std::vector<std::pair<std::string, spec::Mock>>& mocks,
                              const ServeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace firedrill
