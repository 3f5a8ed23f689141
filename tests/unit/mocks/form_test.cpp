#include "mocks/form.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace firedrill;
using Json = nlohmann::ordered_json;

namespace {

std::string nested(std::string_view text) {
  const auto fields = decode_form(text);
  REQUIRE(fields.has_value());
  const auto tree = nest_form(*fields);
  REQUIRE(tree.has_value());
  return tree->dump();
}

}  // namespace

TEST_CASE("form: fields keep their order and are decoded", "[mocks][form]") {
  const auto fields = decode_form("To=%2B40700+1&Body=a%26b%3Dc&&Empty=&Bare&To=2");
  REQUIRE(fields.has_value());
  REQUIRE(fields->size() == 5);
  CHECK((*fields)[0].name == "To");
  CHECK((*fields)[0].value == "+40700 1");
  CHECK((*fields)[1].value == "a&b=c");
  CHECK((*fields)[3].name == "Bare");
  CHECK(form_value(*fields, "To") == "+40700 1");
  CHECK(form_value(*fields, "Empty") == "");
  CHECK_FALSE(form_value(*fields, "From").has_value());
}

TEST_CASE("form: brackets nest, escaped or not", "[mocks][form]") {
  CHECK(nested("") == "{}");
  CHECK(nested("a[b][c]=1&a[b][d]=2&e=3") == R"({"a":{"b":{"c":"1","d":"2"}},"e":"3"})");
  CHECK(nested("metadata%5Border_id%5D=6735") == R"({"metadata":{"order_id":"6735"}})");
  CHECK(nested("expand[0]=x&expand[1]=y") == R"({"expand":{"0":"x","1":"y"}})");
}

TEST_CASE("form: empty brackets append, and begin a new element when the field is taken",
          "[mocks][form]") {
  CHECK(nested("a[]=x&a[]=y") == R"({"a":{"0":"x","1":"y"}})");
  CHECK(nested("i[][p]=1&i[][q]=2&i[][p]=3") == R"({"i":{"0":{"p":"1","q":"2"},"1":{"p":"3"}}})");
  CHECK(nested("i[][d][x]=1&i[][d][y]=2&i[][d][x]=3") ==
        R"({"i":{"0":{"d":{"x":"1","y":"2"}},"1":{"d":{"x":"3"}}}})");
}

TEST_CASE("form: names that do not nest stay as they are, contradictions end with the later field",
          "[mocks][form]") {
  CHECK(nested("a[b=1") == R"({"a[b":"1"})");
  CHECK(nested("[a]=1") == R"({"[a]":"1"})");
  CHECK(nested("a[b]c]=1") == R"({"a[b]c]":"1"})");
  CHECK(nested("a=1&a[b]=2") == R"({"a":{"b":"2"}})");
  CHECK(nested("a[b]=2&a=1") == R"({"a":"1"})");
}

TEST_CASE("form: too many fields and too deep a name are refused", "[mocks][form]") {
  std::string most = "a=1";
  for (std::size_t i = 1; i < kFormFieldsMax; ++i) most += "&a=1";
  CHECK(decode_form(most).has_value());
  CHECK_FALSE(decode_form(most + "&a=1").has_value());

  std::string name = "a";
  for (std::size_t i = 1; i < kFormDepthMax; ++i) name += "[b]";
  CHECK(nest_form({{name, "1"}}).has_value());
  CHECK_FALSE(nest_form({{name + "[b]", "1"}}).has_value());
}
