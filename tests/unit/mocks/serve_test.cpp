#include "mocks/serve.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace firedrill;

TEST_CASE("mock list: none is all there are, on free ports", "[mocks][serve]") {
  const auto list = parse_mock_list({});
  REQUIRE(list);
  REQUIRE_FALSE(list->empty());
  CHECK(list->front().first == "openai");
  CHECK(list->front().second.port == 0);
}

TEST_CASE("mock list: a port can be given", "[mocks][serve]") {
  CHECK(parse_mock_list({"openai=12111"})->front().second.port == 12111);
  CHECK(parse_mock_list({"openai=0"})->front().second.port == 0);
}

TEST_CASE("mock list: what is wrong is named, with what is accepted", "[mocks][serve]") {
  const auto message = [](const std::vector<std::string>& arguments) {
    const auto list = parse_mock_list(arguments);
    REQUIRE_FALSE(list);
    return list.error().message;
  };
  CHECK_THAT(message({"opnai"}), Catch::Contains("unknown mock 'opnai' (did you mean 'openai'?)"));
  CHECK_THAT(message({""}), Catch::Contains("unknown mock ''"));
  CHECK_THAT(message({"openai", "openai=1"}), Catch::Contains("'openai' is given twice"));
  for (const char* argument : {"openai=", "openai=x", "openai=65536", "openai=-1", "openai=1x"}) {
    CHECK_THAT(message({argument}), Catch::Contains("0..65535"));
    CHECK_THAT(message({argument}), Catch::Contains(argument));
  }
}

TEST_CASE("serving mocks: wrong arguments end with 104 before anything starts", "[mocks][serve]") {
  std::ostringstream out;
  std::ostringstream err;
  CHECK(serve_mocks({"opnai"}, {}, out, err) == 104);
  CHECK(out.str().empty());
  CHECK_THAT(err.str(), Catch::Contains("did you mean 'openai'?"));
}
