#include "harness/scenario/grammar.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

std::vector<Field> answer_body_fields() {
  return {
      {"headers",
       map_shape("", {.what = "a map from headers to texts",
                      .open = OpenKeys{header_name(),
                                       text_shape("", {.what = "a text", .any_scalar = true})}}),
       false, "headers of the answer; content-type follows from the body unless given"},
      {"json", json_shape(), false, "its body, as JSON"},
      {"body", free_text("a text"), false, "its body, as it is"},
      {"file", text_shape("", {.what = "the path of a file", .examples = {"answers/menu.json"}}),
       false, "a file with its body, relative to this one, sent as it is"}};
}

ShapePtr declared_answer_shape() {
  std::vector<Field> fields = answer_body_fields();
  fields.push_back({"status", integer_shape("a status 200..599", 200, 599), false,
                    "status of the answer; 200 unless given"});
  fields.push_back({"latency", delay_shape(), false, "on top of the mock's own"});
  return map_shape("declared_answer", {.what = "a map with status and body, {} for an empty 200",
                                       .fields = std::move(fields),
                                       .rules = {at_most_one({"json", "body", "file"})}});
}

ShapePtr error_shape() {
  return map_shape("", {.what = "a map with json, body or file",
                        .fields = answer_body_fields(),
                        .rules = {exactly_one({"json", "body", "file"})}});
}

ShapePtr state_shape() {
  return text_shape(
      "",
      {.what = "the name of a state", .pattern = std::string{kNamePattern}, .examples = {"paid"}});
}

ShapePtr route_shape() {
  const ShapePtr path =
      text_shape("", {.what = "a path whose segments are texts or names in braces",
                      .pattern = R"(^(/([^\s/?#{}]+|\{[A-Za-z_][A-Za-z0-9_]*\})?)+$)",
                      .examples = {"/v1/messages/{id}"}});
  const std::vector<std::string> methods{"get", "post", "put", "patch", "delete", "head", "any"};
  std::vector<Field> fields;
  for (const std::string& method : methods) {
    fields.push_back(
        {method, path, false,
         method == "any" ? "path that is asked for, by any method" : "path that is asked for"});
  }
  fields.push_back({"when", request_match_shape(), false, "what else must hold of the request"});
  fields.push_back({"state", state_shape(), false, "only while the mock is in this state"});
  fields.push_back({"sets", state_shape(), false, "the state that the mock is in afterwards"});
  fields.push_back(
      {"respond",
       either({declared_answer_shape(),
               list_shape("a list of one or more answers", declared_answer_shape(), 1)}),
       true, "the answer, or several that are given one after the other; the last one stays"});
  fields.push_back(
      {"cycle", flag_shape(true), false, "begin anew after the last of several answers"});
  return map_shape("declared_route", {.what = "a map with a method and its path, and respond",
                                      .fields = std::move(fields),
                                      .rules = {exactly_one(methods)}});
}

}  // namespace

ShapePtr declared_mock_shape() {
  return map_shape(
      "declared_mock",
      {.what = "a map with routes",
       .fields = {{"routes", list_shape("a list of one or more routes", route_shape(), 1), true,
                   "what it answers; the first that fits does"},
                  {"error", error_shape(), false, "the body of its errors, those of faults too"},
                  attach_field(),
                  {"port", integer_shape("a port 0..65535", 0, 65535), false,
                   "where it listens; 0, the default, picks a free one"},
                  {"latency", delay_shape(), false, "how long a healthy answer takes"},
                  {"rate_limit", rate_shape(), false, "429 beyond this"},
                  {"api_key", secret_or_text_shape("a key"), false,
                   "the only bearer token accepted; without it anybody is"}}});
}

}  // namespace firedrill::scenario
