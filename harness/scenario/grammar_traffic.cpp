#include "harness/scenario/grammar.hpp"
#include "harness/spec/names.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

ShapePtr events_shape() {
  const ShapePtr count = integer_shape("an integer 1..10000", 1, 10'000);
  return map_shape("events", {.what = "a map with until, at_most or at_least, or {}",
                              .fields = {{"until", free_text("the data of an event"), false,
                                          "data of the event that ends it, such as [DONE]"},
                                         {"at_most", count, false, "ends after that many events"},
                                         {"at_least", count, false,
                                          "fewer than that make it a failure; 1 unless given"}}});
}

ShapePtr extract_shape() {
  const ShapePtr how = map_shape(
      "extract",
      {.what = "a map with json, header or pattern",
       .fields = {{"json", text_shape("", pointer_text()), false, "a JSON Pointer into the answer"},
                  {"header", text_shape("", header_name()), false, "a header of it"},
                  {"pattern", re2_shape(), false,
                   "an RE2 pattern over the body; its first group is taken"}},
       .rules = {exactly_one({"json", "header", "pattern"})}});
  return map_shape("", {.what = "a map from names to where their values stand",
                        .open = OpenKeys{{.what = "a name for a value",
                                          .pattern = std::string{kNamePattern},
                                          .examples = {"token"}},
                                         how,
                                         1}});
}

/// What every request can say about its answer.
std::vector<Field> outcome_fields() {
  return {{"check", response_match_shape(), false,
           "what a good answer is; a status below 400 unless given"},
          {"expect_status", status_shape(), false,
           "failures that are expected: they count as good, and end the round"},
          {"extract", extract_shape(), false, "values of the answer, for later requests"},
          {"events", events_shape(), false, "the answer is a stream of server-sent events"},
          {"redirects", integer_shape("an integer 0..20", 0, 20), false,
           "how many redirects to follow; none unless given"},
          {"timeout", duration_shape(), false, "when a request counts as failed"}};
}

/// `fields` and all of outcome_fields() but those in `without`.
std::vector<Field> with_outcome_fields(std::vector<Field> fields,
                                       const std::vector<std::string>& without) {
  for (Field& field : outcome_fields()) {
    const bool left_out = std::find(without.begin(), without.end(), field.name) != without.end();
    if (!left_out) fields.push_back(std::move(field));
  }
  return fields;
}

ShapePtr flow_shape() {
  const ShapePtr step = map_shape(
      "flow_step",
      {.what = "a map with name and request",
       .fields = with_outcome_fields(
           {{"name", reference_shape("a name in lower case", {"pay"}), true,
             "its numbers are kept under STREAM.NAME"},
            {"think", delay_shape(), false, "how long the user waits before it"},
            {"together", flag_shape(true), false, "waits until all of its group are here"},
            {"request", request_shape(), true, "what is sent"}},
           {})});
  return list_shape("a list of 1 to 50 steps", step, 1, 50);
}

ShapePtr mix_shape() {
  const ShapePtr kind =
      map_shape("mixed", {.what = "a map with name, weight and request",
                          .fields = with_outcome_fields(
                              {{"name", reference_shape("a name in lower case", {"search"}), true,
                                "its numbers are kept under STREAM.NAME"},
                               {"weight", integer_shape("an integer 1..1000000", 1, 1'000'000),
                                true, "how often it comes beside the others"},
                               {"request", request_shape(), true, "what is sent"}},
                              {"extract"})});
  return list_shape("a list of 2 to 50 requests with weights", kind, 2, 50);
}

ShapePtr log_in_shape() {
  return map_shape("", {.what = "a map with request",
                        .fields = with_outcome_fields(
                            {{"request", request_shape(), true, "what logs somebody in"}},
                            {"expect_status", "events"})});
}

ShapePtr refresh_shape() {
  return map_shape(
      "", {.what = "a map with request and every or on_status",
           .fields = with_outcome_fields(
               {{"request", request_shape(), true, "what makes the token new"},
                {"every", duration_shape(), false, "age at which a token is made new"},
                {"on_status", status_shape(), false,
                 "answers that say that the token is too old: it is made new, and the request is "
                 "sent once more"}},
               {"expect_status", "events"}),
           .rules = {at_least_one({"every", "on_status"})}});
}

ShapePtr users_shape() {
  const ShapePtr count = integer_shape("a number of users 0..10000", 0, 10'000);
  return either({count, map_shape("users", {.what = "a map with from, to and over",
                                            .fields = {{"from", count, true, "users at the start"},
                                                       {"to", count, true, "users at the end"},
                                                       {"over", duration_shape(), true,
                                                        "how long the way takes"}}})});
}

std::vector<Field> when_fields() {
  return {{"rate", rate_over_time_shape(), false, "open model: how many are due, whatever happens"},
          {"arrivals", names_shape("arrivals", {"even", "poisson"}), false,
           "equal gaps, or those of independent users"},
          {"together", integer_shape("an integer 2..1000", 2, 1000), false,
           "each arrival is a group of that many, released at once"},
          {"users", users_shape(), false,
           "closed model: users who wait for their answers before they go on"},
          {"think", delay_shape(), false, "how long a user waits after each round"},
          {"iterations", integer_shape("an integer 1..1000000", 1, 1'000'000), false,
           "rounds of each user; as many as there is time for unless given"},
          {"in_flight", integer_shape("an integer 1..100000", 1, 100'000), false,
           "most requests at a time; beyond it they are dropped and counted"}};
}

std::vector<Field> who_fields() {
  return {{"sessions", integer_shape("a number of people 1..10000", 1, 10'000), false,
           "people who come back, with their cookies and tokens; everybody is new unless given"},
          {"log_in", log_in_shape(), false, "before somebody's first request"},
          {"refresh", refresh_shape(), false, "how somebody gets a new token"},
          {"http", integer_shape("1 or 2", 1, 2), false, "version of HTTP; 1 unless given"},
          {"compressed", flag_shape(true), false, "asks for compressed answers"}};
}

/// Whom alerts wake sends no events of its own.
std::vector<std::string> webhook_senders() {
  std::vector<std::string> names = spec::mock_names();
  const auto only_receives = [](const std::string& name) {
    return name == "pagerduty" || name == "slack" || name == "alertmanager";
  };
  names.erase(std::remove_if(names.begin(), names.end(), only_receives), names.end());
  return names;
}

ShapePtr webhook_shape() {
  const std::vector<std::string> providers = webhook_senders();
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
  std::vector<Field> fields = when_fields();
  for (Field& field : who_fields()) fields.push_back(std::move(field));
  fields.push_back({"request", request_shape(), false, "what is sent"});
  fields.push_back(
      {"webhook", webhook_shape(), false, "what is sent: events, signed as their provider signs"});
  fields.push_back({"flow", flow_shape(), false, "requests one after the other"});
  fields.push_back({"mix", mix_shape(), false, "one of these requests each time, by weight"});
  const ShapePtr stream = map_shape(
      "stream",
      {.what = "a map with rate or users, and request, flow, mix or webhook",
       .fields = with_outcome_fields(std::move(fields), {"extract"}),
       .rules = {
           exactly_one({"rate", "users"}), exactly_one({"request", "flow", "mix", "webhook"}),
           excludes("users", {"arrivals", "together", "in_flight", "sessions"}),
           needs("think", {"users"}), needs("iterations", {"users"}), needs("refresh", {"log_in"}),
           excludes("flow", {"check", "expect_status", "events"}),
           excludes("mix", {"check", "expect_status", "events"}),
           excludes("webhook", {"timeout", "users", "together", "sessions", "log_in", "events",
                                "expect_status", "redirects", "compressed", "http"})}});
  return map_shape("", {.what = "a map of one or more streams",
                        .open = OpenKeys{{.what = "the name of a stream",
                                          .pattern = std::string{kNamePattern},
                                          .examples = {"score"}},
                                         stream,
                                         1}});
}

ShapePtr feeders_shape() {
  const ShapePtr file = text_shape("", {.what = "the path of a file"});
  const ShapePtr feeder = map_shape(
      "feeder",
      {.what = "a map with csv or json",
       .fields = {{"csv", file, false, "a CSV file; its first line names the columns"},
                  {"json", file, false, "a JSON file with an array of objects"},
                  {"order", names_shape("order", {"sequential", "random", "unique"}), false,
                   "from the top again and again, any, or each row once; sequential unless given"},
                  {"used_up", names_shape("end of the rows", {"inconclusive", "stop"}), false,
                   "when a unique feeder has no row left: the drill cannot conclude, or its "
                   "streams end there"}},
       .rules = {exactly_one({"csv", "json"})}});
  return map_shape("", {.what = "a map of feeders",
                        .open = OpenKeys{{.what = "the name of a feeder",
                                          .pattern = std::string{kNamePattern},
                                          .examples = {"patients"}},
                                         feeder,
                                         1}});
}

}  // namespace firedrill::scenario
