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

ShapePtr tls_shape() {
  const ShapePtr file = text_shape("", {.what = "the path of a PEM file"});
  return map_shape(
      "", {.what = "a map with ca, or certificate and key",
           .fields = {{"ca", file, false, "who vouches for the system, relative to the scenario"},
                      {"certificate", file, false, "ours, for mutual TLS"},
                      {"key", file, false, "that of our certificate"}},
           .rules = {at_least_one({"ca", "certificate"}), needs("certificate", {"key"}),
                     needs("key", {"certificate"})}});
}

}  // namespace

ShapePtr url_shape() {
  return text_shape("", {.what = "a URL",
                         .pattern = R"(^https?://[^\s/?#@]+(/[^\s?#]*)?$)",
                         .examples = {"http://127.0.0.1:8080"}});
}

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
                  {"tls", tls_shape(), false, "how the system is spoken to over https"},
                  {"env", env_shape(), false, "environment variables of the started system"}},
       .rules = {at_least_one({"clinic", "command", "url"}),
                 excludes("clinic", {"command", "url", "directory", "tls"}),
                 needs("command", {"url"}), needs("directory", {"command", "clinic"}),
                 needs("env", {"clinic", "command"})}});
}

}  // namespace firedrill::scenario
