// What can be said of requests that go wrong, whoever has them go wrong: a mock or a proxy.
#include "harness/base/units.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/grammar_faults.hpp"
#include "harness/scenario/parses.hpp"

#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

Result<void> check_time_or_forever(std::string_view text) {
  if (text == "forever" || parse_duration(text)) return {};
  return Error{"a duration with its unit, such as 500ms, or 'forever' wanted, not '" +
               std::string{text} + "'"};
}

}  // namespace

ShapePtr time_or_forever_shape() {
  return text_shape("time_or_forever", {.what = "a duration with its unit, or 'forever'",
                                        .pattern = "^forever$|" + std::string{kDurationPattern},
                                        .examples = {"500ms", "forever"},
                                        .check = check_time_or_forever});
}

ShapePtr respond_shape() {
  return map_shape("", {.what = "a map with status",
                        .fields = {{"status", integer_shape("a status 200..599", 200, 599), true,
                                    "status of the answer"},
                                   {"body", free_text("a text"), false, "its body"},
                                   {"json", json_shape(), false, "its body, as JSON"}},
                        .rules = {at_most_one({"body", "json"})}});
}

ShapePtr drip_shape() {
  return map_shape("", {.what = "a map with bytes and every",
                        .fields = {{"bytes", bytes_shape(), true, "how much at a time"},
                                   {"every", duration_shape(), true, "and how often"}}});
}

ShapePtr count_script_shape() {
  return text_shape("", {.what = "a script by count",
                         .pattern = std::string{kCountScriptPattern},
                         .examples = {"fail 2, pass 1"},
                         .check = parses<parse_count_script>});
}

ShapePtr http_pick_shape() {
  const ShapePtr method =
      text_shape("", {.what = "a method", .pattern = "^[A-Z]{1,32}$", .examples = {"POST"}});
  const TextShape parameter{.what = "the name of a parameter", .pattern = R"(^[^\s&=#]+$)"};
  return map_shape(
      "", {.what = "a map with method, path, query or headers",
           .fields = {{"method", either({method, list_shape("a list of methods", method, 1)}),
                       false, "one method, or a list"},
                      {"path",
                       text_shape("", {.what = "a path, with * for any characters",
                                       .pattern = R"(^[/*][^\s?#]*$)",
                                       .examples = {"/v1/*"}}),
                       false, "without the query"},
                      {"query",
                       map_shape("", {.what = "a map from parameters to what they must be",
                                      .open = OpenKeys{parameter, header_match_shape(), 1}}),
                       false, "parameters of the query"},
                      {"headers",
                       map_shape("", {.what = "a map from headers to what they must be",
                                      .open = OpenKeys{header_name(), header_match_shape(), 1}}),
                       false, "headers of the request"}},
           .rules = {at_least_one({"method", "path", "query", "headers"})}});
}

std::vector<std::string> names_of(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

}  // namespace firedrill::scenario
