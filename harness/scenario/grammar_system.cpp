#include "harness/base/assert.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/spec/names.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

ShapePtr clinic_shape() {
  const ShapePtr defect = names_shape("defect", spec::clinic_defect_names());
  return map_shape(
      "", {.what = "a map with profile and defect, or {}",
           .fields = {{"profile", names_shape("profile", spec::clinic_profiles()), false,
                       "which system the clinic plays"},
                      {"defect", either({defect, list_shape("a list of defects", defect)}), false,
                       "bugs switched on, to prove that the drill catches them"}}});
}

ShapePtr url_shape() {
  return text_shape("", {.what = "a URL",
                         .pattern = R"(^https?://[^\s/?#@]+(/[^\s?#]*)?$)",
                         .examples = {"http://127.0.0.1:8080"}});
}

ShapePtr ready_shape() {
  const ShapePtr path = text_shape(
      "", {.what = "a path", .pattern = std::string{kPathPattern}, .examples = {"/ready"}});
  return map_shape("", {.what = "a map with path and within",
                        .fields = {{"path", path, false, "answers below 400 when ready"},
                                   {"within", duration_shape(), false, "how long that may take"}},
                        .rules = {at_least_one({"path", "within"})}});
}

ShapePtr env_shape() {
  const TextShape name{.what = "the name of an environment variable",
                       .pattern = "^[A-Za-z_][A-Za-z0-9_]*$",
                       .examples = {"OPENAI_BASE_URL"}};
  return map_shape("", {.what = "a map from environment variables to texts",
                        .open = OpenKeys{name, secret_or_text_shape("a text")}});
}

ShapePtr openai_shape() {
  const ShapePtr answer = either(
      {free_text("a text"), map_shape("", {.what = "a map with the key json",
                                           .fields = {{"json", json_shape(), true,
                                                       "a document that is sent as JSON"}}})});
  return map_shape(
      "", {.what = "a map, {} for a mock as it comes",
           .fields = {{"port", integer_shape("a port 0..65535", 0, 65535), false,
                       "where it listens; 0, the default, picks a free one"},
                      {"latency", delay_shape(), false, "how long a healthy answer takes"},
                      {"rate_limit", rate_shape(), false, "the provider's own 429 beyond this"},
                      {"api_key", secret_or_text_shape("a key"), false,
                       "the only credential accepted; without it any is"},
                      {"answer", answer, false, "what the model says"}}});
}

ShapePtr mock_shape(spec::MockKind kind) {
  switch (kind) {
    case spec::MockKind::openai:
      return openai_shape();
  }
  FD_ASSERT(false && "every mock has a shape");
  return nullptr;
}

}  // namespace

ShapePtr system_shape() {
  const ShapePtr word = text_shape("", {.what = "a word of the command", .any_scalar = true});
  return map_shape(
      "",
      {.what = "a map with clinic, command or url",
       .fields = {{"clinic", clinic_shape(), false, "the reference system, started by the drill"},
                  {"command", list_shape("a list of words, such as [node, server.js],", word, 1),
                   false, "a program that the drill starts and ends"},
                  {"url", url_shape(), false,
                   "where the system listens; alone: one that runs already"},
                  {"directory", free_text("a folder"), false,
                   "where the command runs; the scenario's folder unless given"},
                  {"ready", ready_shape(), false, "how to see that the system is ready"},
                  {"env", env_shape(), false, "environment variables of the started system"}},
       .rules = {at_least_one({"clinic", "command", "url"}),
                 excludes("clinic", {"command", "url", "directory"}), needs("command", {"url"}),
                 needs("directory", {"command", "clinic"}), needs("env", {"clinic", "command"})}});
}

ShapePtr mocks_shape() {
  std::vector<Field> fields;
  for (const std::string& name : spec::mock_names()) {
    fields.push_back({name, mock_shape(*spec::mock_kind(name)), false, "stands in for " + name});
  }
  return map_shape("", {.what = "a map from mocks to their settings", .fields = std::move(fields)});
}

}  // namespace firedrill::scenario
