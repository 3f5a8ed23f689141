#include "harness/scenario/grammar.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

ShapePtr named_texts(std::string what, TextShape key) {
  return map_shape("", {.what = std::move(what),
                        .open = OpenKeys{std::move(key), secret_or_text_shape("a text"), 1}});
}

ShapePtr file_name() { return text_shape("", {.what = "the path of a file"}); }

TextShape parameter_name() {
  return {.what = "the name of a parameter", .pattern = R"(^[^\s]+$)", .examples = {"page"}};
}

TextShape cookie_name() {
  return {.what = "the name of a cookie",
          .pattern = std::string{kTokenPattern},
          .examples = {"session"}};
}

ShapePtr parts_shape() {
  const ShapePtr text = text_shape("", {.what = "a text", .any_scalar = true});
  const ShapePtr part = map_shape(
      "part",
      {.what = "a map with name and text, file or generate",
       .fields = {{"name", free_text("the name of a field"), true, "name of the field"},
                  {"text", text, false, "its value"},
                  {"file", file_name(), false, "a file with its value, relative to the scenario"},
                  {"generate", bytes_shape(), false, "that many bytes, made while they are sent"},
                  {"filename", text, false, "sends it as a file of this name"},
                  {"type",
                   text_shape("", {.what = "a media type",
                                   .pattern = "^[A-Za-z0-9!#$&^_.+/; =\"-]+$",
                                   .examples = {"image/png"}}),
                   false, "its Content-Type"}},
       .rules = {exactly_one({"text", "file", "generate"})}});
  return list_shape("a list of parts", part, 1, 100);
}

std::vector<Field> request_body_fields() {
  return {{"json", json_shape(), false, "body, sent as JSON"},
          {"body", free_text("a text"), false, "body, sent as it is"},
          {"form", named_texts("a map from fields to texts", parameter_name()), false,
           "body, sent as a form (application/x-www-form-urlencoded)"},
          {"multipart", parts_shape(), false, "body, sent as multipart/form-data"},
          {"file", file_name(), false, "a file with the body, relative to the scenario"},
          {"generate", bytes_shape(), false, "a body of that many bytes, made while it is sent"}};
}

}  // namespace

ShapePtr request_shape() {
  const ShapePtr path = text_shape("", {.what = "a path that begins with '/'",
                                        .pattern = std::string{kPathPattern},
                                        .examples = {"/api/leads/score"}});
  const std::vector<std::string> short_forms{"get",    "post", "put",    "patch",
                                             "delete", "head", "options"};
  std::vector<Field> fields;
  for (const std::string& method : short_forms)
    fields.push_back({method, path, false, "path to ask for"});
  fields.push_back({"method",
                    text_shape("", {.what = "a method in capitals",
                                    .pattern = "^[A-Z][A-Z-]{0,31}$",
                                    .examples = {"PURGE"}}),
                    false, "any other method, with 'path' beside it"});
  fields.push_back({"path", path, false, "path to ask for, with 'method' beside it"});
  fields.push_back({"query", named_texts("a map from parameters to texts", parameter_name()), false,
                    "added to the path, percent-encoded"});
  fields.push_back(
      {"headers",
       map_shape("", {.what = "a map from headers to texts",
                      .open = OpenKeys{header_name(), secret_or_text_shape("a text")}}),
       false, "headers sent with it"});
  fields.push_back({"cookies", named_texts("a map from cookies to texts", cookie_name()), false,
                    "cookies sent with it, beside those that the system has set"});
  std::vector<std::string> bodies;
  for (Field& field : request_body_fields()) {
    bodies.push_back(field.name);
    fields.push_back(std::move(field));
  }
  std::vector<std::string> methods = short_forms;
  methods.emplace_back("method");
  return map_shape("request", {.what = "a map with a method and its path, such as {get: /}",
                               .fields = std::move(fields),
                               .rules = {exactly_one(methods), at_most_one(bodies),
                                         needs("method", {"path"}), needs("path", {"method"}),
                                         excludes("get", bodies), excludes("head", bodies)}});
}

}  // namespace firedrill::scenario
