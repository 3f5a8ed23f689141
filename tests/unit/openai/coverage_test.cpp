// The official client must have called every route: tests/conformance/openai.coverage.mjs says by
// which call, in which test.
#include "mocks/openai/openai.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace firedrill;

namespace {

std::set<std::string> covered_routes() {
  std::ifstream file{FD_SOURCE_DIR "/tests/conformance/openai.coverage.mjs"};
  REQUIRE(file);
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  static const std::string kMark = "{ route: '";
  std::set<std::string> routes;
  for (std::size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at)) {
    at += kMark.size();
    routes.insert(text.substr(at, text.find('\'', at) - at));
  }
  return routes;
}

}  // namespace

TEST_CASE("openai routes: each is covered by the official client, and no other",
          "[openai][routes]") {
  const auto names = openai::route_names();
  CHECK(covered_routes() == std::set<std::string>{names.begin(), names.end()});
}
