#include "mocks/routes.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace firedrill;

namespace {

constexpr std::array<Route<int>, 3> kRoutes{{
    {"GET", "/models", 1},
    {"GET", "/models/{model}", 2},
    {"DELETE", "/models/{model}", 3},
}};

RouteMatch<int> find(std::string_view method, std::string_view path) {
  return find_route(std::span{kRoutes}, method, path);
}

}  // namespace

TEST_CASE("routes: method and path choose the handler", "[mocks][routes]") {
  CHECK(find("GET", "/models").handler == 1);
  const auto one = find("DELETE", "/models/gpt-4o");
  CHECK(one.handler == 3);
  CHECK(one.parameters == std::vector<std::string>{"gpt-4o"});
}

TEST_CASE("routes: a parameter is decoded and never empty", "[mocks][routes]") {
  CHECK(find("GET", "/models/ft%3Agpt%2F4").parameters == std::vector<std::string>{"ft:gpt/4"});
  CHECK(find("GET", "/models/").allowed.empty());
  CHECK(find("GET", "/models/a/b").allowed.empty());
}

TEST_CASE("routes: a known path with another method says what it has", "[mocks][routes]") {
  const auto match = find("POST", "/models/x");
  CHECK_FALSE(match.handler);
  CHECK(match.allowed == std::vector<std::string_view>{"GET", "DELETE"});
}

TEST_CASE("routes: an unknown path has nothing", "[mocks][routes]") {
  for (const char* path : {"", "/", "models", "/model", "/modelsx", "//models", "*"}) {
    CAPTURE(path);
    CHECK(find("GET", path).allowed.empty());
  }
}

TEST_CASE("percent decoding: broken codes stay as they are", "[mocks][routes]") {
  CHECK(percent_decode("a%20b%2fc") == "a b/c");
  CHECK(percent_decode("%") == "%");
  CHECK(percent_decode("%2") == "%2");
  CHECK(percent_decode("%zz%-1") == "%zz%-1");
  CHECK(percent_decode("%00") == std::string(1, '\0'));
}

TEST_CASE("query: the first value of a name, decoded", "[mocks][routes]") {
  CHECK(query_value("a=1&since=20&since=30", "since") == "20");
  CHECK(query_value("name=two+words%21", "name") == "two words!");
  CHECK(query_value("flag", "flag") == "");
  CHECK(query_value("since=1", "sinc") == std::nullopt);
  CHECK(query_value("", "x") == std::nullopt);
}
