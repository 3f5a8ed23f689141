#include "harness/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace firedrill::detail {

void assert_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "firedrill: bug: %s does not hold at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace firedrill::detail
