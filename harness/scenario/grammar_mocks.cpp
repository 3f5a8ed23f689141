#include "harness/base/assert.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/spec/names.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

ShapePtr webhook_target_shape() {
  const ShapePtr event =
      text_shape("", {.what = "the name of an event", .examples = {"payment_intent.succeeded"}});
  const ShapePtr url =
      text_shape("", {.what = "a URL",
                      .pattern = R"(^(https?://[^\s/?#@]+|\$\{[a-z][a-z0-9_.-]*\})(/[^\s#]*)?$)",
                      .examples = {"${system.url}/webhooks/stripe"}});
  return map_shape("", {.what = "a map with to",
                        .fields = {{"to", url, true, "where the events are delivered"},
                                   {"secret", secret_or_text_shape("a secret"), false,
                                    "what the provider signs with; the mock has a default"},
                                   {"events", list_shape("a list of events", event, 1), false,
                                    "only these; all unless given"}}});
}

/// What a mock takes that sends events.
std::vector<Field> event_fields(DeliverKeys deliver) {
  return {{"webhooks", list_shape("a list of addresses for events", webhook_target_shape(), 1),
           false, "where its events go from the start"},
          {"deliver", deliver_shape(deliver), false, "how its events and callbacks are delivered"}};
}

/// What every mock takes, those that send nothing by themselves too.
std::vector<Field> receiver_fields() {
  return {attach_field(),
          {"port", integer_shape("a port 0..65535", 0, 65535), false,
           "where it listens; 0, the default, picks a free one"},
          {"latency", delay_shape(), false, "how long a healthy answer takes"},
          {"rate_limit", rate_shape(), false, "the provider's own 429 beyond this"},
          {"api_key", secret_or_text_shape("a key"), false,
           "the only credential accepted; without it any is"}};
}

/// What every mock of a provider takes.
std::vector<Field> common_fields(DeliverKeys deliver) {
  std::vector<Field> fields = receiver_fields();
  for (Field& field : event_fields(deliver)) fields.push_back(std::move(field));
  return fields;
}

ShapePtr receiver_shape() {
  return map_shape("", {.what = "a map, {} for a mock as it comes", .fields = receiver_fields()});
}

ShapePtr with_common_fields(std::vector<Field> own, DeliverKeys deliver = {}) {
  std::vector<Field> fields = common_fields(deliver);
  for (Field& field : own) fields.push_back(std::move(field));
  return map_shape("", {.what = "a map, {} for a mock as it comes", .fields = std::move(fields)});
}

ShapePtr mock_shape(spec::MockKind kind) {
  switch (kind) {
    case spec::MockKind::openai:
      return with_common_fields(answer_fields());
    case spec::MockKind::stripe:
    case spec::MockKind::hubspot:
      return with_common_fields({});
    case spec::MockKind::twilio:
      return with_common_fields({{"answer", free_text("a text"), false,
                                  "what people press or say when a Gather asks; 1 unless given"}},
                                {.timestamp = false});
    case spec::MockKind::pagerduty:
    case spec::MockKind::slack:
    case spec::MockKind::alertmanager:
      return receiver_shape();
    case spec::MockKind::declared:
      return declared_mock_shape();
  }
  FD_ASSERT(false && "every mock has a shape");
  return nullptr;
}

}  // namespace

Field attach_field() {
  const ShapePtr address = text_shape("", {.what = "a control address of `firedrill mocks`",
                                           .pattern = R"(^http://[^\s/?#@:]+:[0-9]{1,5}$)",
                                           .examples = {"http://127.0.0.1:8477"}});
  return {"attach", address, false,
          "watches the mock that `firedrill mocks` serves there already, instead of serving one"};
}

ShapePtr mock_settings_shape() {
  return map_shape("", {.what = "a map with latency or rate_limit",
                        .fields = {{"latency", delay_shape(), false, "how long answers take"},
                                   {"rate_limit", rate_shape(), false, "429 beyond this"},
                                   {"unlimited", flag_shape(true), false, "no rate limit"}},
                        .rules = {at_least_one({"latency", "rate_limit", "unlimited"}),
                                  at_most_one({"rate_limit", "unlimited"})}});
}

ShapePtr mocks_shape() {
  std::vector<Field> fields;
  for (const std::string& name : spec::mock_names()) {
    fields.push_back({name, mock_shape(*spec::mock_kind(name)), false, "stands in for " + name});
  }
  const TextShape own_name{.what = "the name of a mock of your own",
                           .pattern = std::string{kNamePattern},
                           .examples = {"whatsapp"}};
  return map_shape(
      "",
      {.what = "a map from mocks to their settings",
       .fields = std::move(fields),
       .open = OpenKeys{.key = own_name, .value = declared_mock_shape(), .marked_by = "routes"}});
}

}  // namespace firedrill::scenario
