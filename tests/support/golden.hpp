#pragma once

#include <string>

namespace firedrill {

/// Checks `actual` against tests/golden/`name` byte for byte. A difference fails the running Catch2
/// test with the first line that differs. With FIREDRILL_APPROVE=1 in the environment
/// (ci/approve.sh) the file is rewritten instead. FD_SOURCE_DIR must be defined to the repository's
/// root.
void check_golden(const std::string& name, const std::string& actual);

}  // namespace firedrill
