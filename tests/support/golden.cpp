#include "tests/support/golden.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace firedrill {
namespace {

bool approving() {
  const char* const wish = std::getenv("FIREDRILL_APPROVE");  // NOLINT(concurrency-mt-unsafe)
  return wish && std::string{wish} == "1";
}

/// "line 12:\n  golden: …\n  actual: …", or "" when the texts are equal.
std::string first_difference(const std::string& golden, const std::string& actual) {
  std::istringstream expected{golden};
  std::istringstream seen{actual};
  for (int line = 1; expected || seen; ++line) {
    std::string a;
    std::string b;
    const bool more_a = static_cast<bool>(std::getline(expected, a));
    const bool more_b = static_cast<bool>(std::getline(seen, b));
    if (more_a == more_b && a == b) continue;
    return "line " + std::to_string(line) + ":\n  golden: " + (more_a ? a : "(end)") +
           "\n  actual: " + (more_b ? b : "(end)");
  }
  return golden == actual ? "" : "the line feed at the end";
}

}  // namespace

void check_golden(const std::string& name, const std::string& actual) {
  const std::filesystem::path path = std::filesystem::path{FD_SOURCE_DIR} / "tests/golden" / name;
  if (approving()) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << actual;
    SUCCEED("approved " << path);
    return;
  }
  std::ifstream file{path, std::ios::binary};
  std::ostringstream golden;
  golden << file.rdbuf();
  INFO(path.string() << " differs at " << first_difference(golden.str(), actual)
                     << "\nIf the new text is right, accept it with ci/approve.sh and look at the "
                        "diff before you commit it.");
  CHECK(file.good());
  CHECK(first_difference(golden.str(), actual).empty());
}

}  // namespace firedrill
