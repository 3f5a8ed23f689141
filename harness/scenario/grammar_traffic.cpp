#include "harness/scenario/grammar.hpp"
#include "harness/spec/names.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

ShapePtr request_shape() {
  const ShapePtr path = text_shape("", {.what = "a path that begins with '/'",
                                        .pattern = std::string{kPathPattern},
                                        .examples = {"/api/leads/score"}});
  const std::vector<std::string> methods{"get", "post", "put", "patch", "delete", "head"};
  std::vector<Field> fields;
  for (const std::string& method : methods)
    fields.push_back({method, path, false, "path to ask for"});
  fields.push_back({"json", json_shape(), false, "body, sent as JSON"});
  fields.push_back({"body", free_text("a text"), false, "body, sent as it is"});
  fields.push_back(
      {"headers",
       map_shape("", {.what = "a map from headers to texts",
                      .open = OpenKeys{header_name(), secret_or_text_shape("a text")}}),
       false, "headers sent with it"});
  return map_shape(
      "", {.what = "a map with a method and its path, such as {get: /}",
           .fields = std::move(fields),
           .rules = {exactly_one(methods), at_most_one({"json", "body"}),
                     excludes("get", {"json", "body"}), excludes("head", {"json", "body"})}});
}

ShapePtr webhook_shape() {
  const std::vector<std::string> providers = spec::mock_names();
  const ShapePtr event =
      text_shape("", {.what = "the name of an event", .examples = {"payment_intent.succeeded"}});
  const ShapePtr path = text_shape("", {.what = "a path that begins with '/'",
                                        .pattern = std::string{kPathPattern},
                                        .examples = {"/webhooks/stripe"}});
  std::vector<Field> fields;
  for (const std::string& name : providers) {
    fields.push_back({name, event, false, "an event of " + name});
  }
  fields.push_back({"to", path, true, "path of the system that receives it"});
  fields.push_back({"secret", secret_or_text_shape("a secret"), false,
                    "what it is signed with; the provider's mock has a default"});
  fields.push_back(
      {"deliver", deliver_shape({.burst = false}), false, "retries, and what goes wrong"});
  return map_shape("", {.what = "a map with a provider and its event, and to",
                        .fields = std::move(fields),
                        .rules = {exactly_one(providers)}});
}

}  // namespace

ShapePtr traffic_shape() {
  const ShapePtr stream = map_shape(
      "stream", {.what = "a map with rate and request or webhook",
                 .fields = {{"rate", rate_over_time_shape(), true,
                             "how many requests are due, whatever happens"},
                            {"arrivals", names_shape("arrivals", {"even", "poisson"}), false,
                             "equal gaps, or those of independent users"},
                            {"request", request_shape(), false, "what is sent"},
                            {"webhook", webhook_shape(), false,
                             "what is sent: events, signed as their provider signs"},
                            {"check", response_match_shape(), false,
                             "what a good answer is; a status below 400 unless given"},
                            {"timeout", duration_shape(), false, "when a request counts as failed"},
                            {"in_flight", integer_shape("an integer 1..100000", 1, 100'000), false,
                             "most requests at a time; beyond it they are dropped and counted"}},
                 .rules = {exactly_one({"request", "webhook"}), excludes("webhook", {"timeout"})}});
  return map_shape("", {.what = "a map of one or more streams",
                        .open = OpenKeys{{.what = "the name of a stream",
                                          .pattern = std::string{kNamePattern},
                                          .examples = {"score"}},
                                         stream,
                                         1}});
}

}  // namespace firedrill::scenario
