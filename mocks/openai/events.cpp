#include "mocks/openai/events.hpp"

#include "mocks/ids.hpp"
#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>

namespace firedrill::openai {
namespace {

using Json = nlohmann::ordered_json;

/// An event and what its object's id looks like: the prefix, then that many letters and digits.
struct Kind {
  std::string_view name;
  std::string_view prefix;
  std::size_t length;
};

constexpr std::array<Kind, 15> kKinds{{
    {"batch.cancelled", "batch_", 32},
    {"batch.completed", "batch_", 32},
    {"batch.expired", "batch_", 32},
    {"batch.failed", "batch_", 32},
    {"eval.run.canceled", "evalrun_", 32},
    {"eval.run.failed", "evalrun_", 32},
    {"eval.run.succeeded", "evalrun_", 32},
    {"fine_tuning.job.cancelled", "ftjob-", 24},
    {"fine_tuning.job.failed", "ftjob-", 24},
    {"fine_tuning.job.succeeded", "ftjob-", 24},
    {"realtime.call.incoming", "rtc_", 32},
    {"response.cancelled", "resp_", 48},
    {"response.completed", "resp_", 48},
    {"response.failed", "resp_", 48},
    {"response.incomplete", "resp_", 48},
}};

Outgoing make_event(std::string_view name, Json data, ProviderContext& context) {
  const auto created =
      std::chrono::duration_cast<std::chrono::seconds>(context.wall.time_since_epoch());
  const std::string id = "evt_" + hex_id(32, context.rng);
  Outgoing event;
  event.event = std::string{name};
  event.id = id;
  event.headers = {{"Content-Type", "application/json"},
                   {"User-Agent", "OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)"},
                   {"webhook-id", "wh_" + hex_id(32, context.rng)}};
  event.body = dump(Json{{"id", id},
                         {"object", "event"},
                         {"created_at", created.count()},
                         {"type", name},
                         {"data", std::move(data)}});
  event.signature = Signature::standard_webhooks;
  return event;
}

bool listens(const spec::WebhookTarget& target, std::string_view name) {
  return target.events.empty() ||
         std::find(target.events.begin(), target.events.end(), name) != target.events.end();
}

}  // namespace

std::vector<std::string> event_names() {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

std::optional<Outgoing> sample_event(std::string_view name, ProviderContext& context) {
  for (const Kind& kind : kKinds) {
    if (kind.name != name) continue;
    Json data{{"id", std::string{kind.prefix} + (kind.prefix == "ftjob-"
                                                     ? alnum_id(kind.length, context.rng)
                                                     : hex_id(kind.length, context.rng))}};
    if (name == "realtime.call.incoming") {
      const std::string call = data["id"].get<std::string>();
      data = {{"call_id", call},
              {"sip_headers",
               Json::array({{{"name", "From"}, {"value", "sip:+12025550142@sip.example.com"}},
                            {{"name", "To"}, {"value", "sip:+12025550143@sip.example.com"}},
                            {{"name", "Call-ID"}, {"value", hex_id(32, context.rng)}}})}};
    }
    return make_event(name, std::move(data), context);
  }
  return std::nullopt;
}

void announce(std::string_view name, const std::string& id, Duration after,
              const std::vector<spec::WebhookTarget>& targets, ProviderContext& context) {
  std::optional<Outgoing> event;
  for (const spec::WebhookTarget& target : targets) {
    if (!listens(target, name)) continue;
    if (!event) event = make_event(name, Json{{"id", id}}, context);
    Outgoing call = *event;
    call.url = target.url;
    call.secret = target.secret;
    call.after = after;
    context.outgoing.push_back(std::move(call));
  }
}

}  // namespace firedrill::openai
