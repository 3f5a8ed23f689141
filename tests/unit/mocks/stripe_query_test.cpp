#include "mocks/stripe/query.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using firedrill::stripe::Json;
using firedrill::stripe::Query;

namespace {

bool finds(std::string_view text) {
  const Json object{{"email", "Jenny@example.com"},
                    {"amount", 900},
                    {"paid", true},
                    {"name", nullptr},
                    {"billing_details", {{"address", {{"country", "RO"}}}}},
                    {"metadata", {{"order id", "67\"35"}}}};
  const auto query = Query::parse(text);
  REQUIRE(query.has_value());
  return query->matches(object);
}

}  // namespace

TEST_CASE("stripe search: clauses compare as the API does", "[mocks][stripe][query]") {
  CHECK(finds("email:'jenny@EXAMPLE.com'"));
  CHECK(finds("email~\"example\""));
  CHECK_FALSE(finds("email:\"example\""));
  CHECK(finds("amount>899 AND amount<=900"));
  CHECK_FALSE(finds("amount > 900"));
  CHECK(finds("paid:'true'"));
  CHECK(finds("billing_details.address.country:\"ro\""));
  CHECK(finds(R"(metadata["order id"]:"67\"35")"));
}

TEST_CASE("stripe search: null, negation, AND and OR", "[mocks][stripe][query]") {
  CHECK(finds("name:null"));
  CHECK(finds("-metadata['order id']:null"));
  CHECK(finds("metadata['nothing']:null"));
  CHECK_FALSE(finds("-paid:'true'"));
  CHECK(finds("amount:1 OR amount:900"));
  CHECK_FALSE(finds("amount:1 AND amount:900"));
}

TEST_CASE("stripe search: what is no query is refused", "[mocks][stripe][query]") {
  for (const std::string_view text :
       {"", "x", "x:", ":y", "a:1 b:2", "a:1 AND", "a:1 AND b:2 OR c:3", "a:\"open", "a['b']:1",
        "metadata['b:1", "a:1)",
        "a:1 AND a:1 AND a:1 AND a:1 AND a:1 AND a:1 AND a:1 AND a:1 AND "
        "a:1 AND a:1 AND a:1"}) {
    INFO(text);
    CHECK_FALSE(Query::parse(text).has_value());
  }
}
